import { constants, copyFile, link, open, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { deepFreeze } from '#core/freeze.ts';

/** Name of the database within the data folder. */
const databaseName = 'joulegate.duckdb';

/** Where things lie in a data folder. */
export const placesOf = (dataDir: string) => ({
  database: join(dataDir, databaseName),
  /** A checked copy on its way to become the database. */
  restoring: join(dataDir, `${databaseName}.restoring`),
  /** It is whole, and what stands in its way may go. */
  restoreReady: join(dataDir, `${databaseName}.restoring.ready`),
  /** The certificates of the host (`host/tls/`), and those of a backup on their way there. */
  keys: join(dataDir, 'tls'),
  keysRestoring: join(dataDir, 'tls.restoring'),
  /** The secrets of a backup on their way to become the host's. */
  secretsRestoring: join(dataDir, 'secrets.json.restoring'),
  backups: join(dataDir, 'backups'),
  archive: join(dataDir, 'archive'),
  /** Files of the archive on their way to take the place of others. */
  archiveRestoring: join(dataDir, 'archive.restoring'),
  /** Files on their way to who asked for them. */
  exports: join(dataDir, 'exports'),
  /** Files on their way in. */
  imports: join(dataDir, 'imports'),
  quarantine: join(dataDir, 'quarantine'),
  /** For trying logs out; emptied before and after. */
  trial: join(dataDir, 'recovery'),
});

/** What DuckDB keeps beside a database: its log, the log of the time of a checkpoint, and both being joined. */
export const logSuffixes = deepFreeze(['.wal', '.wal.checkpoint', '.wal.recovery'] as const);

export async function isThere(path: string): Promise<boolean> {
  return (await sizeOf(path)) !== undefined;
}

/** Bytes of a file; undefined where there is none. @throws Error of the file system */
export async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** What was written to a file, or which names its folder holds, is on disk when this resolves. */
export async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The first of `path-1`, `path-2`, … that nothing has. */
export async function freeName(path: string): Promise<string> {
  for (let number = 1; ; number++) {
    if (!(await isThere(`${path}-${number}`))) return `${path}-${number}`;
  }
}

/** Gives it that name for good. */
export async function moveTo(from: string, to: string): Promise<void> {
  await rename(from, to);
  await sync(dirname(to));
}

/** The same bytes under a second name, without a copy where the file system can; never over an existing file. */
export async function alsoAt(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') throw error;
    await copyFile(from, to, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL);
    await sync(to);
  }
}

/** A copy that changes on its own, on disk when this resolves; shares blocks where the file system can. */
export async function copyTo(from: string, to: string): Promise<void> {
  await copyFile(from, to, constants.COPYFILE_FICLONE);
  await sync(to);
}

/** Writes it whole or not at all. */
export async function writeWhole(path: string, text: string): Promise<void> {
  const partial = `${path}.partial`;
  await writeFile(partial, text);
  await sync(partial);
  await moveTo(partial, path);
}

/** Moment as the name of a file: `2026-11-21T06-25-01Z`, sorted by time. */
export const stampOf = (atMs: number): string =>
  new Date(atMs)
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replaceAll(':', '-');

/** Removes the database's logs; only after what they held is kept elsewhere or is in the database. */
export async function removeLogs(database: string): Promise<void> {
  for (const suffix of logSuffixes) await rm(`${database}${suffix}`, { force: true });
  await sync(dirname(database));
}
