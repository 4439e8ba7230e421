import { quantities, quantityByWire } from '#core/quantities.ts';
import { type Failure, fail, ok, type Result } from '#core/result.ts';
import { reasons } from '#core/wire/reasons.ts';
import { type ClockQuality, type RecordSink, readRecord, type WireError } from '#core/wire/records.ts';
import { Block, layouts, setI64 } from './columns.ts';
import { storeLimits } from './limits.ts';
import type { MeterEntry, SeriesBook } from './series-book.ts';
import type { BatchMessage, Loss, NewNames, SerialSight, Watermark } from './types.ts';

/** Reason number of a window without values for which the gateway gave no reason. */
const unknownReason = 255;

export type BatchError = WireError | 'ingest.time' | 'ingest.meters';

/** What came of a record: how many of its values were taken, and how many could not be true and were left out. */
export interface Added {
  readonly meter: string;
  readonly startS: number;
  readonly endS: number;
  readonly values: number;
  readonly implausible: number;
  /** Its serial number was not kept: the meter has had too many. */
  readonly isSerialRefused: boolean;
}

const implausibleReason = reasons.indexOf('implausible');

/** Plausible ranges by wire number, in whole numbers of the last decimal. */
const ranges = Array.from(quantityByWire, id => {
  const { min, max, decimals } = id === undefined ? { min: 0, max: 0, decimals: 0 } : quantities[id];
  return { least: Math.round(min * 10 ** decimals), most: Math.round(max * 10 ** decimals) };
});

/**
 * Rows for one transaction: records become columns as they are read, without objects in between. A record that
 * turns out broken leaves nothing; values that cannot be true are left out and count as failed samples.
 */
export class Batch implements RecordSink {
  gauges = new Block(layouts.gauge);
  counters = new Block(layouts.counter);
  spans = new Block(layouts.span);
  missing = new Block(layouts.missing);
  readonly losses: Loss[] = [];
  /** Serial numbers of meters as their gateways told them. */
  readonly serials: SerialSight[] = [];
  /** The newest of each meter, and how many it has here. */
  readonly #serialsOf = new Map<number, { readonly sight: SerialSight; readonly count: number }>();
  readonly #watermarks = new Map<string, Watermark>();
  readonly #book: SeriesBook;
  #names: NewNames | undefined;
  #gateway = '';
  #nowS = 0;
  #error: Failure<BatchError> | undefined;
  #meter: MeterEntry | undefined;
  #meterId = '';
  #startS = 0;
  #windowS = 0;
  #isBackdated = false;
  #values = 0;
  #implausible = 0;
  #serial: string | undefined;
  #isSerialRefused = false;
  readonly #failures = new Float64Array(reasons.length);
  /** What else belongs to these rows until they are on disk: gateways with their meters and newest window. */
  readonly touched = new Map<string, { readonly meters: Set<string>; toS: number }>();

  constructor(book: SeriesBook) {
    this.#book = book;
  }

  /** Rows of values, a window without any counted as one. */
  get weight(): number {
    return this.gauges.rows + this.counters.rows + this.missing.rows;
  }

  /** The journal is taken up to here; a later mark of the same journal replaces it. */
  mark(watermark: Watermark): void {
    this.#watermarks.set(`${watermark.gateway} ${watermark.epoch}`, watermark);
  }

  get watermarks(): readonly Watermark[] {
    return [...this.#watermarks.values()];
  }

  get isEmpty(): boolean {
    return this.#watermarks.size === 0;
  }

  /**
   * Names that the database did not know when these rows were first given to it. The same when they are given again:
   * a commit in doubt may have happened with just these, and newer ones are another batch's to write.
   */
  get names(): NewNames {
    this.#names ??= this.#book.news;
    return this.#names;
  }

  /** The rows, to be moved elsewhere: here they are gone until `takeBack`. */
  send(): BatchMessage['blocks'] {
    return {
      gauge: this.gauges.message,
      counter: this.counters.message,
      span: this.spans.message,
      missing: this.missing.message,
    };
  }

  /** The rows that came back from where they were sent. */
  takeBack({ gauge, counter, span, missing }: BatchMessage['blocks']): void {
    this.gauges = new Block(layouts.gauge, gauge);
    this.counters = new Block(layouts.counter, counter);
    this.spans = new Block(layouts.span, span);
    this.missing = new Block(layouts.missing, missing);
  }

  /** Takes a record of a gateway that arrived at `nowS`. */
  add(gateway: string, record: Uint8Array, nowS: number): Result<Added, BatchError> {
    this.#gateway = gateway;
    this.#nowS = nowS;
    this.#error = undefined;
    this.#values = 0;
    this.#implausible = 0;
    this.#serial = undefined;
    this.#isSerialRefused = false;
    this.#failures.fill(-1);
    const rows = { gauge: this.gauges.rows, counter: this.counters.rows };
    // As many rows as the record can have at the most, so that the views stay the same while it is read.
    this.gauges.reserve(quantityByWire.length);
    this.counters.reserve(quantityByWire.length);
    const read = readRecord(record, this);
    const failure = read.ok ? this.#refused : read;
    if (failure !== undefined) {
      [this.gauges.rows, this.counters.rows] = [rows.gauge, rows.counter];
      return failure;
    }
    this.#finish();
    return ok({
      meter: this.#meterId,
      startS: this.#startS,
      endS: this.#startS + this.#windowS,
      values: this.#values,
      implausible: this.#implausible,
      isSerialRefused: this.#isSerialRefused,
    });
  }

  /** Why the record that was read is not taken. (Asked for by a getter: what a sink does is hidden to the compiler.) */
  get #refused(): Failure<BatchError> | undefined {
    return this.#error;
  }

