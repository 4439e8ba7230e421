import { type QuantityId, quantities } from '#core/quantities.ts';
import { type Reason, reasons } from '#core/wire/reasons.ts';
import type { CommitPlace } from './commit-place.ts';
import type { CommittedCount, Worth } from './committed-count.ts';
import {
  type CommittedRows,
  counterStride,
  gaugeStride,
  missingStride,
  recordStride,
  type WantedNumbers,
} from './committed-rows.ts';
import type { Client } from './port.ts';
import type { SeriesBook } from './series-book.ts';
import type { StoreWork } from './store-work.ts';

export interface CommittedValue {
  readonly samples: number;
  readonly last: number;
  /** Of gauges. */
  readonly mean?: number;
  readonly min?: number;
  readonly max?: number;
}

/** One meter in one window as it was committed, in the units of its quantities. */
export interface CommittedWindow {
  readonly gateway: string;
  /** Its id within the gateway. */
  readonly meter: string;
  readonly startMs: number;
  readonly windowS: number;
  /** When the host had it, by its clock; of one that is dated ahead of that at the latest then. */
  readonly arrivedMs: number;
  readonly values: { readonly [Q in QuantityId]?: CommittedValue };
  /** Samples that are missing, by reason; `unknown` where the gateway gave none. */
  readonly missing: readonly { readonly reason: Reason | 'unknown'; readonly count: number }[];
  /** No value of any quantity came. */
  readonly isMissing?: true;
  /** Dated by a clock that was set after it closed. */
  readonly isBackdated?: true;
  /** Serial number that the meter had then, where one was told. */
  readonly serial?: string;
  /** Behind it. */
  readonly next: CommitPlace;
}

export interface CommittedPiece {
  readonly windows: readonly CommittedWindow[];
  /** Behind all that was looked at, wanted or not. */
  readonly next: CommitPlace;
  readonly isEnd: boolean;
  /** Windows whose values could not be found any more. */
  readonly lost: number;
}

/**
 * What of all that is committed somebody wants; grows with what there is. A meter that has series and none of the wanted quantities is
 * not wanted; of one without series nobody knows yet.
 */
export class Wanted {
  readonly #book: SeriesBook;
  readonly #isMeter: (gateway: string, meterKey: string) => boolean;
  readonly #isQuantity: (quantity: QuantityId) => boolean;
  /** Wanted, for all that is known of their series. */
  #meters = new Uint8Array(0);
  /** Wanted, whatever series they have. */
  #chosen = new Uint8Array(0);
  /** With a wanted series. */
  #giving = new Uint8Array(0);
  #series = new Uint8Array(0);

  constructor(
    book: SeriesBook,
    isMeter: (gateway: string, meterKey: string) => boolean,
    isQuantity: (quantity: QuantityId) => boolean,
  ) {
    this.#book = book;
    this.#isMeter = isMeter;
    this.#isQuantity = isQuantity;
  }

