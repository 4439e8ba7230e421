import { readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeFolder } from '../make-folder.ts';
import { type TableName, tableNames } from './columns.ts';
import { keepAside } from './quarantine.ts';
import { isThere, sizeOf } from './recovery-files.ts';

/** A Parquet file of the archive: the windows of one kind and generation that start in one month, UTC. */
export interface ArchivedFile {
  readonly generation: number;
  readonly kind: TableName;
  /** `2026-08` */
  readonly month: string;
  readonly path: string;
  readonly rows: number;
  readonly bytes: number;
  /** Start of its oldest window and of its newest, s. */
  readonly fromS: number;
  readonly toS: number;
  /** Sum of the hashes of its rows, as they were in the database. */
  readonly checksum: string;
}

export const archivedName = ({
  kind,
  generation,
  month,
}: Pick<ArchivedFile, 'kind' | 'generation' | 'month'>): string =>
  join(month, `${kind}-g${generation}.parquet`);

const nameForm = new RegExp(`^(${tableNames.join('|')})-g\\d+\\.parquet$`);
const monthForm = /^\d{4}-\d{2}$/;

/** Months are counted through from the year 0. */
export const monthName = (month: number): string =>
  `${String(Math.floor(month / 12)).padStart(4, '0')}-${String((month % 12) + 1).padStart(2, '0')}`;

export const monthStartS = (month: number): number => Date.UTC(Math.floor(month / 12), month % 12) / 1000;

/** Where a month by its name ends, s. */
export const monthEndS = (name: string): number =>
  Date.UTC(Number(name.slice(0, 4)), Number(name.slice(5))) / 1000;

/** The month, UTC, that an instant lies in. */
export function monthOf(atS: number): number {
  const date = new Date(atS * 1000);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
}

/**
 * Tidies the folder at a start: what was not written to the end goes, and what `isGone` says is not kept. Other whole files that the database does not know are
 * set aside: a kill came just before they counted, or the database is an older one that was restored, and then the
 * newer one, which is kept too, needs them.
 * @returns the folder they were set aside in, if there were any
 */
export async function tidyArchive(
  { archive, quarantine }: { readonly archive: string; readonly quarantine: string },
  known: readonly ArchivedFile[],
  atMs: number,
  isGone: (file: Pick<ArchivedFile, 'kind' | 'month'>) => boolean = () => false,
): Promise<string | undefined> {
  if (!(await isThere(archive))) return undefined;
  const paths = new Set(known.map(({ path }) => path));
  const unknown: string[] = [];
  for (const month of await readdir(archive)) {
    if (!monthForm.test(month)) continue;
    for (const name of await readdir(join(archive, month))) {
      const path = join(archive, month, name);
      const kind = tableNames.find(each => nameForm.exec(name)?.[1] === each);
      if (name.endsWith('.partial')) await rm(path, { force: true });
      else if (kind === undefined || paths.has(path)) continue;
      else if (isGone({ kind, month })) await rm(path, { force: true });
      else unknown.push(path);
    }
  }
  if (unknown.length === 0) return undefined;
  await makeFolder(quarantine);
  const detail = `files of the archive that the database does not know, of ${archive}`;
  let dir: string | undefined;
  // Those of several months have the same names.
  for (const folder of new Set(unknown.map(path => dirname(path)))) {
    const ofMonth = unknown.filter(path => dirname(path) === folder);
    dir = await keepAside(quarantine, ofMonth, { atMs, kind: 'replaced', detail: `${detail}: ${folder}` });
    for (const path of ofMonth) await rm(path, { force: true });
  }
  return dir;
}

/** Which of the files are not as they were written, and why; by their sizes alone. */
export async function faultsOf(files: readonly ArchivedFile[]): Promise<Map<string, string>> {
  const faults = new Map<string, string>();
  for (const { path, bytes } of files) {
    const found = await sizeOf(path).catch(() => undefined);
    if (found === undefined) faults.set(path, 'it is missing');
    else if (found !== bytes) faults.set(path, `it has ${found} bytes instead of ${bytes}`);
  }
  return faults;
}
