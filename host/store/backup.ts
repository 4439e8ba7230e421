import { mkdir, rename, rm, statfs, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { type Facts, factsDiffer, factsOf, positionsIn, quoted } from './backup-facts.ts';
import {
  archivePath,
  type BackupFile,
  type BackupNote,
  backupName,
  checkBackup,
  linkFolder,
  listBackups,
  notePath,
  pruneBackups,
  removeLeftovers,
} from './backup-files.ts';
import { isDamage } from './recovery-errors.ts';
import { isThere, placesOf, sizeOf, sync } from './recovery-files.ts';
import type { OnStep } from './restore-place.ts';

export interface BackupOptions {
  readonly dataDir: string;
  /** Open, with the folder of backups among those that statements may reach. */
  readonly instance: DuckDBInstance;
  /** So many of the newest are kept, this one among them. */
  readonly keep: number;
  readonly nowMs?: () => number;
  readonly onStep?: OnStep;
}

export interface Backup extends BackupFile {
  readonly facts: Facts;
  /** Older ones that had to go. */
  readonly removed: readonly string[];
  readonly tookMs: number;
}

const alias = 'joulegate_backup';
const mostTries = 5;
/** Beyond the size of the database, so that the rest of the host goes on. */
const spareBytes = 64 * 1024 ** 2;

/**
 * Copies the running database to `<dataDir>/backups/joulegate-<UTC>.duckdb` as it stands at one moment, while commits
 * go on, reads the copy back and holds it to what the database held at that moment: rows and a checksum of every
 * table, and every watermark. Files of the archive never change, so the backup gets second names of them.
 *
 * It is one transaction that reads every table. Copying the file would be seven times as fast, but this process may
 * not even open it: closing it again would release DuckDB's lock (POSIX), and a second host could get in.
 *
 * @throws Error where the disk has no room for it, or where the database or the copy is damaged; older backups stay
 */
export async function makeBackup(options: BackupOptions): Promise<Backup> {
  const { dataDir, instance, keep, nowMs = Date.now, onStep = () => {} } = options;
  const { backups, archive, database } = placesOf(dataDir);
  const beganMs = nowMs();
  await mkdir(backups, { recursive: true });
  await removeLeftovers(backups);
  await checkRoom(database, backups);
  const path = await freePath(backups, beganMs);
  const partial = `${path}.partial`;
  const partialArchive = `${archivePath(path)}.partial`;
  try {
    onStep('backup.archive');
    await linkFolder(archive, partialArchive);
    onStep('backup.copy');
    const { facts, version } = await copyDatabase(instance, partial, onStep);
    // Once more: what was moved to the archive while the copy began is in one of both.
    await linkFolder(archive, partialArchive);
    onStep('backup.sync');
    await sync(partial);
    onStep('backup.check');
    const copied = await checkBackup({ path: partial }, {}, { positionsOf: positionsIn(facts) });
    const difference = factsDiffer(facts, copied);
    if (difference !== undefined) throw new Error(`The backup differs from the database: ${difference}.`);
    const note: BackupNote = { atMs: beganMs, duckdb: version, ...facts };
    await writeFile(notePath(path), `${JSON.stringify(note, undefined, 1)}\n`);
    await sync(notePath(path));
    onStep('backup.archiveName');
    await rename(partialArchive, archivePath(path));
    onStep('backup.name');
    // Its name comes last: what has one is whole.
    await rename(partial, path);
    await sync(backups);
    onStep('backup.prune');
    const removed = await pruneBackups(backups, keep);
    const bytes = (await sizeOf(path)) ?? 0;
    return { path, atMs: beganMs, bytes, facts, removed, tookMs: nowMs() - beganMs };
  } catch (error) {
    await removeLeftovers(backups).catch(() => {});
    throw isDamage(error) ? await damagedError(error, backups) : error;
  }
}

async function copyDatabase(
  instance: DuckDBInstance,
  to: string,
  onStep: OnStep,
): Promise<{ facts: Facts; version: string }> {
  const connection = await instance.connect();
  try {
    const reader = await connection.runAndReadAll('SELECT current_database(), version()');
    const [catalog, version] = (reader.getRows()[0] ?? []).map(String);
    if (catalog === undefined || version === undefined) throw new Error('the database has no name');
    for (let tries = 1; tries <= mostTries; tries++) {
      const facts = await copyOnce(connection, catalog, to, onStep);
      if (facts !== undefined) return { facts, version };
    }
    throw new Error(
      `Tables were made or changed each time of ${mostTries} that a backup began; try again later.`,
    );
  } finally {
    connection.closeSync();
  }
}

/** @returns undefined where a table was made or changed before the moment the copy shows */
async function copyOnce(
  connection: DuckDBConnection,
  catalog: string,
  to: string,
  onStep: OnStep,
): Promise<Facts | undefined> {
  for (const suffix of ['', '.wal']) await rm(`${to}${suffix}`, { force: true });
  await connection.run(`ATTACH ${quoted(to, "'")} AS ${alias} (STORAGE_VERSION 'v1.5.0')`);
  try {
    // Rows and all in one statement would be simpler, but in a transaction it wants to change a setting, and those
    // are locked (DuckDB 1.5.6).
    await connection.run(`COPY FROM DATABASE ${quoted(catalog, '"')} TO ${alias} (SCHEMA)`);
    const facts = await inTransaction(connection, async () => {
      const tables = await tablesOf(connection, catalog);
      if (JSON.stringify(tables) !== JSON.stringify(await tablesOf(connection, alias))) return undefined;
      const found = await factsOf(connection, catalog);
      for (const { name } of tables) {
        onStep(`backup.rows ${name}`);
        await connection.run(`INSERT INTO ${alias}.${name} SELECT * FROM ${quoted(catalog, '"')}.${name}`);
      }
      return found;
    });
    onStep('backup.checkpoint');
    await connection.run(`CHECKPOINT ${alias}`);
    return facts;
  } finally {
    await connection.run(`DETACH ${alias}`);
  }
}

/** With the statement that makes each. */
async function tablesOf(
  connection: DuckDBConnection,
  catalog: string,
): Promise<{ name: string; sql: string }[]> {
  const reader = await connection.runAndReadAll(
    `SELECT schema_name, table_name, sql FROM duckdb_tables()
     WHERE NOT internal AND NOT temporary AND database_name = ${quoted(catalog, "'")}
     ORDER BY schema_name, table_name`,
  );
  return reader.getRows().map(([schema, table, sql]) => ({
    name: `${quoted(String(schema), '"')}.${quoted(String(table), '"')}`,
    sql: String(sql),
  }));
}

async function inTransaction<T>(connection: DuckDBConnection, work: () => Promise<T>): Promise<T> {
  await connection.run('BEGIN TRANSACTION');
  try {
    const result = await work();
    await connection.run('COMMIT');
    return result;
  } catch (error) {
    await connection.run('ROLLBACK').catch(() => {});
    throw error;
  }
}

async function checkRoom(database: string, backups: string): Promise<void> {
  const needed = ((await sizeOf(database)) ?? 0) + ((await sizeOf(`${database}.wal`)) ?? 0) + spareBytes;
  const { bavail, bsize } = await statfs(backups);
  const free = bavail * bsize;
  if (free >= needed) return;
  const mb = (bytes: number) => Math.ceil(bytes / 1e6);
  throw new Error(
    `There is no room for a backup in ${backups}: ${mb(needed)} MB are needed, ${mb(free)} MB are free; make room, ` +
      'keep fewer backups, or move older ones elsewhere.',
  );
}

async function freePath(dir: string, atMs: number): Promise<string> {
  for (let number = 1; ; number++) {
    const name = number === 1 ? backupName(atMs) : backupName(atMs).replace(/\.duckdb$/, `-${number}.duckdb`);
    if (!(await isThere(join(dir, name)))) return join(dir, name);
  }
}

async function damagedError(error: unknown, backups: string): Promise<Error> {
  const [newest] = await listBackups(backups);
  const why = error instanceof Error ? error.message.split('\n')[0] : String(error);
  const advice =
    newest === undefined
      ? 'there is none from before'
      : `stop the host and run: joulegate restore ${basename(newest.path)}`;
  return new Error(`The database cannot be read whole, so no backup was made; ${advice}. (${why})`, {
    cause: error,
  });
}
