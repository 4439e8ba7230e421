import type { DuckDBConnection } from '@duckdb/node-api';
import type { Plan } from '../corrections/plan.ts';
import { type TableName, tableNames } from './columns.ts';
import type { Corrections } from './corrections.ts';
import {
  type Rebuild,
  type RebuildStep,
  rebuildSteps,
  saveSteps,
  touchedRows,
} from './corrections-rebuild.ts';
import { correctedParts } from './corrections-sql.ts';
import { type Generation, type Generations, generationTable } from './generations.ts';
import { type Lane, rowsOf } from './lane.ts';
import { buildLedger } from './ledger-build.ts';
import { numberColumns } from './number-columns.ts';
import { joinParts } from './parts.ts';
import { dayBounds } from './periods.ts';
import { newRows, rawRows } from './raw-windows.ts';
import { Kept } from './retention.ts';
import { bringGoneBack, goneBelow, goneSpan, mergeLate, setGoneAside } from './retention-late.ts';
import { summarise } from './summary.ts';
import {
  type Kind,
  keptOfParts,
  partsOfTier,
  partsOfWindows,
  type Tier,
  tiers,
  tierTable,
} from './tier-tables.ts';
import { transaction } from './transaction.ts';

/** A bucket is built so long after its end: most windows have come by then, and those that come later mend it. */
const lagS = 30;
/** At most so much time is built in one transaction where a long past is to be built … */
const stepS = 7 * 86_400;
/** … of more windows than this. */
const stepRows = 20_000_000;
/**
 * At most so many new rows of a table are looked through for late ones in one transaction: which buckets they are of is held
 * in memory, and commits beside it need some.
 */
const usualNewRowsMost = 2_000_000;

const kinds: readonly Kind[] = ['gauge', 'counter'];

/** What stands for a meter's ledger where numbers of series tell what is touched and clean. */
export const ledgerOfMeter = (meter: number): number => -meter;

/** What one build does: everything that starts from `fromS` to `toS`, and in the past what new rows have touched. */
interface Span {
  readonly fromS: number;
  readonly toS: number;
}

interface TierOptions {
  readonly kept?: Kept;
  readonly newRowsMost?: number | undefined;
}

/** A generation that is read no more: what its windows were in is built anew. */
export interface Gone {
  readonly generation: Generation;
  readonly series: Readonly<Record<Kind, readonly number[]>>;
  /** Ends it, within the same transaction. */
  readonly drop: (connection: DuckDBConnection) => Promise<void>;
}

