import type { DuckDBConnection } from '@duckdb/node-api';
import { tableNames } from './columns.ts';
import type { Corrections } from './corrections.ts';
import { type RebuildStep, rebuildSteps, saveSteps } from './corrections-rebuild.ts';
import { type Generations, generationTable } from './generations.ts';
import { type Lane, rowsOf } from './lane.ts';
import { LateWindows, ledgerOfMeter } from './late-windows.ts';
import { buildLedger } from './ledger-build.ts';
import { numberColumns } from './number-columns.ts';
import { newRows } from './raw-windows.ts';
import { Kept } from './retention.ts';
import { summarise } from './summary.ts';
import { buildTiers, type Gone } from './tier-build.ts';
import {
  countRows,
  isAllOf,
  nextHorizons,
  partOf,
  type RowCounts,
  reachOf,
  usualNewRowsMost,
} from './tier-reach.ts';
import { type Horizons, kinds, type Tier, tiers } from './tier-tables.ts';
import { transaction } from './transaction.ts';

interface TierOptions {
  readonly kept?: Kept;
  readonly newRowsMost?: number | undefined;
}

/** What one transaction of a build has written. */
interface Written {
  /** Up to where the rows of each generation are taken in, and whether these are all there were. */
  readonly taken: RowCounts;
  readonly isAll: boolean;
  readonly next: Horizons;
  readonly steps: readonly RebuildStep[];
}

/**
 * Keeps the tiers true to the windows. Each tier has a horizon: what starts before it is in the tier. A build moves
 * the horizons on and builds anew, in the past, the buckets of the windows that came since the build before; how
 * many rows of each generation were taken in is kept in the same transaction, so a host that was killed goes on
 * where it was.
 */
export class Tiers {
  readonly #generations: Generations;
  readonly #zone: string;
  readonly #corrections: Corrections;
  #horizons: Horizons = { 60: 0, 900: 0, 3600: 0, day: 0 };
  #late = new LateWindows();
  #isInDoubt = false;
  readonly #newRowsMost: number;
  /** From when on each level still has its rows. */
  readonly kept: Kept;
  builds = 0;
  lastBuildMs = 0;

  constructor(
    generations: Generations,
    zone: string,
    corrections: Corrections,
    { kept = new Kept(), newRowsMost = usualNewRowsMost }: TierOptions = {},
  ) {
    this.#newRowsMost = newRowsMost;
    this.#generations = generations;
    this.#zone = zone;
    this.#corrections = corrections;
    this.kept = kept;
  }

