import type { DuckDBConnection } from '@duckdb/node-api';
import type { QuantityId } from '#core/quantities.ts';
import { changesWindows, concerns } from '../corrections/applies.ts';
import { noPlan, Plan } from '../corrections/plan.ts';
import type { CorrectedSeries, Correction } from '../corrections/types.ts';
import {
  cellsOf,
  correctedSeries,
  correctionIn,
  type Entry,
  entryOf,
  insertEntry,
  standing,
} from './corrections-entries.ts';
import type { Rebuild, RebuildStep } from './corrections-rebuild.ts';
import { type Lane, rowsOf } from './lane.ts';
import { transaction } from './transaction.ts';

/** Why an entry was not made. */
export interface Refusal {
  readonly refused: string;
}

/** Where an entry is written. */
export interface EntryPlace {
  readonly lane: Lane;
  /** Does work while no commit is under way and none begins. */
  readonly hold: <T>(work: () => Promise<T>) => Promise<T>;
}

export interface Added {
  readonly entry: Entry;
  readonly series: readonly CorrectedSeries[];
}

/**
 * The corrections of a database. The plan of those that stand is in memory and is replaced as a whole, together with what
 * the tiers have still to do for it: who reads or builds takes both at one instant.
 */
export class Corrections {
  #entries: readonly Entry[] = [];
  #series: ReadonlyMap<number, CorrectedSeries> = new Map();
  #plan = noPlan;
  #rebuilds: readonly Rebuild[] = [];

  /** Of all that stand. */
  get plan(): Plan {
    return this.#plan;
  }

  /** In order of their ids. */
  get entries(): readonly Entry[] {
    return this.#entries;
  }

  quantityOf(series: number): QuantityId | undefined {
    return this.#series.get(series)?.quantity;
  }

  /** What the tiers have still to build anew. */
  get rebuilds(): readonly Rebuild[] {
    return this.#rebuilds;
  }

  async load(connection: DuckDBConnection): Promise<void> {
    const entries = await rowsOf(connection, 'SELECT * FROM correction ORDER BY id');
    const series = await rowsOf(
      connection,
      'SELECT number, meter, quantity FROM series WHERE meter IN (SELECT meter FROM correction)',
    );
    const rebuilds = await rowsOf(connection, 'SELECT id, fromS FROM correction_rebuild ORDER BY id');
    this.#entries = entries.map(entryOf);
    this.#series = byNumber(series.flatMap(correctedSeries));
    this.#plan = planOf(this.#entries, this.#series);
    this.#rebuilds = rebuilds.flatMap(row => {
      const entry = this.#entries.find(({ id }) => id === Number(row.id));
      const rebuild = entry && rebuildOf(this.#entries, entry, this.#series);
      return rebuild === undefined ? [] : [{ ...rebuild, fromS: Number(row.fromS) }];
    });
  }

  /** The plan as if this stood, too; after all others. */
  async planWith(lane: Lane, correction: Omit<Correction, 'id'>): Promise<Plan> {
    const series = await lane.use(connection => seriesOf(connection, correction.meter));
    const id = (this.#entries.at(-1)?.id ?? 0) + 1;
    return new Plan(
      [...this.#plan.corrections, { ...correction, id }],
      [...this.#series.values(), ...series],
    );
  }

  /**
   * Writes the entry that `make` gives for the next id, in a transaction of its own, with what the tiers have to do for
   * it. From then on the plan is the new one, and `onPlan` is called before anything else happens. `make` sees the
   * entries as they are, and may give a refusal instead. No commit is under way meanwhile (`hold`): a series that it
   * brings would be missed, for it is not in the table yet, and `learn` does not know of the entry.
   * @returns the entry and the series that it is about
   */
  add<R extends Refusal>(
    { lane, hold }: EntryPlace,
    make: (id: number) => Entry | R,
    onPlan: () => void,
  ): Promise<Added | R> {
    const inTurn = (connection: DuckDBConnection) => hold(() => this.#add(connection, make, onPlan));
    return lane.use(inTurn);
  }

  async #add<R extends Refusal>(
    connection: DuckDBConnection,
    make: (id: number) => Entry | R,
    onPlan: () => void,
  ): Promise<Added | R> {
    const entry = make((this.#entries.at(-1)?.id ?? 0) + 1);
    if ('refused' in entry) return entry;
    const news = await seriesOf(connection, entry.meter);
    const entries = [...this.#entries, entry];
    const rebuild = rebuildOf(entries, entry, byNumber(news));
    try {
      await write(connection, entry, rebuild);
    } catch (error) {
      // Nobody knows whether it happened.
      await this.load(connection);
      throw error;
    }
    this.#series = byNumber([...this.#series.values(), ...news]);
    this.#entries = entries;
    this.#plan = planOf(entries, this.#series);
    if (rebuild !== undefined) this.#rebuilds = [...this.#rebuilds, rebuild];
    onPlan();
    const about = correctionIn(entries, entry);
    return { entry, series: news.filter(each => about !== undefined && concerns(about, each)) };
  }

  /** Before the first rows of new series are on disk: what is corrected of their meter is of them, too. */
  learn(
    series: readonly { readonly number: number; readonly meter: number; readonly quantity: QuantityId }[],
  ): void {
    const news = series.filter(({ meter }) => this.#plan.corrections.some(each => each.meter === meter));
    if (news.length === 0) return;
    this.#series = byNumber([...this.#series.values(), ...news]);
    this.#plan = planOf(this.#entries, this.#series);
  }

  /** The transaction with these is on disk. */
  rebuilt(steps: readonly RebuildStep[]): void {
    const byId = new Map(steps.map(step => [step.rebuild.id, step]));
    this.#rebuilds = this.#rebuilds.flatMap(rebuild => {
      const step = byId.get(rebuild.id);
      if (step === undefined) return [rebuild];
      return step.isLast ? [] : [{ ...rebuild, fromS: step.toS }];
    });
  }
}

const byNumber = (series: readonly CorrectedSeries[]): ReadonlyMap<number, CorrectedSeries> =>
  new Map(series.map(each => [each.number, each]));

const planOf = (entries: readonly Entry[], series: ReadonlyMap<number, CorrectedSeries>): Plan =>
  new Plan(standing(entries), series.values());

/** Undefined where the entry changes no windows. */
function rebuildOf(
  entries: readonly Entry[],
  entry: Entry,
  series: ReadonlyMap<number, CorrectedSeries>,
): Rebuild | undefined {
  const about = correctionIn(entries, entry);
  if (about === undefined) return undefined;
  const changed = [...series.values()].filter(
    each => concerns(about, each) && changesWindows(about.kind, each.quantity),
  );
  return changed.length === 0
    ? undefined
    : { id: entry.id, fromS: about.fromS, toS: about.toS, series: changed };
}

const seriesOf = async (connection: DuckDBConnection, meter: number): Promise<CorrectedSeries[]> =>
  (await rowsOf(connection, 'SELECT number, meter, quantity FROM series WHERE meter = ?', [meter])).flatMap(
    correctedSeries,
  );

const write = (connection: DuckDBConnection, entry: Entry, rebuild: Rebuild | undefined): Promise<void> =>
  transaction(connection, async () => {
    await connection.run(insertEntry, cellsOf(entry));
    if (rebuild !== undefined) {
      await connection.run('INSERT INTO correction_rebuild VALUES (?, ?)', [rebuild.id, rebuild.fromS]);
    }
  });