/** What one transaction of a build has written. */
interface Written {
  /** Up to where the rows of each generation are taken in, and whether these are all there were. */
  readonly taken: ReadonlyMap<Generation, Generation['taken']>;
  readonly isAll: boolean;
  readonly next: Record<Tier['name'], number>;
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
  #horizons: Record<Tier['name'], number> = { 60: 0, 900: 0, 3600: 0, day: 0 };
  /** Start of the oldest window of each series, before the horizon, that is not in the tiers yet. */
  #dirty = new Map<number, number>();
  #isBuilding: Map<number, number> | undefined;
  /** While a build runs, nobody knows yet where the horizon will be: no further than this. */
  #reachS = 0;
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
    copy.#horizons = { ...this.#horizons };
    copy.#dirty = new Map(this.#dirty);
    return copy;
  }

  async load(lane: Lane): Promise<void> {
    await this.kept.load(lane);
    for (const { name, horizonS } of await lane.all('SELECT name, horizonS FROM tier')) {
      const tier = tiers.find(each => each.name === name);
      if (tier !== undefined) this.#horizons[tier.name] = Number(horizonS);
    }
    const [day] = await lane.all("SELECT zone FROM tier WHERE name = 'day'");
    if (day?.zone !== null && day?.zone !== this.#zone) await this.#forgetDays(lane);
    await lane.use(connection => this.#touchNew(connection));
    this.corrected();
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
    if (startS >= (this.#isBuilding === undefined ? this.#horizons['60'] : this.#reachS)) return;
    const before = this.#dirty.get(series);
    if (before === undefined || startS < before) this.#dirty.set(series, startS);
  }

  /** What corrections have changed is told from windows until it is built anew. */
  corrected(): void {
    for (const { series, fromS } of this.#corrections.rebuilds) {
      for (const { number } of series) this.touched(number, fromS);
    }
  }

  /** Up to where this tier tells all of a series. */
  cleanUntil(tier: Tier, series: number): number {
    const dirtyS = Math.min(
      this.#dirty.get(series) ?? Number.POSITIVE_INFINITY,
      this.#isBuilding?.get(series) ?? Number.POSITIVE_INFINITY,
    );
    const horizonS = this.#horizons[tier.name];
    if (dirtyS >= horizonS) return horizonS;
    // A civil day begins at most a day and an hour before any instant in it.
    return tier.name === 'day' ? dirtyS - 90_000 : Math.floor(dirtyS / tier.lengthS) * tier.lengthS;
  }

  /** Whether windows of the series came that the tiers before the horizon do not know yet. */
  isLate(series: number): boolean {
    return this.cleanUntil(tiers[0], series) < this.#horizons['60'];
  }

  /** How many rows wait for the next build. */
  async waiting(lane: Lane): Promise<number> {
    let rows = 0;
    for (const generation of this.#unsorted()) {
      for (const kind of kinds) {
        const [row] = await lane.all(`SELECT count(*) AS rows FROM ${generationTable(kind, generation)}`);
        rows += Number(row?.rows ?? 0) - generation.taken[kind];
      }
    }
    return rows;
  }

  /** Brings the tiers up to `nowS`, in as many transactions as it takes. */
  async build(lane: Lane, nowS: number): Promise<void> {
    const startMs = performance.now();
    for (let isDone = false; !isDone; ) isDone = await lane.use(connection => this.#step(connection, nowS));
    this.builds++;
    this.lastBuildMs = performance.now() - startMs;
  }

  /** Builds anew, in one transaction, what is left without the windows of a generation that is read no more. */
  async without(lane: Lane, nowS: number, gone: Gone): Promise<void> {
    await lane.use(connection => this.#step(connection, nowS, gone));
  }

  /** One transaction; whether the horizon has come to where it shall be. */
  async #step(connection: DuckDBConnection, nowS: number, gone?: Gone): Promise<boolean> {
    this.#isBuilding = this.#dirty;
    this.#dirty = new Map();
    this.#reachS = Math.max(this.#horizons['60'], nowS - lagS);
    // What is corrected from now on is the next step's.
    const { plan, rebuilds } = this.#corrections;
    try {
      if (this.#isInDoubt) await this.#lookUp(connection);
      this.#isInDoubt = true;
      const { taken, isAll, next, steps } = await transaction(connection, () =>
        this.#write(connection, nowS, plan, rebuilds, gone),
      );
      this.#isInDoubt = false;
      for (const [generation, counts] of taken) Object.assign(generation.taken, counts);
      this.#horizons = next;
      const built = this.#isBuilding;
      this.#isBuilding = undefined;
      // Nobody knows of which series the rest is.
      if (!isAll) for (const [series, startS] of built) this.touched(series, startS);
      this.#corrections.rebuilt(steps);
      this.corrected();
      // What is left with nothing done cannot be read now.
      const isRebuilt = this.#corrections.rebuilds.length === 0 || steps.length === 0;
      return isAll && isRebuilt && next['60'] >= Math.floor((nowS - lagS) / 60) * 60;
    } catch (error) {
      const undone = this.#isBuilding;
      this.#isBuilding = undefined;
      for (const [series, startS] of undone ?? []) this.touched(series, startS);
      throw error;
    } finally {
      for (const generation of this.#unsorted()) generation.taking = undefined;
    }
  }

  /** What a step writes, and what is so once it is on disk. */
  async #write(
    connection: DuckDBConnection,
    nowS: number,
    plan: Plan,
    rebuilds: readonly Rebuild[],
    gone: Gone | undefined,
  ): Promise<Written> {
    const counts = await this.#counts(connection);
    const taken = gone === undefined ? partOf(counts, this.#newRowsMost) : counts;
    const isAll = [...counts].every(([generation, all]) =>
      tableNames.every(name => taken.get(generation)?.[name] === all[name]),
    );
    // Windows behind the horizon that are not taken yet are told from their rows; before it moves, all are.
    const next = isAll ? await this.#nextHorizons(connection, counts, nowS) : this.#horizons;
    for (const [generation, until] of taken) generation.taking = until;
    const steps = await rebuildSteps(connection, this.#generations, rebuilds, this.#horizons['60']);
    for (const kind of kinds) await this.#buildKind(connection, kind, next, plan, steps, gone);
    await saveSteps(connection, steps);
    await buildLedger(connection, this.#generations.list, {
      fromS: this.#horizons['900'],
      toS: next['900'],
      gone: gone?.generation,
    });
    await summarise(connection, this.#generations.list, nowS);
    await gone?.drop(connection);
    for (const { name } of tiers) {
      await connection.run(`UPDATE tier SET horizonS = ?, zone = ? WHERE name = '${name}'`, [
        next[name],
        this.#zone,
      ]);
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
    for (const { name, horizonS } of await rowsOf(connection, 'SELECT name, horizonS FROM tier')) {
      const tier = tiers.find(each => each.name === name);
      if (tier !== undefined) this.#horizons = { ...this.#horizons, [tier.name]: Number(horizonS) };
    }
    const counts = await rowsOf(connection, `SELECT number, ${tableNames.join(', ')} FROM generation`);
    for (const { number, ...taken } of counts) {
      const generation = this.#generations.list.find(each => each.number === Number(number));
      for (const name of tableNames)
        if (generation !== undefined) generation.taken[name] = Number(taken[name]);
    }
    // Windows behind the horizon that was have come meanwhile and were not late then.
    this.#reachS = Math.max(this.#reachS, this.#horizons['60']);
    await this.#touchNew(connection);
    this.#isInDoubt = false;
  }

  #unsorted(): readonly Generation[] {
    return this.#generations.list.filter(({ state }) => state === 'open' || state === 'closed');
  }

  /** Start of the oldest window there is. */
  get #oldestS(): number {
    return Math.min(...this.#generations.list.map(({ fromS }) => fromS));
  }

  async #counts(connection: DuckDBConnection): Promise<Map<Generation, Generation['taken']>> {
    const counts = new Map<Generation, Generation['taken']>();
    for (const generation of this.#unsorted()) {
      const sums = tableNames.map(
        name => `(SELECT count(*) FROM ${generationTable(name, generation)})::DOUBLE`,
      );
      const [row = []] = (await connection.runAndReadAll(`SELECT ${sums.join(', ')}`)).getRows();
      const [gauge, counter, span, missing] = row.map(Number);
      counts.set(generation, {
        gauge: gauge ?? 0,
        counter: counter ?? 0,
        span: span ?? 0,
        missing: missing ?? 0,
      });
    }
    return counts;
  }

  /** Where the horizons shall be after this step. They never go back, also when the clock does. */
  async #nextHorizons(
    connection: DuckDBConnection,
    taken: ReadonlyMap<Generation, Generation['taken']>,
    nowS: number,
  ): Promise<Record<Tier['name'], number>> {
    const before = this.#horizons;
    const fromS = Math.max(before['60'], Math.floor(Math.min(this.#oldestS, nowS) / 60) * 60);
    const rows = this.#generations
      .touching(fromS, nowS)
      .reduce((sum, generation) => sum + (taken.get(generation)?.gauge ?? generation.taken.gauge), 0);
    const latestS = rows > stepRows ? Math.min(nowS - lagS, fromS + stepS) : nowS - lagS;
    const reachedS = Math.max(latestS, before['60']);
    const floor = (lengthS: number) => Math.floor(reachedS / lengthS) * lengthS;
    const days = await dayBounds(connection, this.#zone, floor(900) - 1, floor(900));
    return {
      60: Math.max(before['60'], floor(60)),
      900: Math.max(before['900'], floor(900)),
      3600: Math.max(before['3600'], floor(3600)),
      day: Math.max(before.day, ...days.filter(bound => bound <= floor(900))),
    };
  }

  async #buildKind(
    connection: DuckDBConnection,
    kind: Kind,
    next: Record<Tier['name'], number>,
    plan: Plan,
    steps: readonly RebuildStep[],
    gone: Gone | undefined,
  ): Promise<void> {
    const minutes = 'series, startS // 60::UINTEGER * 60::UINTEGER AS startS';
    const isBuilt = `startS < ${this.#horizons['60']}`;
    await this.#mend(connection, kind, plan, newRows(kind, this.#unsorted(), minutes, isBuilt));
    if (gone !== undefined && gone.series[kind].length > 0) {
      const rows = rawRows(kind, [gone.generation], minutes, isBuilt);
      await this.#mend(connection, kind, plan, rows, gone.series[kind]);
    }
    for (const step of steps) {
      const corrected = touchedRows(kind, this.#generations, step, minutes);
      if (corrected === undefined) continue;
      await this.#mend(connection, kind, plan, corrected.rows, corrected.series);
    }
    for (const tier of tiers) {
      const fromS = Math.max(this.#horizons[tier.name], this.#oldestS - 2 * tier.lengthS);
      const span: Span = { fromS, toS: next[tier.name] };
      if (span.toS <= span.fromS) continue;
      const source = this.#source(kind, tier, plan);
      await this.#insert(connection, kind, tier, source(span.fromS, span.toS), span);
    }
  }

  /** Builds anew the buckets, as far as they were built, that hold these windows; all of them of `series`, if given. */
  async #mend(
    connection: DuckDBConnection,
    kind: Kind,
    plan: Plan,
    late: string,
    series?: readonly number[],
  ): Promise<void> {
    await connection.run(
      `CREATE OR REPLACE TEMP TABLE late AS SELECT DISTINCT series, startS FROM (${late})`,
    );
    for (const tier of tiers) {
      if (tier.name !== '60') await this.#coarsenLate(connection, tier, this.#horizons[tier.name]);
      if (tier.name === '900') await connection.run('CREATE OR REPLACE TEMP TABLE late_quarter AS FROM late');
      const gone = goneBelow(tier, this.kept, this.#generations);
      if (gone !== undefined) await setGoneAside(connection, gone);
      await this.#rebuildLate(connection, kind, tier, this.#source(kind, tier, plan, series));
      if (gone === undefined) continue;
      // No correction reaches what is gone.
      if (series === undefined) await this.#mergeLate(connection, kind, tier);
      await bringGoneBack(connection);
    }
  }

  /** What the buckets of a tier are made of: parts of the finer one, or corrected windows. */
  #source(
    kind: Kind,
    tier: Tier,
    plan: Plan,
    series?: readonly number[],
  ): (fromS: number, toS: number) => string {
    const finer = tiers[tiers.indexOf(tier) - 1];
    const only = series === undefined ? '' : ` AND series IN (${series.join(', ')})`;
    return (fromS, toS) => {
      const where = `${within(fromS, toS)}${only}`;
      if (tier.name === 'day') return this.#partsOfDays(kind, where);
      if (finer !== undefined)
        return `SELECT ${partsOfTier[kind]} FROM ${tierTable(kind, finer)} WHERE ${where}`;
      const touching = this.#generations.readable(fromS, toS);
      return correctedParts(plan, kind, touching, where, { fromS, toS }, series);
    };
  }

  /** Days are made of quarters of an hour, and of hours where no quarters are kept: some zones are half an hour off. */
  #partsOfDays(kind: Kind, where: string): string {
    const [quarter, hour] = [tiers[1], tiers[2]];
    const quarters = `SELECT ${partsOfTier[kind]} FROM ${tierTable(kind, quarter)} WHERE ${where}`;
    const keptFromS = this.kept.fromS(quarter.name);
    if (keptFromS === 0) return quarters;
    const untilS = `${Math.ceil(keptFromS / hour.lengthS) * hour.lengthS}::UINTEGER`;
    return `${quarters} AND startS >= ${untilS} UNION ALL
      SELECT ${partsOfTier[kind]} FROM ${tierTable(kind, hour)} WHERE ${where} AND startS < ${untilS}`;
  }

  /** The buckets of this tier that hold the late ones of what it is made of, as far as they were built. */
  async #coarsenLate(connection: DuckDBConnection, tier: Tier, horizonS: number): Promise<void> {
    const finer = tier.name === 'day' ? 'late_quarter' : 'late';
    const [row] = (
      await connection.runAndReadAll(`SELECT min(startS)::DOUBLE, max(startS)::DOUBLE FROM ${finer}`)
    ).getRows();
    if (row?.[0] === null || row === undefined) return;
    const from = await this.#withBucket(connection, tier, `SELECT series, startS FROM ${finer}`, {
      fromS: Number(row[0]),
      toS: Number(row[1]) + 1,
    });
    await connection.run(
      `CREATE OR REPLACE TEMP TABLE late AS SELECT DISTINCT series, bucketS::UINTEGER AS startS
       FROM (SELECT series, ${from.bucket} AS bucketS FROM (${from.rows})) WHERE bucketS < ${horizonS}`,
    );
  }

  async #rebuildLate(
    connection: DuckDBConnection,
    kind: Kind,
    tier: Tier,
    source: (fromS: number, toS: number) => string,
  ): Promise<void> {
    const [row] = (
      await connection.runAndReadAll('SELECT min(startS)::DOUBLE, max(startS)::DOUBLE FROM late')
    ).getRows();
    if (row === undefined || row[0] === null) return;
    const [firstS, lastS] = [Number(row[0]), Number(row[1])];
    const table = tierTable(kind, tier);
    await connection.run(
      `DELETE FROM ${table} USING late WHERE ${table}.startS >= ${firstS} AND ${table}.startS <= ${lastS}
         AND ${table}.series = late.series AND ${table}.startS = late.startS`,
    );
    // Some civil days have 25 hours, and where clocks go back by more, 26 and 27.
    const span = { fromS: firstS, toS: lastS + (tier.name === 'day' ? 2 : 1) * tier.lengthS };
    const { rows, bucket } = await this.#withBucket(connection, tier, source(span.fromS, span.toS), span);
    await connection.run(
      `INSERT INTO ${table} SELECT ${keptOfParts[kind]} FROM (${joinParts(
        kind,
        `SELECT parts.* FROM (SELECT *, (${bucket})::UINTEGER AS slotS FROM (${rows})) AS parts
         SEMI JOIN late ON parts.series = late.series AND parts.slotS = late.startS`,
        'slotS',
      )}) ORDER BY bucketS, series`,
    );
  }

  /** Late windows of a time of which the finer rows are gone. */
  async #mergeLate(connection: DuckDBConnection, kind: Kind, tier: Tier): Promise<void> {
    const span = await goneSpan(connection, this.kept.fromS(tier.name));
    if (span === undefined) return;
    const late = newRows(kind, this.#unsorted(), partsOfWindows[kind], `startS < ${this.#horizons['60']}`);
    const toS = span.toS + 2 * tier.lengthS;
    await mergeLate(connection, kind, tier, await this.#withBucket(connection, tier, late, { ...span, toS }));
  }

  async #insert(
    connection: DuckDBConnection,
    kind: Kind,
    tier: Tier,
    source: string,
    span: Span,
  ): Promise<void> {
    const { rows, bucket } = await this.#withBucket(connection, tier, source, span);
    await connection.run(
      `INSERT INTO ${tierTable(kind, tier)} SELECT ${keptOfParts[kind]}
       FROM (${joinParts(kind, rows, bucket)}) ORDER BY bucketS, series`,
    );
  }

  /** Rows, and the expression of their bucket's start: civil days are looked up in a list. */
  async #withBucket(
    connection: DuckDBConnection,
    tier: Tier,
    rows: string,
    { fromS, toS }: Span,
  ): Promise<{ rows: string; bucket: string }> {
    if (tier.name !== 'day') {
      return { rows, bucket: `startS // ${tier.lengthS}::UINTEGER * ${tier.lengthS}::UINTEGER` };
    }
    const bounds = await dayBounds(connection, this.#zone, fromS, toS);
    const days = `SELECT unnest([${bounds.join(', ')}])::UINTEGER AS dayS`;
    return { rows: `SELECT * FROM (${rows}) ASOF JOIN (${days}) ON startS >= dayS`, bucket: 'dayS' };
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
    this.#horizons.day = fromS;
  }
}

/** Up to where rows are taken where of each table at most so many are, the oldest first. */
function partOf(
  counts: ReadonlyMap<Generation, Record<TableName, number>>,
  most: number,
): Map<Generation, Record<TableName, number>> {
  const left = { gauge: most, counter: most, span: most, missing: most };
  const part = new Map<Generation, Record<TableName, number>>();
  for (const [generation, all] of counts) {
    const until = { ...all };
    for (const name of tableNames) {
      const taken = generation.taken[name];
      until[name] = Math.min(all[name], taken + left[name]);
      left[name] -= until[name] - taken;
    }
    part.set(generation, until);
  }
  return part;
}

const within = (fromS: number, toS: number): string =>
  `startS >= ${Math.max(fromS, 0)}::UINTEGER AND startS < ${toS}::UINTEGER`;