  /** What reads go by, as it is now; while no build is under way. */
  copy(generations: Generations): Pick<Tiers, 'cleanUntil' | 'isLate' | 'horizon' | 'kept' | 'zone'> {
    const copy = new Tiers(generations, this.#zone, this.#corrections, { kept: this.kept.copy() });
    copy.#horizons = this.#horizons;
    copy.#late = this.#late.copy();
    return copy;
  }

  async load(lane: Lane): Promise<void> {
    await this.kept.load(lane);
    await lane.use(connection => this.#loadHorizons(connection));
    const [day] = await lane.all("SELECT zone FROM tier WHERE name = 'day'");
    if (day?.zone !== null && day?.zone !== this.#zone) await this.#forgetDays(lane);
    await lane.use(connection => this.#touchNew(connection));
    this.corrected();
  }

  async #loadHorizons(connection: DuckDBConnection): Promise<void> {
    for (const { name, horizonS } of await rowsOf(connection, 'SELECT name, horizonS FROM tier')) {
      const tier = tiers.find(each => each.name === name);
      if (tier !== undefined) this.#horizons = { ...this.#horizons, [tier.name]: Number(horizonS) };
    }
  }

  /** What came since the last build, as the database tells it. */
  async #touchNew(connection: DuckDBConnection): Promise<void> {
    const isBuilt = `startS < ${this.horizon('60')}`;
    const oldest = async (
      of: 'series' | 'meter',
      rows: string,
      touch: (number: number, startS: number) => void,
    ) => {
      const [numbers = [], starts = []] = await numberColumns(
        await connection.run(`SELECT ${of}, min(startS) FROM (${rows}) GROUP BY ${of}`),
      );
      for (const [index, number] of numbers.entries()) touch(number, starts[index] as number);
    };
    for (const kind of kinds) {
      const rows = newRows(kind, this.#generations.list, 'series, startS', isBuilt);
      await oldest('series', rows, (series, startS) => this.touched(series, startS));
    }
    const spans = newRows('span', this.#generations.list, 'meter, startS', isBuilt);
    await oldest('meter', spans, (meter, startS) => this.touched(ledgerOfMeter(meter), startS));
  }

  /** IANA zone of the site. */
  get zone(): string {
    return this.#zone;
  }

  horizon(name: Tier['name']): number {
    return this.#horizons[name];
  }

  /** A window of the series is on disk. */
  touched(series: number, startS: number): void {
    this.#late.add(series, startS, this.#horizons['60']);
  }

  /** What corrections have changed is told from windows until it is built anew. */
  corrected(): void {
    for (const { series, fromS } of this.#corrections.rebuilds) {
      for (const { number } of series) this.touched(number, fromS);
    }
  }

  /** Up to where this tier tells all of a series. */
  cleanUntil(tier: Tier, series: number): number {
    const lateS = this.#late.oldestS(series);
    const horizonS = this.#horizons[tier.name];
    if (lateS >= horizonS) return horizonS;
    // A civil day begins at most a day and an hour before any instant in it.
    return tier.name === 'day' ? lateS - 90_000 : Math.floor(lateS / tier.lengthS) * tier.lengthS;
  }

  /** Whether windows of the series came that the tiers before the horizon do not know yet. */
  isLate(series: number): boolean {
    return this.cleanUntil(tiers[0], series) < this.#horizons['60'];
  }

  /** How many rows wait for the next build. */
  async waiting(lane: Lane): Promise<number> {
    let rows = 0;
    for (const generation of this.#generations.unsorted) {
      for (const kind of kinds) {
        const [row] = await lane.all(`SELECT count(*) AS rows FROM ${generationTable(kind, generation)}`);
        rows += Number(row?.rows ?? 0) - generation.taken[kind];
      }
    }
    return rows;
  }

  /** Brings the tiers up to `nowS`, in as many transactions as it takes; the next build goes on where this one was ended. */
  async build(lane: Lane, nowS: number, isEnded = () => false): Promise<void> {
    const startMs = performance.now();
    for (let [step, isDone] = [0, false]; !isDone && !isEnded(); step++) {
      const take = (counts: RowCounts) => partOf(counts, this.#newRowsMost, step);
      isDone = await lane.use(connection => this.#step(connection, nowS, take));
    }
    this.builds++;
    this.lastBuildMs = performance.now() - startMs;
  }

  /** Builds anew, in one transaction, what is left without the windows of a generation that is read no more. */
  async without(lane: Lane, nowS: number, gone: Gone): Promise<void> {
    await lane.use(connection => this.#step(connection, nowS, counts => counts, gone));
  }

  /** One transaction; whether the horizon has come to where it shall be. */
  async #step(
    connection: DuckDBConnection,
    nowS: number,
    take: (counts: RowCounts) => RowCounts,
    gone?: Gone,
  ): Promise<boolean> {
    this.#late.begin(Math.max(this.#horizons['60'], reachOf(nowS)));
    // What is corrected from now on is the next step's.
    const { plan, rebuilds } = this.#corrections;
    try {
      if (this.#isInDoubt) await this.#lookUp(connection);
      this.#isInDoubt = true;
      const { taken, isAll, next, steps } = await transaction(connection, () =>
        this.#write(connection, nowS, { plan, rebuilds }, take, gone),
      );
      this.#isInDoubt = false;
      for (const [generation, counts] of taken) Object.assign(generation.taken, counts);
      this.#horizons = next;
      // Nobody knows of which series the rest is.
      this.#late.end(isAll, next['60']);
      this.#corrections.rebuilt(steps);
      this.corrected();
      // What is left with nothing done cannot be read now.
      const isRebuilt = this.#corrections.rebuilds.length === 0 || steps.length === 0;
      return isAll && isRebuilt && next['60'] >= Math.floor(reachOf(nowS) / 60) * 60;
    } catch (error) {
      this.#late.end(false, this.#horizons['60']);
      throw error;
    } finally {
      for (const generation of this.#generations.unsorted) generation.taking = undefined;
    }
  }

  /** What a step writes, and what is so once it is on disk. */
  async #write(
    connection: DuckDBConnection,
    nowS: number,
    { plan, rebuilds }: Pick<Corrections, 'plan' | 'rebuilds'>,
    take: (counts: RowCounts) => RowCounts,
    gone: Gone | undefined,
  ): Promise<Written> {
    const [generations, zone, kept, horizons] = [this.#generations, this.#zone, this.kept, this.#horizons];
    const counts = await countRows(connection, generations);
    const taken = take(counts);
    const isAll = isAllOf(counts, taken);
    // Windows behind the horizon that are not taken yet are told from their rows; before it moves, all are.
    const next = isAll ? await nextHorizons(connection, generations, zone, horizons, counts, nowS) : horizons;
    for (const [generation, until] of taken) generation.taking = until;
    const steps = await rebuildSteps(connection, generations, rebuilds, horizons['60']);
    await buildTiers(connection, { generations, zone, kept, plan, horizons, next, steps, gone });
    await saveSteps(connection, steps);
    await buildLedger(connection, generations.list, {
      fromS: horizons['900'],
      toS: next['900'],
      gone: gone?.generation,
    });
    await summarise(connection, generations.list, nowS);
    await gone?.drop(connection);
    for (const { name } of tiers) {
      await connection.run('UPDATE tier SET horizonS = ?, zone = ? WHERE name = ?', [next[name], zone, name]);
    }
    for (const [generation, counts] of taken) {
      await connection.run(
        'UPDATE generation SET fromS = ?, toS = ?, gauge = ?, counter = ?, span = ?, missing = ? WHERE number = ?',
        [
          Number.isFinite(generation.fromS) ? generation.fromS : null,
          Number.isFinite(generation.toS) ? generation.toS : null,
          ...tableNames.map(name => counts[name]),
          generation.number,
        ],
      );
    }
    return { taken, isAll, next, steps };
  }

  /** How far a step came of which nobody knows whether it was committed: done twice, its buckets would be there twice. */
  async #lookUp(connection: DuckDBConnection): Promise<void> {
    await this.#loadHorizons(connection);
    const counts = await rowsOf(connection, `SELECT number, ${tableNames.join(', ')} FROM generation`);
    for (const { number, ...taken } of counts) {
      const generation = this.#generations.list.find(each => each.number === Number(number));
      for (const name of tableNames)
        if (generation !== undefined) generation.taken[name] = Number(taken[name]);
    }
    // Windows behind the horizon that was have come meanwhile and were not late then.
    this.#late.reach(this.#horizons['60']);
    await this.#touchNew(connection);
    this.#isInDoubt = false;
  }

  /** The site has moved to another zone: its days are others. */
  async #forgetDays(lane: Lane): Promise<void> {
    // Where there are no hours left the old days are all there is.
    const fromS = this.kept.fromS('3600');
    // All or nothing: killed in between and started with the zone of before, days would be gone that it takes for built.
    await lane.runAll([
      ...kinds.map(kind => [`DELETE FROM ${kind}_day WHERE startS >= ?`, [fromS]] as const),
      ["UPDATE tier SET horizonS = ? WHERE name = 'day'", [fromS]],
    ]);
    this.#horizons = { ...this.#horizons, day: fromS };
  }
}
