import type { CorrectionPreview } from '../api/contract.ts';
import { concerns } from '../corrections/applies.ts';
import type { Done, Listed, NewCorrection, NotUndone, Signature, TooMany } from './corrections-work.ts';
import type { Client } from './port.ts';
import type { SeriesBook } from './series-book.ts';
import type { StoreWork } from './store-work.ts';

/** What a correction is about: a meter `gateway.meter`, or one of its series. */
export interface Target {
  readonly meter: string;
  /** Of its series; null: all that the kind is for. */
  readonly series: string | null;
}

/** What it does, without what it is about. */
export type Change = Omit<NewCorrection, 'meter' | 'series'>;

/** Corrections of stored windows, as the rest of the host sees them. Windows themselves are never changed. */
export class StoreCorrections {
  readonly #client: Client<StoreWork>;
  readonly #book: SeriesBook;

  constructor(client: Client<StoreWork>, book: SeriesBook) {
    this.#client = client;
    this.#book = book;
  }

  /** All that were ever made of a meter and its series, the newest first. */
  async list(meterKey: string): Promise<Listed[]> {
    const meter = this.#book.meter(meterKey);
    return meter === undefined ? [] : this.#client.call('corrections', [meter.number]);
  }

  /** What it would change, by civil days; the newest of them where there are many. */
  preview(target: Target, change: Change): Promise<CorrectionPreview> {
    const correction = { ...change, ...this.#numbersOf(target) };
    const meter = this.#book.meter(target.meter);
    const series = this.#book
      .listOf(target.meter)
      .flatMap(({ quantity }) => this.#book.refIn(meter, quantity) ?? [])
      .filter(({ number, quantity }) => concerns(correction, { number, quantity, meter: correction.meter }));
    const energy = {
      meter: target.meter,
      imported: this.#book.refIn(meter, 'energyImportWh'),
      exported: this.#book.refIn(meter, 'energyExportWh'),
      power: this.#book.refIn(meter, 'powerW'),
    };
    return this.#client.call('previewCorrection', [{ correction, energy, series }]);
  }

  /** Answers are corrected as soon as this resolves. */
  async make(target: Target, change: Change, signature: Signature): Promise<Listed | TooMany> {
    const correction = { ...change, ...this.#numbersOf(target) };
    return this.#settle(await this.#client.call('makeCorrection', [correction, signature]));
  }

  /** Answers are as if it had never been, as soon as this resolves. */
  async undo(id: number, signature: Signature): Promise<Listed | NotUndone> {
    return this.#settle(await this.#client.call('undoCorrection', [id, signature]));
  }

  /** Key of the meter of a correction; undefined where there is none of that number. */
  async meterKeyOf(id: number): Promise<string | undefined> {
    const sql = 'SELECT meter FROM correction WHERE id = ? AND undoes IS NULL';
    const [row] = await this.#client.call('all', [sql, [id]]);
    return row === undefined ? undefined : this.#book.keyOf(Number(row.meter));
  }

  /** Key of the meter of one that is listed. */
  meterOf({ meter }: Pick<Listed, 'meter'>): string {
    return this.#book.keyOf(meter);
  }

  #settle<R>(outcome: Done | R): Listed | R {
    if (!isDone(outcome)) return outcome;
    this.#book.changed(outcome.changed);
    return outcome.listed;
  }

  #numbersOf({ meter, series }: Target): { readonly meter: number; readonly series: number } {
    const entry = this.#book.meter(meter);
    const ref = series === null ? undefined : this.#book.ref(series);
    if (entry === undefined || (series !== null && ref === undefined))
      throw new Error(`nothing is stored of ${series ?? meter}`);
    return { meter: entry.number, series: ref?.number ?? 0 };
  }
}

const isDone = <R>(outcome: Done | R): outcome is Done =>
  typeof outcome === 'object' && outcome !== null && 'listed' in outcome;
