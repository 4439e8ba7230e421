import type { DuckDBConnection } from '@duckdb/node-api';
import { type TableName, tableNames } from './columns.ts';
import { type Generation, type Generations, generationTable } from './generations.ts';
import { dayBounds } from './periods.ts';
import type { Horizons } from './tier-tables.ts';

/** Rows of each table of generations, by their count from the oldest. */
export type RowCounts = ReadonlyMap<Generation, Readonly<Record<TableName, number>>>;

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
export const usualNewRowsMost = 2_000_000;
/**
 * Usually fewer: while a transaction comes to disk, commits wait. Of very many a tenth each, as each transaction reads all
 * windows of the times that its late ones are of.
 */
const usualNewRows = 200_000;
const shareOfMany = 0.1;
/** A build of more transactions takes as many as it may: where as many come beside each, few at once would never be all. */
const patientSteps = 50;

/** Up to where a build of `nowS` comes in the end, s. */
export const reachOf = (nowS: number): number => nowS - lagS;

/** How many rows there are in generations that the tiers have not taken in for good. */
export async function countRows(connection: DuckDBConnection, generations: Generations): Promise<RowCounts> {
  const counts = new Map<Generation, Record<TableName, number>>();
  for (const generation of generations.unsorted) {
    const sums = tableNames.map(
      name => `(SELECT count(*) FROM ${generationTable(name, generation)})::DOUBLE`,
    );
    const [row = []] = (await connection.runAndReadAll(`SELECT ${sums.join(', ')}`)).getRows();
    const [gauge = 0, counter = 0, span = 0, missing = 0] = row.map(Number);
    counts.set(generation, { gauge, counter, span, missing });
  }
  return counts;
}

/** Up to where rows are taken in one transaction, of each table at most so many, the oldest first; `step`: those before it of this build. */
export function partOf(counts: RowCounts, most: number, step: number): RowCounts {
  const waiting = (name: TableName) =>
    [...counts].reduce((sum, [generation, all]) => sum + all[name] - generation.taken[name], 0);
  const some = (name: TableName) =>
    step >= patientSteps
      ? most
      : Math.min(Math.max(usualNewRows, Math.ceil(waiting(name) * shareOfMany)), most);
  const left = {
    gauge: some('gauge'),
    counter: some('counter'),
    span: some('span'),
    missing: some('missing'),
  };
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

/** Whether these are all rows there are. */
export const isAllOf = (counts: RowCounts, part: RowCounts): boolean =>
  [...counts].every(([generation, all]) =>
    tableNames.every(name => part.get(generation)?.[name] === all[name]),
  );

/** Where the horizons shall be after one transaction. They never go back, also when the clock does. */
export async function nextHorizons(
  connection: DuckDBConnection,
  generations: Generations,
  zone: string,
  before: Horizons,
  counts: RowCounts,
  nowS: number,
): Promise<Horizons> {
  const fromS = Math.max(before['60'], Math.floor(Math.min(generations.oldestS, nowS) / 60) * 60);
  const rows = generations
    .touching(fromS, nowS)
    .reduce((sum, generation) => sum + (counts.get(generation)?.gauge ?? generation.taken.gauge), 0);
  const latestS = rows > stepRows ? Math.min(reachOf(nowS), fromS + stepS) : reachOf(nowS);
  const reachedS = Math.max(latestS, before['60']);
  const floor = (lengthS: number) => Math.floor(reachedS / lengthS) * lengthS;
  const days = await dayBounds(connection, zone, floor(900) - 1, floor(900));
  return {
    60: Math.max(before['60'], floor(60)),
    900: Math.max(before['900'], floor(900)),
    3600: Math.max(before['3600'], floor(3600)),
    day: Math.max(before.day, ...days.filter(bound => bound <= floor(900))),
  };
}
