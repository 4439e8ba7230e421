import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { archivePath, listBackups, notePath } from './backup-files.ts';
import type { BackupSchedule } from './backup-schedule.ts';
import { isThere, placesOf, sizeOf } from './recovery-files.ts';

export interface ListedBackup {
  readonly name: string;
  readonly path: string;
  readonly atMs: number;
  readonly bytes: number;
  readonly archiveFiles: number;
  readonly archiveBytes: number;
  /** Of all tables; null where its note is gone. */
  readonly rows: number | null;
}

export interface BackupProgress {
  readonly sinceMs: number;
  readonly step: 'waiting' | 'copying' | 'checking';
  readonly doneBytes: number;
  readonly ofBytes: number;
}

/** The finished backups of a data folder, newest first, with what belongs to each. */
export async function describeBackups(dataDir: string): Promise<ListedBackup[]> {
  const found: ListedBackup[] = [];
  for (const { path, atMs, bytes } of await listBackups(placesOf(dataDir).backups)) {
    const archived = await filesBelow(archivePath(path));
    found.push({ name: basename(path), path, atMs, bytes, ...archived, rows: await rowsOf(notePath(path)) });
  }
  return found;
}

/** How far the backup that is being made has come, as its files tell; null where none is. */
export async function backupProgress(
  dataDir: string,
  schedule: Pick<BackupSchedule, 'sinceMs'>,
): Promise<BackupProgress | null> {
  const { sinceMs } = schedule;
  if (sinceMs === undefined) return null;
  const { backups, database } = placesOf(dataDir);
  const inFile = (await sizeOf(database)) ?? 0;
  const ofBytes = inFile + ((await sizeOf(`${database}.wal`)) ?? 0);
  const names = (await isThere(backups)) ? await readdir(backups) : [];
  const partial = names.find(name => /^joulegate-.*\.duckdb\.partial$/.test(name));
  const copied = partial === undefined ? undefined : await sizeOf(join(backups, partial));
  if (copied === undefined) return { sinceMs, step: 'waiting', doneBytes: 0, ofBytes };
  // The file is copied, then its log; both become one file, which is read back.
  const log = await sizeOf(join(backups, `${partial}.wal`));
  const doneBytes = Math.min(copied + (log ?? 0), ofBytes);
  const isCopying = copied < inFile || (log !== undefined && doneBytes < ofBytes);
  return { sinceMs, step: isCopying ? 'copying' : 'checking', doneBytes, ofBytes };
}

async function filesBelow(dir: string): Promise<{ archiveFiles: number; archiveBytes: number }> {
  let [archiveFiles, archiveBytes] = [0, 0];
  if (!(await isThere(dir))) return { archiveFiles, archiveBytes };
  for (const entry of await readdir(dir, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    archiveFiles++;
    archiveBytes += (await sizeOf(join(entry.parentPath, entry.name))) ?? 0;
  }
  return { archiveFiles, archiveBytes };
}

async function rowsOf(note: string): Promise<number | null> {
  try {
    const json: unknown = JSON.parse(await readFile(note, 'utf8'));
    if (typeof json !== 'object' || json === null || !('tables' in json) || !Array.isArray(json.tables))
      return null;
    const tables: readonly unknown[] = json.tables;
    return tables.reduce<number>((sum, table) => {
      const rows = typeof table === 'object' && table !== null && 'rows' in table ? Number(table.rows) : 0;
      return sum + (Number.isSafeInteger(rows) ? rows : 0);
    }, 0);
  } catch {
    return null;
  }
}