  begin(meter: string, startS: number, windowS: number, clock: ClockQuality): void {
    this.#meterId = meter;
    this.#startS = startS;
    this.#windowS = windowS;
    this.#isBackdated = clock === 'backdated';
    this.#meter = undefined;
    const { earliestS, latestS, metersEver } = storeLimits;
    if (startS < earliestS || startS >= latestS) {
      this.#error = fail(
        'ingest.time',
        `window of ${meter} at ${startS} s; the years 2000 to 2099 are allowed`,
      );
      return;
    }
    const known = this.#book.metersOf(this.#gateway);
    if (!known.has(meter) && known.size >= metersEver) {
      this.#error = fail('ingest.meters', `meter ${meter}: ${metersEver} were sent before`);
      return;
    }
    this.#meter = this.#book.meterOf(this.#gateway, meter);
  }

  failure(reason: number, count: number): void {
    this.#failures[reason] = count;
    if (count > storeLimits.samples) {
      this.#error = fail(
        'wire.value',
        `${count} failures of ${this.#meterId}; at most ${storeLimits.samples} are allowed`,
      );
    }
  }

  gauge(wire: number, samples: number, min: number, mean: number, max: number, last: number): void {
    const { least, most } = ranges[wire] as { least: number; most: number };
    const isTrue = min >= least && min + max <= most && mean <= max && last <= max;
    if (this.#meter === undefined || !isTrue || samples > storeLimits.samples) {
      this.#implausible++;
      return;
    }
    this.#values++;
    const row = this.gauges.rows++;
    const { views } = this.gauges;
    setI64(views.low, row, min);
    setI64(views.mean, row, mean);
    setI64(views.high, row, max);
    setI64(views.last, row, last);
    views.series[row] = this.#book.seriesIn(this.#meter, wire);
    views.startS[row] = this.#startS;
    views.samples[row] = samples;
    views.step[row] = 1;
    views.windowS[row] = this.#windowS;
  }

  counter(wire: number, samples: number, last: number): void {
    const { least, most } = ranges[wire] as { least: number; most: number };
    if (this.#meter === undefined || last < least || last > most || samples > storeLimits.samples) {
      this.#implausible++;
      return;
    }
    this.#values++;
    const row = this.counters.rows++;
    const { views } = this.counters;
    setI64(views.last, row, last);
    views.series[row] = this.#book.seriesIn(this.#meter, wire);
    views.startS[row] = this.#startS;
    views.samples[row] = samples;
    views.step[row] = 1;
    views.windowS[row] = this.#windowS;
  }

  serial(text: string): void {
    this.#serial = text;
  }

  /** The record is whole: says what it covers, and what is missing in it. */
  #finish(): void {
    const meter = this.#meter as MeterEntry;
    const isWhole = this.#values === 0 ? 1 : 0;
    this.spans.reserve(1);
    const row = this.spans.rows++;
    const { views } = this.spans;
    const endS = this.#startS + this.#windowS;
    views.meter[row] = meter.number;
    views.startS[row] = this.#startS;
    views.lateS[row] = Math.max(this.#nowS - endS, 0);
    views.windowS[row] = this.#windowS;
    views.isWhole[row] = isWhole;
    views.isBackdated[row] = this.#isBackdated ? 1 : 0;
    if (this.#implausible > 0) {
      const before = this.#failures[implausibleReason] as number;
      this.#failures[implausibleReason] = Math.max(before, 0) + this.#implausible;
    }
    let told = 0;
    for (const [reason, count] of this.#failures.entries()) {
      if (count < 0) continue;
      this.#addMissing(meter, reason, count, isWhole);
      told++;
    }
    if (isWhole === 1 && told === 0) this.#addMissing(meter, unknownReason, 0, 1);
    if (this.#serial !== undefined) this.#addSerial({ meter: meter.number, atS: endS, serial: this.#serial });
    const touched = this.touched.get(this.#gateway) ?? { meters: new Set(), toS: 0 };
    touched.meters.add(this.#meterId);
    touched.toS = Math.max(touched.toS, endS);
    this.touched.set(this.#gateway, touched);
  }

  #addSerial(sight: SerialSight): void {
    const { serials } = this.#book;
    const own = this.#serialsOf.get(sight.meter);
    const isSame = own !== undefined && own.sight.atS <= sight.atS && own.sight.serial === sight.serial;
    if (isSame || (own === undefined && serials.knows(sight))) return;
    const count = (own?.count ?? 0) + 1;
    this.#isSerialRefused = serials.count(sight.meter) + count > storeLimits.serialsEver;
    if (this.#isSerialRefused) return;
    this.serials.push(sight);
    this.#serialsOf.set(sight.meter, { sight, count });
  }

  #addMissing(meter: MeterEntry, reason: number, count: number, isWhole: number): void {
    this.missing.reserve(1);
    const row = this.missing.rows++;
    const { views } = this.missing;
    views.meter[row] = meter.number;
    views.startS[row] = this.#startS;
    views.samples[row] = Math.min(count, storeLimits.samples);
    views.windowS[row] = this.#windowS;
    views.reason[row] = reason;
    views.isWhole[row] = isWhole;
  }
}