  get numbers(): WantedNumbers {
    const { meters, series } = this.#book.bounds;
    const [fromMeter, fromSeries] = [this.#meters.length, this.#series.length];
    if (meters === fromMeter && series === fromSeries) return { meters: this.#meters, series: this.#series };
    // Who reads by what was told before has that as it was.
    this.#meters = grown(this.#meters, meters);
    this.#chosen = grown(this.#chosen, meters);
    this.#giving = grown(this.#giving, meters);
    this.#series = grown(this.#series, series);
    for (const { number, gateway, key } of this.#book.metersFrom(fromMeter))
      if (this.#isMeter(gateway, key)) this.#meters[number] = this.#chosen[number] = 1;
    for (const { number, meter, quantity } of this.#book.seriesFrom(fromSeries)) {
      if (this.#chosen[meter] !== 1) continue;
      if (this.#isQuantity(quantity)) this.#series[number] = this.#giving[meter] = 1;
      this.#meters[meter] = this.#giving[meter] as number;
    }
    return { meters: this.#meters, series: this.#series };
  }
}

function grown(before: Uint8Array<ArrayBuffer>, length: number): Uint8Array<ArrayBuffer> {
  const made = new Uint8Array(length);
  made.set(before);
  return made;
}

/** What was committed, in the order of the commits, for those who hand it on. */
export class StoreCommits {
  readonly #client: Client<StoreWork>;
  readonly #book: SeriesBook;

  constructor(client: Client<StoreWork>, book: SeriesBook) {
    this.#client = client;
    this.#book = book;
  }

  wanted(...wants: ConstructorParameters<typeof Wanted> extends [unknown, ...infer W] ? W : never): Wanted {
    return new Wanted(this.#book, ...wants);
  }

  /** Behind all that is committed. @throws Error of the store */
  end(): Promise<CommitPlace> {
    return this.#client.call('commitsEnd', []);
  }

  /** At most `most` windows behind a place. @throws Error of the store */
  async read(place: CommitPlace, wanted: Wanted, most: number): Promise<CommittedPiece> {
    const rows = await this.#client.call('commitsAfter', [place, wanted.numbers, most]);
    return { windows: windowsOf(rows, this.#book), next: rows.next, isEnd: rows.isEnd, lost: rows.lost };
  }

  /** How many of them wait behind a place that are worth handing on. @throws Error of the store */
  async count(place: CommitPlace, wanted: Wanted, worth: Worth = 'missing'): Promise<number> {
    const { windows } = await this.countUpTo(place, wanted, worth, Number.MAX_SAFE_INTEGER);
    return windows;
  }

  /** The same of `rowsMost` rows of each table at the most. @throws Error of the store */
  countUpTo(place: CommitPlace, wanted: Wanted, worth: Worth, rowsMost: number): Promise<CommittedCount> {
    return this.#client.call('commitsCount', [place, wanted.numbers, worth, rowsMost]);
  }
}

function windowsOf(rows: CommittedRows, book: SeriesBook): CommittedWindow[] {
  const { records, gauges, counters, missing, generation } = rows;
  const windows: CommittedWindow[] = [];
  let [gaugeAt, counterAt, missingAt] = [0, 0, 0];
  const at = (cells: Float64Array, cell: number): number => cells[cell] as number;
  for (let row = 0; row < records.length; row += recordStride) {
    const values: { [Q in QuantityId]?: CommittedValue } = {};
    for (let left = at(records, row + 4); left > 0; left--, gaugeAt += gaugeStride) {
      const quantity = book.quantityOf(at(gauges, gaugeAt));
      const scale = 10 ** quantities[quantity].decimals;
      const low = at(gauges, gaugeAt + 2);
      const of = (column: number) => (low + at(gauges, gaugeAt + column)) / scale;
      values[quantity] = {
        samples: at(gauges, gaugeAt + 1),
        mean: of(3),
        min: low / scale,
        max: of(4),
        last: of(5),
      };
    }
    for (let left = at(records, row + 5); left > 0; left--, counterAt += counterStride) {
      const quantity = book.quantityOf(at(counters, counterAt));
      const last = at(counters, counterAt + 2) / 10 ** quantities[quantity].decimals;
      values[quantity] = { samples: at(counters, counterAt + 1), last };
    }
    const why: { reason: Reason | 'unknown'; count: number }[] = [];
    for (let left = at(records, row + 6); left > 0; left--, missingAt += missingStride)
      why.push({
        reason: reasons[at(missing, missingAt)] ?? 'unknown',
        count: at(missing, missingAt + 1),
      });
    const [meter, startS, windowS] = [at(records, row), at(records, row + 1), at(records, row + 2)];
    const key = book.keyOf(meter);
    const dot = key.indexOf('.');
    const serial = book.serials.at(meter, startS + windowS);
    windows.push({
      gateway: key.slice(0, dot),
      meter: key.slice(dot + 1),
      startMs: startS * 1000,
      windowS,
      arrivedMs: at(records, row + 3) * 1000,
      values,
      missing: why,
      ...(at(records, row + 11) === 1 && { isMissing: true }),
      ...(at(records, row + 12) === 1 && { isBackdated: true }),
      ...(serial !== undefined && { serial }),
      next: {
        generation,
        span: at(records, row + 7),
        gauge: at(records, row + 8),
        counter: at(records, row + 9),
        missing: at(records, row + 10),
      },
    });
  }
  return inOrder(windows);
}

/** Each came before those behind it, however far ahead the clock was that dated it. */
function inOrder(windows: CommittedWindow[]): CommittedWindow[] {
  let latestMs = Number.POSITIVE_INFINITY;
  for (const [index, window] of [...windows.entries()].reverse()) {
    latestMs = Math.min(latestMs, window.arrivedMs);
    if (latestMs < window.arrivedMs) windows[index] = { ...window, arrivedMs: latestMs };
  }
  return windows;
}
