import type { DuckDBConnection } from '@duckdb/node-api';
import { checkpoint } from './checkpoint.ts';
import { tableNames } from './columns.ts';
import { type Generation, type Generations, generationTable } from './generations.ts';
import type { Lane } from './lane.ts';
import { insertSorted } from './sort-pieces.ts';
import { transaction } from './transaction.ts';

/** What rows of gauges and counters may share as their last digits: a meter rarely resolves what the wire could. */
const steps = [10, 100, 1000, 10_000, 100_000, 1_000_000];

/**
 * Sorts the closed generations by series and time: several times smaller and faster to read. The greatest power of ten
 * that all numbers of a series share goes into `step`. One transaction for each generation; reads go on meanwhile.
 * @param before those from this number on stay as they came: somebody reads them in the order of their commits
 */
export async function sortGenerations(
  lane: Lane,
  generations: Generations,
  before = Number.POSITIVE_INFINITY,
): Promise<number> {
  let sorted = 0;
  for (const generation of generations.list) {
    if (generation.number >= before) continue;
    if (generation.state !== 'closed' || !(await isTaken(lane, generation))) continue;
    await lane.use(connection => sort(connection, generation));
    generation.state = 'sorted';
    sorted++;
    await lane.use(checkpoint);
  }
  return sorted;
}

/** Whether the tiers know all rows: sorting gives rows other positions, and new ones could not be told any more. */
async function isTaken(lane: Lane, generation: Generation): Promise<boolean> {
  for (const name of tableNames) {
    const [row] = await lane.all(`SELECT count(*) AS rows FROM ${generationTable(name, generation)}`);
    if (Number(row?.rows) !== generation.taken[name]) return false;
  }
  return true;
}

async function sort(connection: DuckDBConnection, generation: Generation): Promise<void> {
  const table = (name: (typeof tableNames)[number]) => generationTable(name, generation);
  await transaction(connection, async () => {
    const common = 'samples, given.step AS step, windowS';
    await findSteps(connection, table('gauge'), ['low * step', 'high * step', 'last * step']);
    await replace(
      connection,
      table('gauge'),
      'series',
      where =>
        `SELECT low * rows.step // given.step AS low, mean, high * rows.step // given.step AS high,
           last * rows.step // given.step AS last, series, startS, ${common}
         FROM ${table('gauge')} AS rows JOIN given USING (series) WHERE ${where}`,
    );
    await findSteps(connection, table('counter'), ['last * step']);
    await replace(
      connection,
      table('counter'),
      'series',
      where => `SELECT last * rows.step // given.step AS last, series, startS, ${common}
        FROM ${table('counter')} AS rows JOIN given USING (series) WHERE ${where}`,
    );
    await connection.run('DROP TABLE given');
    for (const name of ['span', 'missing'] as const) {
      await replace(connection, table(name), 'meter', where => `SELECT * FROM ${table(name)} WHERE ${where}`);
    }
    await connection.run("UPDATE generation SET state = 'sorted' WHERE number = ?", [generation.number]);
  });
}

/** Fills the table `given`: the greatest power of ten that divides these columns in all rows of a series. One look at all rows. */
async function findSteps(
  connection: DuckDBConnection,
  table: string,
  columns: readonly string[],
): Promise<void> {
  const divides = (step: number) => columns.map(column => `(${column}) % ${step} = 0`).join(' AND ');
  const cases = [...steps].reverse().map(step => `WHEN bool_and(${divides(step)}) THEN ${step}`);
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE given AS SELECT series, (CASE ${cases.join(' ')} ELSE 1 END)::UINTEGER AS step
     FROM ${table} GROUP BY series`,
  );
}

/** @param rowsOf those of a piece, as they are to be, without their order */
async function replace(
  connection: DuckDBConnection,
  table: string,
  key: 'series' | 'meter',
  rowsOf: (where: string) => string,
): Promise<void> {
  await connection.run(`CREATE TABLE sorting AS ${rowsOf('false')}`);
  await insertSorted(connection, {
    from: table,
    key,
    insert: where => `INSERT INTO sorting ${rowsOf(where)}`,
  });
  const reader = await connection.runAndReadAll(
    `SELECT (SELECT count(*) FROM sorting) = (SELECT count(*) FROM ${table}) AS same`,
  );
  if (reader.getRows()[0]?.[0] !== true) throw new Error(`sorting ${table} did not keep all rows`);
  await connection.run(`DROP TABLE ${table}`);
  await connection.run(`ALTER TABLE sorting RENAME TO ${table}`);
}
