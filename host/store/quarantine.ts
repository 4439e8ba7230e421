import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { makeFolder } from '../make-folder.ts';
import { alsoAt, isThere, sizeOf, stampOf, sync, writeWhole } from './recovery-files.ts';

/** Why files were set aside, as it stands in `report.json` beside them. */
export interface QuarantineReport {
  readonly atMs: number;
  /** `damage` may go when there are too many; `replaced` was put aside for a restore by command and stays. */
  readonly kind: 'damage' | 'replaced';
  readonly detail: string;
  readonly files: readonly { readonly name: string; readonly bytes: number }[];
}

export interface Quarantined extends QuarantineReport {
  readonly dir: string;
}

/** How much evidence is kept: at most so many, and so many bytes besides the newest. */
const keptCount = 8;
const keptBytes = 2 * 1024 ** 3;

/**
 * Keeps files as evidence in `<quarantine>/<UTC time>/`, by a second name where the file system can: then nothing is
 * copied, and whoever goes on must replace the originals, not write into them.
 * @returns the folder, with a report of why
 */
export async function keepAside(
  quarantine: string,
  paths: readonly string[],
  report: Pick<QuarantineReport, 'atMs' | 'kind' | 'detail'>,
): Promise<string> {
  const dir = await newFolder(quarantine, stampOf(report.atMs));
  const files: { name: string; bytes: number }[] = [];
  for (const path of paths) {
    const bytes = await sizeOf(path);
    if (bytes === undefined) continue;
    await alsoAt(path, join(dir, basename(path)));
    files.push({ name: basename(path), bytes });
  }
  await sync(dir);
  await tell(dir, { ...report, files });
  return dir;
}

/** What came of it, once that is known. */
export async function tellQuarantine(dir: string, detail: string): Promise<void> {
  const report = await readReport(dir);
  if (report !== undefined) await tell(dir, { ...report, detail });
}

const tell = (dir: string, report: QuarantineReport) =>
  writeWhole(join(dir, 'report.json'), `${JSON.stringify(report, undefined, 2)}\n`);

/** All that is kept aside, newest first; folders without a report are somebody else's. */
export async function listQuarantine(quarantine: string): Promise<Quarantined[]> {
  if (!(await isThere(quarantine))) return [];
  const found: Quarantined[] = [];
  for (const name of await readdir(quarantine)) {
    const dir = join(quarantine, name);
    const report = await readReport(dir);
    if (report !== undefined) found.push({ ...report, dir });
  }
  return found.sort((a, b) => (a.dir < b.dir ? 1 : -1));
}

/** Removes the oldest evidence of damage beyond what is kept, never the newest. @returns the folders removed */
export async function pruneQuarantine(quarantine: string): Promise<string[]> {
  const damage = (await listQuarantine(quarantine)).filter(({ kind }) => kind === 'damage');
  const removed: string[] = [];
  let bytes = 0;
  for (const [index, { dir, files }] of damage.entries()) {
    if (index > 0) bytes += files.reduce((sum, file) => sum + file.bytes, 0);
    if (index === 0 || (index < keptCount && bytes <= keptBytes)) continue;
    await rm(dir, { recursive: true });
    removed.push(dir);
  }
  return removed;
}

async function newFolder(parent: string, name: string): Promise<string> {
  await makeFolder(parent);
  for (let number = 1; ; number++) {
    const dir = join(parent, number === 1 ? name : `${name}-${number}`);
    if (await isThere(dir)) continue;
    await mkdir(dir);
    await sync(parent);
    return dir;
  }
}

async function readReport(dir: string): Promise<QuarantineReport | undefined> {
  try {
    const json: unknown = JSON.parse(await readFile(join(dir, 'report.json'), 'utf8'));
    return isReport(json) ? json : undefined;
  } catch {
    return undefined;
  }
}

function isReport(json: unknown): json is QuarantineReport {
  return (
    typeof json === 'object' &&
    json !== null &&
    'atMs' in json &&
    typeof json.atMs === 'number' &&
    'kind' in json &&
    (json.kind === 'damage' || json.kind === 'replaced') &&
    'detail' in json &&
    typeof json.detail === 'string' &&
    'files' in json &&
    Array.isArray(json.files) &&
    json.files.every(file => typeof file?.name === 'string' && typeof file?.bytes === 'number')
  );
}
