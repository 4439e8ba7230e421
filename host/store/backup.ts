import { rename, statfs, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { makeFolder } from '../make-folder.ts';
import { copyElsewhere } from './backup-copy.ts';
import { type Facts, factsDiffer, factsOf, positionsIn } from './backup-facts.ts';
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
import { sealBeside } from './backup-secrets.ts';
import { isDamage } from './recovery-errors.ts';
import { isThere, placesOf, sizeOf, sync } from './recovery-files.ts';
import type { OnStep } from './restore-place.ts';
import { fixMoment } from './transaction.ts';

export interface BackupOptions {
  readonly dataDir: string;
  readonly instance: DuckDBInstance;
  /** So many of the newest are kept, this one among them. */
  readonly keep: number;
  /**
   * Does this work, of some milliseconds, while no commit is under way in the database and none begins, nor a file of
   * the archive comes or goes. Left out where nobody writes. With a writer that does not keep to it the copy differs, and no backup is made.
   */
  readonly pause?: Pause;
  /**
   * Does this work, the copying, while the database is not opened again: with a connection left open the old instance
   * would live on, and write into the same file later.
   */
  readonly whileOpen?: Pause;
  /** Seals the host's secrets into the backup; without it there is none in it. */
  readonly passphrase?: string | undefined;
  readonly nowMs?: () => number;
  readonly onStep?: OnStep;
}

export type Pause = <T>(work: () => Promise<T>) => Promise<T>;

export interface Backup extends BackupFile {
  readonly facts: Facts;
  /** Older ones that had to go. */
  readonly removed: readonly string[];
  readonly tookMs: number;
}

/** Reading a copy leaves most of the machine to the host. */
const checkConfig = Object.freeze({ memory_limit: '512MB', threads: '1' });
/** Beyond the size of the database, so that the rest of the host goes on. */
const spareBytes = 64 * 1024 ** 2;

/**
 * Copies the running database to `<dataDir>/backups/joulegate-<UTC>.duckdb` as it stands at one moment, while commits
 * go on, reads the copy back and holds it to what the database held at that moment: rows and a checksum of every
 * table, and every watermark. Files of the archive never change, so the backup gets second names of them.
 *
 * The moment is fixed in a pause: a transaction that changes the catalogue keeps DuckDB from any checkpoint, so from
 * then on the file holds still and commits only lengthen the log; another transaction keeps the state to compare.
 *
 * @throws Error where the disk has no room for it, or where the database or the copy is damaged; older backups stay
 */
export async function makeBackup(options: BackupOptions): Promise<Backup> {
  const { dataDir, keep, passphrase, nowMs = Date.now, onStep = () => {} } = options;
  const { whileOpen = work => work() } = options;
  const { backups, database } = placesOf(dataDir);
  const beganMs = nowMs();
  await makeFolder(backups);
  await removeLeftovers(backups);
  await checkRoom(database, backups);
  const path = await freePath(backups, beganMs);
  const partial = `${path}.partial`;
  const partialArchive = `${archivePath(path)}.partial`;
  try {
    onStep('backup.copy');
    const { facts, version } = await whileOpen(() => copyDatabase(options, partial, partialArchive));
    onStep('backup.merge');
    await mergeLog(partial);
    onStep('backup.sync');
    await sync(partial);
    onStep('backup.check');
    const copied = await checkBackup({ path: partial }, checkConfig, { positionsOf: positionsIn(facts) });
    const difference = factsDiffer(facts, copied);
    if (difference !== undefined) throw new Error(`The backup differs from the database: ${difference}.`);
    const note: BackupNote = { atMs: beganMs, duckdb: version, ...facts };
    await writeFile(notePath(path), `${JSON.stringify(note, undefined, 1)}\n`);
    await sync(notePath(path));
    if (passphrase !== undefined) await sealBeside(path, dataDir, passphrase);
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
  { dataDir, instance, pause = work => work(), onStep = () => {} }: BackupOptions,
  to: string,
  archiveTo: string,
): Promise<{ facts: Facts; version: string }> {
  const { database, archive } = placesOf(dataDir);
  const [guard, reader] = [await instance.connect(), await instance.connect()];
  try {
    const parts = await pause(async () => {
      await guard.run('BEGIN TRANSACTION');
      // Waits for a checkpoint under way, and holds off the next.
      await guard.run('CREATE TABLE backup_guard (nothing INTEGER)');
      await fixMoment(reader);
      await linkFolder(archive, archiveTo);
      return [
        { from: database, to, bytes: (await sizeOf(database)) ?? 0 },
        { from: `${database}.wal`, to: `${to}.wal`, bytes: (await sizeOf(`${database}.wal`)) ?? 0 },
      ];
    });
    await copyElsewhere(parts.filter(({ bytes }) => bytes > 0));
    onStep('backup.copied');
    await guard.run('ROLLBACK');
    const names = await reader.runAndReadAll('SELECT current_database(), version()');
    const [catalog = '', version = ''] = (names.getRows()[0] ?? []).map(String);
    const facts = await factsOf(reader, catalog);
    await reader.run('ROLLBACK');
    return { facts, version };
  } finally {
    guard.closeSync();
    reader.closeSync();
  }
}

/** One file of file and log. */
async function mergeLog(path: string): Promise<void> {
  const instance = await DuckDBInstance.create(path, { ...checkConfig });
  const connection = await instance.connect();
  await connection.run('CHECKPOINT').finally(() => {
    connection.closeSync();
    instance.closeSync();
  });
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
