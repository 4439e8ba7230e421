import { quantities } from '#core/quantities.ts';
import type { ImportOrder } from '../import/order.ts';
import { OrderError } from '../import/order-error.ts';
import { ImportGate, type WrittenSpan } from './import-gate.ts';
import type { ImportEntry, ImportReport, ImportSeries } from './import-types.ts';
import type { UndoOutcome } from './imports.ts';
import { storeLimits } from './limits.ts';
import { type Client, RemoteError } from './port.ts';
import type { SeriesBook } from './series-book.ts';
import type { StoreWork } from './store-work.ts';

/** Who imports, from which file, and why. */
export interface ImportSignature {
  readonly who: string;
  readonly why: string;
  readonly fileName: string;
}

/** A file that was read: what its import would do. It is held until it is written or ended. */
export interface PreparedImport {
  readonly report: ImportReport;
  /** Writes it; answers have it as soon as this resolves. @throws Error where windows came in meanwhile */
  readonly write: (signature: ImportSignature) => Promise<ImportEntry>;
  readonly end: () => Promise<void>;
}

/** Imports of files, as the rest of the host sees them. */
export class StoreImports {
  readonly #client: Client<StoreWork>;
  readonly #book: SeriesBook;
  readonly #nowMs: () => number;
  /** For those who look at what is on disk before they store. */
  readonly gate = new ImportGate();
  #entries: readonly ImportEntry[] = [];
  #changes = 0;
  #underWay = 0;

  constructor(client: Client<StoreWork>, book: SeriesBook, nowMs: () => number) {
    this.#client = client;
    this.#book = book;
    this.#nowMs = nowMs;
  }

  async load(): Promise<void> {
    this.#entries = await this.#client.call('imports', []);
  }

  /** All that were ever done, in order. */
  list(): readonly ImportEntry[] {
    return this.#entries;
  }

  /** Grows with each that is done or taken back. Undefined while one is: nobody knows what of it is on disk. */
  get changes(): number | undefined {
    return this.#underWay > 0 ? undefined : this.#changes;
  }

  /** Ids of those that have windows in a series. */
  of(seriesKey: string): number[] {
    return this.#entries
      .filter(entry => entry.undone === null && entry.series.includes(seriesKey))
      .map(({ id }) => id);
  }

  /** Reads a file and says what its import would do. @throws OrderError */
  async prepare(path: string, order: ImportOrder): Promise<PreparedImport> {
    const series = this.#seriesOf(order);
    const keys = series.map(({ key }) => key);
    const seriesOfColumn = order.columns.map(({ meter, quantity }) => keys.indexOf(`${meter}.${quantity}`));
    try {
      const staged = await this.#client.call('importStage', [{ path, order, series, seriesOfColumn }]);
      const { number, report } = staged;
      return {
        report,
        write: signature =>
          this.#changing(() =>
            this.gate.write(spanOf(report, series), () => this.#write(number, series, signature)),
          ),
        end: () => this.#client.call('importEnd', [number]),
      };
    } catch (error) {
      if (error instanceof RemoteError && error.name === 'OrderError' && 'field' in error)
        throw new OrderError(String(error.field), error.message);
      throw error;
    }
  }

  /** How far the reading of a file is: the share, 0 to 1 or unknown, and lines; null where it is not read. */
  progress(path: string): Promise<{ readonly share: number | null; readonly lines: number } | null> {
    return this.#client.call('importProgress', [path]);
  }

  /** Ends whatever is done with a file: who waits for it gets an error named ImportEnded. */
  endOf(path: string): Promise<void> {
    return this.#client.call('importEndOf', [path]);
  }

  /** Takes one back: answers are as if it had never been. */
  undo(id: number, who: string): Promise<UndoOutcome> {
    return this.#changing(async () => {
      const outcome = await this.#client.call('importUndo', [id, who]);
      if ('refused' in outcome) return outcome;
      this.#book.restate(outcome.names, outcome.series);
      await this.load();
      return outcome;
    });
  }

  async #changing<T>(work: () => Promise<T>): Promise<T> {
    this.#underWay++;
    try {
      return await work();
    } finally {
      this.#underWay--;
      this.#changes++;
    }
  }

  async #write(
    number: number,
    staged: readonly ImportSeries[],
    signature: ImportSignature,
  ): Promise<ImportEntry> {
    const series = staged.map(each => this.#numbered(each));
    const names = this.#book.news;
    const { entry, written } = await this.#client.call('importWrite', [
      number,
      series,
      { ...signature, names },
    ]);
    this.#book.known(names);
    const nowS = this.#nowMs() / 1000;
    for (const each of written) {
      this.#book.peaked(each.number, each.least, each.most);
      this.#book.stored(each.number, each.firstS, each.longestS, each.first, nowS);
      this.#book.stored(each.number, each.lastS, each.lastWindowS, each.last, nowS);
    }
    this.#book.changed(written.map(each => each.number));
    await this.load();
    return entry;
  }

  #seriesOf({ columns }: ImportOrder): ImportSeries[] {
    const byKey = new Map<string, ImportSeries>();
    const news = new Map<string, Set<string>>();
    for (const [index, { meter, quantity }] of columns.entries()) {
      const key = `${meter}.${quantity}`;
      const entry = this.#book.meter(meter);
      const number = entry === undefined ? 0 : this.#book.numberIn(entry, quantities[quantity].wire);
      byKey.set(key, {
        key,
        quantity,
        meter: entry?.number ?? 0,
        number,
        isNew: this.#book.ref(key) === undefined,
      });
      if (entry !== undefined) continue;
      const [gateway = '', id = ''] = meter.split('.');
      const added = news.get(gateway) ?? new Set();
      news.set(gateway, added.add(id));
      if (this.#book.metersOf(gateway).size + added.size > storeLimits.metersEver) {
        const message = `${meter} given; a gateway may have ${storeLimits.metersEver} meters`;
        throw new OrderError(`columns[${index}].meter`, message);
      }
    }
    return [...byKey.values()];
  }

  #numbered(series: ImportSeries): ImportSeries {
    const [gateway = '', id = ''] = series.key.split('.');
    const meter = this.#book.meterOf(gateway, id);
    const number = this.#book.seriesIn(meter, quantities[series.quantity].wire);
    return { ...series, meter: meter.number, number };
  }
}

const spanOf = ({ fromMs, toMs }: ImportReport, series: readonly ImportSeries[]): WrittenSpan => ({
  meters: new Set(series.map(({ key }) => key.slice(0, key.lastIndexOf('.')))),
  fromMs: fromMs ?? 0,
  toMs: toMs ?? 0,
});
