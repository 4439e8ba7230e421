import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeFolder } from '../make-folder.ts';
import { type Facts, type FactsNeeded, factsDiffer, factsOf, positionsIn } from './backup-facts.ts';
import { alsoAt, freeName, isThere, sizeOf, stampOf, sync } from './recovery-files.ts';

/**
 * A finished backup. Beside `joulegate-<UTC>.duckdb` lie its facts (`.json`), its part of the archive (`.archive/`) and,
 * where backups have a passphrase, the host's secrets sealed with it (`.secrets`). Versions before laid the host's
 * authority there (`.tls/`).
 */
export interface BackupFile {
  readonly path: string;
  readonly atMs: number;
  readonly bytes: number;
}

/** What stands in the `.json` beside a backup. */
export interface BackupNote extends Facts {
  readonly atMs: number;
  /** Version of DuckDB: hashes of another one may differ. */
  readonly duckdb: string;
}

const nameForm = /^joulegate-(\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ)(?:-\d+)?\.duckdb$/;

export const backupName = (atMs: number): string => `joulegate-${stampOf(atMs)}.duckdb`;

/** Paths of what belongs to the backup at this path. */
export const notePath = (backup: string): string => backup.replace(/\.duckdb$/, '.json');
export const archivePath = (backup: string): string => backup.replace(/\.duckdb$/, '.archive');
export const sealedPath = (backup: string): string => backup.replace(/\.duckdb$/, '.secrets');
export const keysPath = (backup: string): string => backup.replace(/\.duckdb$/, '.tls');

/** The finished backups of a folder, newest first. */
export async function listBackups(dir: string): Promise<BackupFile[]> {
  if (!(await isThere(dir))) return [];
  const found: BackupFile[] = [];
  for (const name of await readdir(dir)) {
    const stamp = nameForm.exec(name)?.[1];
    const bytes = await sizeOf(join(dir, name));
    if (stamp === undefined || bytes === undefined) continue;
    const atMs = Date.parse(stamp.replace(/T(\d\d)-(\d\d)-(\d\d)Z/, 'T$1:$2:$3Z'));
    found.push({ path: join(dir, name), atMs, bytes });
  }
  return found.sort((a, b) => b.atMs - a.atMs || (a.path < b.path ? 1 : -1));
}

/**
 * Reads a backup whole and holds it to what was noted when it was made.
 * @param given which facts to read of a backup that has no note yet
 * @throws Error that names the file and what is wrong with it
 */
export async function checkBackup(
  backup: Pick<BackupFile, 'path'>,
  config: Readonly<Record<string, string>> = {},
  given?: FactsNeeded,
): Promise<Facts> {
  const refuse = (why: string, cause?: unknown) =>
    new Error(`The backup ${backup.path} is not good: ${why}.`, { cause });
  const note = await readNote(backup.path);
  let facts: Facts;
  let version: string;
  // Whoever only lists backups does without the database.
  const { DuckDBInstance } = await import('@duckdb/node-api');
  try {
    const instance = await DuckDBInstance.create(backup.path, { ...config, access_mode: 'READ_ONLY' });
    try {
      const connection = await instance.connect();
      try {
        const reader = await connection.runAndReadAll('SELECT current_database(), version()');
        const [catalog, running] = reader.getRows()[0] ?? [];
        version = String(running);
        const needed = note === undefined ? given : { positionsOf: positionsIn(note) };
        facts = await factsOf(connection, String(catalog), needed);
      } finally {
        connection.closeSync();
      }
    } finally {
      instance.closeSync();
    }
  } catch (error) {
    throw refuse(error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error), error);
  }
  if (!facts.tables.some(({ table }) => table === 'main.watermark')) {
    throw refuse('it is no database of Joulegate');
  }
  const difference = note === undefined ? undefined : factsDiffer(note, facts, note.duckdb === version);
  if (difference !== undefined) throw refuse(difference);
  return facts;
}

/**
 * Gives the archive what the backup's part of it has and it lacks, without a copy where both are on one file system.
 * A file of other content under the same name is kept beside it.
 */
export async function takeArchive(backup: Pick<BackupFile, 'path'>, archive: string): Promise<void> {
  const from = archivePath(backup.path);
  for (const name of await filesIn(from)) {
    const target = join(archive, name);
    const isPresent = await isThere(target);
    if (isPresent && (await areAlike(join(from, name), target))) continue;
    await makeFolder(dirname(target));
    if (isPresent) await rename(target, await freeName(`${target}.replaced`));
    await alsoAt(join(from, name), target);
    await sync(dirname(target));
  }
}

/** Second names of all files of a folder, in another. Those that are there already stay. */
export async function linkFolder(from: string, to: string): Promise<void> {
  await makeFolder(to);
  for (const name of await filesIn(from)) {
    const target = join(to, name);
    if (name.endsWith('.partial') || (await isThere(target))) continue;
    await makeFolder(dirname(target));
    await alsoAt(join(from, name), target);
  }
}

/** Removes the backups beyond the newest `keep`. @returns their paths */
export async function pruneBackups(dir: string, keep: number): Promise<string[]> {
  const removed: string[] = [];
  for (const { path } of (await listBackups(dir)).slice(Math.max(keep, 1))) {
    // The database first: without it the rest is a leftover, which the next backup removes.
    await rm(path, { force: true });
    await rm(notePath(path), { force: true });
    await rm(archivePath(path), { recursive: true, force: true });
    await rm(keysPath(path), { recursive: true, force: true });
    await rm(sealedPath(path), { force: true });
    removed.push(path);
  }
  return removed;
}

/** Removes what killed backups left: partial ones, and notes, archives and keys without their database. */
export async function removeLeftovers(dir: string): Promise<void> {
  if (!(await isThere(dir))) return;
  const names = await readdir(dir);
  for (const name of names) {
    const owner = /^(joulegate-.*)\.(?:json|archive|tls|secrets)$/.exec(name)?.[1];
    const isOrphan = owner !== undefined && !names.includes(`${owner}.duckdb`);
    if (isOrphan || /^joulegate-.*\.(?:partial|secrets\.new)/.test(name))
      await rm(join(dir, name), { recursive: true });
  }
}

async function filesIn(dir: string): Promise<string[]> {
  if (!(await isThere(dir))) return [];
  const names: string[] = [];
  for (const entry of await readdir(dir, { withFileTypes: true })) {
    if (entry.isFile()) names.push(entry.name);
    else if (entry.isDirectory()) {
      names.push(...(await filesIn(join(dir, entry.name))).map(name => join(entry.name, name)));
    }
  }
  return names;
}

async function areAlike(one: string, other: string): Promise<boolean> {
  const [a, b] = [await stat(one), await stat(other)];
  if (a.ino === b.ino && a.dev === b.dev) return true;
  return a.size === b.size && (await hashOf(one)) === (await hashOf(other));
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const part of createReadStream(path)) hash.update(part);
  return hash.digest('hex');
}

async function readNote(backup: string): Promise<BackupNote | undefined> {
  if (notePath(backup) === backup) return undefined;
  try {
    const json: unknown = JSON.parse(await readFile(notePath(backup), 'utf8'));
    return isNote(json) ? json : undefined;
  } catch {
    // A backup without its note is checked by reading all of it.
    return undefined;
  }
}

function isNote(json: unknown): json is BackupNote {
  return (
    typeof json === 'object' &&
    json !== null &&
    'duckdb' in json &&
    typeof json.duckdb === 'string' &&
    'tables' in json &&
    Array.isArray(json.tables) &&
    'watermarks' in json &&
    Array.isArray(json.watermarks)
  );
}
