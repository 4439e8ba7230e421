import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { makeFolder } from '../make-folder.ts';
import { messageOf } from '../message-of.ts';
import { cutLogs, type Recovery, replaceDatabase } from './recovery.ts';
import { failureOf, openError } from './recovery-errors.ts';
import { isThere, placesOf } from './recovery-files.ts';
import { isInUse } from './recovery-trial.ts';
import { finishRestore, type OnStep } from './restore-place.ts';
import { quoted } from './sql-text.ts';
import { scanWal } from './wal-scan.ts';

export interface OpenOptions {
  readonly dataDir: string;
  /** DuckDB's settings, over those that are always made: `{ memory_limit: '512MB' }`. */
  readonly config?: Readonly<Record<string, string>>;
  /**
   * Reads what the host cannot run without; what it throws of damage has the database replaced. Given none, every
   * table of up to 100,000 rows is read, but for generations.
   */
  readonly probe?: (connection: DuckDBConnection) => Promise<void>;
  readonly nowMs?: () => number;
  readonly onStep?: OnStep;
}

/** What a host that was not ended in order left in its log; one that was has brought all of it to the file. */
export interface LeftLog {
  readonly commits: number;
  /** Behind them: of a commit that was not finished, and so never acknowledged, or that a disk has lost. Nobody can tell which. */
  readonly unfinishedBytes: number;
}

export interface OpenedDatabase {
  readonly instance: DuckDBInstance;
  readonly path: string;
  /**
   * `walCut`: commits behind the damage are gone. `restored`: all since the backup is. `begunAnew`: it is empty.
   * Whatever it is, the damaged files are in quarantine.
   */
  readonly outcome: 'clean' | Recovery['outcome'];
  /** One line for people; empty where it was clean. */
  readonly detail: string;
  readonly quarantinedTo: string | undefined;
  /** Only where it was clean. */
  readonly left?: LeftLog | undefined;
}

/**
 * Made when the instance is created. Logs of the format 1.5 name their file and checkpoint, so that none is ever
 * replayed twice or into another file; it counts for new files only.
 */
const alwaysConfig = Object.freeze({
  autoload_known_extensions: 'false',
  autoinstall_known_extensions: 'false',
  allow_community_extensions: 'false',
  allow_persistent_secrets: 'false',
  storage_compatibility_version: 'v1.5.0',
});

/**
 * Opens the database of a data folder, makes it where there is none, and where it is damaged brings back the most
 * that can be had: the longest part of its log, else the newest good backup, else an empty one. Nothing damaged is
 * deleted, and every step is done at most once, so that a start never loops.
 *
 * @throws Error that says what to do where it is not damaged: in use by another process, no permission, disk full,
 *   written by a newer version
 */
export async function openDatabase(options: OpenOptions): Promise<OpenedDatabase> {
  const { dataDir, nowMs = Date.now, probe = readSmallTables, onStep = () => {} } = options;
  const { database: path } = placesOf(dataDir);
  const config = { ...alwaysConfig, ...options.config };
  await makeFolder(dataDir);
  await finishRestore(dataDir, onStep);
  const recoveryOf = (why: string) => ({ dataDir, config, nowMs, why, onStep });
  const open = async (recovery?: Recovery, left?: LeftLog): Promise<OpenedDatabase> => ({
    instance: await openProbed(path, config, probe),
    path,
    left,
    outcome: recovery?.outcome ?? 'clean',
    detail: recovery?.detail ?? '',
    quarantinedTo: recovery?.quarantinedTo,
  });
  const attempts = [
    async () => {
      const { damage, left } = await readLogs(path);
      if (damage !== undefined && !(await isInUse(path))) throw new Error(damage);
      return open(undefined, left);
    },
    async (why: string) => {
      const recovery = await cutLogs(recoveryOf(why));
      if (recovery === undefined) throw new Error(why);
      return open(recovery);
    },
    async (why: string) => open(await replaceDatabase(recoveryOf(why))),
  ];
  let why = '';
  for (const attempt of attempts) {
    try {
      return await attempt(why);
    } catch (error) {
      if (failureOf(error) !== 'damaged') throw openError(path, error);
      // The first reason is the one to tell: what is tried later fails of it.
      why ||= messageOf(error);
    }
  }
  throw openError(path, new Error(why));
}

/**
 * From here on no statement can reach a file outside these folders, load an extension or loosen this again. Folders
 * of files that DuckDB spills to are allowed by themselves. Not possible in the instance's own configuration.
 */
export async function lockDown(connection: DuckDBConnection, folders: readonly string[]): Promise<void> {
  const allowed = folders.map(folder => quoted(folder, "'")).join(', ');
  await connection.run(`SET GLOBAL allowed_directories = [${allowed}]`);
  await connection.run('SET GLOBAL enable_external_access = false');
  await connection.run('SET GLOBAL lock_configuration = true');
}

async function openProbed(
  path: string,
  config: Readonly<Record<string, string>>,
  probe: (connection: DuckDBConnection) => Promise<void>,
): Promise<DuckDBInstance> {
  const instance = await DuckDBInstance.create(path, { ...config });
  const connection = await instance.connect();
  try {
    await probe(connection);
    connection.closeSync();
    return instance;
  } catch (error) {
    connection.closeSync();
    instance.closeSync();
    throw error;
  }
}

/**
 * What the logs hold, and the damage that DuckDB would pass over: it takes an impossible size within its log for the end of it, and
 * cuts off the commits behind; it deletes the log of a file that is not there.
 */
async function readLogs(path: string): Promise<{ readonly damage?: string; readonly left?: LeftLog }> {
  const hasDatabase = await isThere(path);
  let left: LeftLog | undefined;
  for (const log of [`${path}.wal`, `${path}.wal.checkpoint`]) {
    if (!(await isThere(log))) continue;
    const { state, bytes, cleanBytes, commits } = scanWal(log);
    if (!hasDatabase && commits > 0)
      return { damage: `Corrupt database: ${log} is there, but its file is not` };
    if (state === 'damaged')
      return { damage: `Corrupt WAL file ${log}: not what was written from byte ${cleanBytes} on` };
    const unfinishedBytes = state === 'torn' ? bytes - cleanBytes : 0;
    left = {
      commits: (left?.commits ?? 0) + commits,
      unfinishedBytes: (left?.unfinishedBytes ?? 0) + unfinishedBytes,
    };
  }
  return left === undefined ? {} : { left };
}

const smallRows = 100_000;

/** Not those of generations, of which there are more each week: what is new of them is read anyway, all by each backup. */
async function readSmallTables(connection: DuckDBConnection): Promise<void> {
  const tables = await connection.runAndReadAll(
    `SELECT schema_name, table_name, estimated_size FROM duckdb_tables()
     WHERE NOT internal AND database_name = current_database() AND NOT regexp_matches(table_name, '_g[0-9]+$')`,
  );
  for (const [schema, table, rows] of tables.getRows()) {
    if (Number(rows) > smallRows) continue;
    const name = `"${String(schema)}"."${String(table)}"`;
    await connection.runAndReadAll(`SELECT sum(hash(t)) FROM ${name} AS t`);
  }
}
