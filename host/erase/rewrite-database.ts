import { rm } from 'node:fs/promises';
import type { DuckDBConnection } from '@duckdb/node-api';
import { makeFolder } from '../make-folder.ts';
import { Lane } from '../store/lane.ts';
import { migrate } from '../store/migrate.ts';
import { openDatabase } from '../store/open-database.ts';
import { isThere, placesOf } from '../store/recovery-files.ts';
import { isInUse } from '../store/recovery-trial.ts';
import { finishRestore, type OnStep, putInPlace } from '../store/restore-place.ts';
import { quoted } from '../store/sql-text.ts';
import { fresh, named, Workbench } from './sql.ts';
import { ruleOf } from './table-rules.ts';

/** Which rows of a table stay, as a condition of SQL; undefined: all. Of tables that were changed those of `work` are taken. */
export type Stays = (table: string) => string | undefined;

export interface RewriteOptions<T> {
  readonly dataDir: string;
  /** Prepares what is to be changed, and says what stays. @throws Error where nothing is to be done; nothing has changed then */
  readonly prepare: (bench: Workbench) => Promise<{ readonly stays: Stays; readonly outcome: T }>;
  readonly onStep?: OnStep;
}

export interface Rewritten<T> {
  readonly outcome: T;
  readonly tables: number;
  readonly rowsBefore: number;
  readonly rowsAfter: number;
}

/**
 * Puts a new file in the place of the database of a host that does not run, with the rows that stay and none of the
 * blocks that held others. Every table is held to what was to stay of it, row by row, before it counts. Killed at any moment,
 * either the old database stays whole or the next start finishes.
 * @throws Error that says what to do: the host runs, no database, no room
 */
export async function rewriteDatabase<T>(options: RewriteOptions<T>): Promise<Rewritten<T>> {
  const { dataDir, prepare, onStep = () => {} } = options;
  const { database, restoring, exports, imports, trial, archiveRestoring } = placesOf(dataDir);
  if (!(await isThere(database)))
    throw new Error(`There is no database in ${dataDir}; name its folder with --data-dir.`);
  if (await isInUse(database))
    throw new Error(`The database ${database} is in use; stop the host, then erase.`);
  await finishRestore(dataDir);
  await rm(archiveRestoring, { recursive: true, force: true });
  const { instance } = await openDatabase({ dataDir, config: { memory_limit: '512MB' } });
  let rewritten: Rewritten<T>;
  try {
    const lane = new Lane(await instance.connect());
    try {
      await migrate(lane, database);
      await makeFolder(archiveRestoring);
      onStep('erase.copy');
      rewritten = await lane.use(connection => copyWhatStays(connection, prepare, restoring));
    } finally {
      await lane.close();
    }
  } catch (error) {
    await rm(archiveRestoring, { recursive: true, force: true });
    await rm(restoring, { force: true });
    throw error;
  } finally {
    instance.closeSync();
  }
  onStep('erase.place');
  await putInPlace(dataDir, onStep);
  // What is on its way in or out holds values, too.
  for (const path of [exports, imports, trial, `${trial}-mended`, `${database}.tmp`])
    await rm(path, { recursive: true, force: true });
  return rewritten;
}

async function copyWhatStays<T>(
  connection: DuckDBConnection,
  prepare: RewriteOptions<T>['prepare'],
  to: string,
): Promise<Rewritten<T>> {
  const bench = await Workbench.open(connection);
  for (const table of bench.tables) ruleOf(table);
  const { stays, outcome } = await prepare(bench);
  await bench.run(`ATTACH ${quoted(to, "'")} AS ${fresh} (STORAGE_VERSION 'v1.5.0')`);
  const definitions = await bench.all(
    `SELECT table_name AS name, sql FROM duckdb_tables()
     WHERE database_name = ? AND schema_name = 'main' AND NOT internal AND NOT temporary ORDER BY table_oid`,
    [bench.source],
  );
  await bench.run(`USE ${fresh}`);
  // At once: a transaction for each table would wait for the disk each time.
  await bench.run('BEGIN TRANSACTION');
  for (const { name, sql } of definitions) {
    await bench.run(String(sql));
    const table = String(name);
    await bench.run(`INSERT INTO ${named(fresh, table)} ${givenOf(bench, table, stays)}`);
  }
  await bench.run('COMMIT');
  await bench.run(`USE ${quoted(bench.source, '"')}`);
  let [rowsBefore, rowsAfter] = [0, 0];
  for (const { name } of definitions) {
    const table = String(name);
    const [given, target] = [givenOf(bench, table, stays), named(fresh, table)];
    const [all] = await bench.all(`SELECT count(*) AS rows FROM ${named(bench.source, table)}`);
    const [wanted, found] = [await factsOf(bench, `(${given})`), await factsOf(bench, target)];
    if (wanted !== found) throw new Error(`The copy of table ${table} is not what was to stay of it.`);
    rowsBefore += Number(all?.rows);
    rowsAfter += Number(found.split(' ')[0]);
  }
  // The views are made anew by the host, which knows the archive's files.
  await bench.run(`CHECKPOINT ${fresh}`);
  await bench.run(`DETACH ${fresh}`);
  return { outcome, tables: definitions.length, rowsBefore, rowsAfter };
}

function givenOf(bench: Workbench, table: string, stays: Stays): string {
  if (bench.changed.has(table)) return `SELECT * FROM ${named('work', table)}`;
  const condition = stays(table);
  return `SELECT * FROM ${named(bench.source, table)}${condition === undefined ? '' : ` WHERE ${condition}`}`;
}

/** Rows, and the sum of their hashes. */
async function factsOf(bench: Workbench, source: string): Promise<string> {
  const [row] = await bench.all(
    `SELECT count(*) AS rows, coalesce(sum(hash(t)), 0)::VARCHAR AS checksum FROM ${source} AS t`,
  );
  return `${row?.rows} ${row?.checksum}`;
}
