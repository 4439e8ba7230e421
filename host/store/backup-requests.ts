import { randomUUID } from 'node:crypto';
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '../make-folder.ts';
import { isThere, placesOf, writeWhole } from './recovery-files.ts';

/** What came of a request, as the host writes it for the command that asked. */
export type BackupAnswer =
  | { readonly isDone: true; readonly path: string; readonly bytes: number; readonly tookMs: number }
  | { readonly isDone: false; readonly why: string };

const pollMs = 200;
/** A host looks every two seconds. */
const noticedWithinMs = 20_000;

const folderOf = (dataDir: string): string => join(placesOf(dataDir).backups, 'requests');

/**
 * Asks the host that has the database open for a backup, by a file in its folder: who may write there may read the
 * database too, so no other right is needed. Resolves when the host has answered.
 * @throws Error where no host takes the request
 */
export async function askForBackup(
  dataDir: string,
  wait: (delayMs: number) => Promise<void>,
): Promise<BackupAnswer> {
  const dir = folderOf(dataDir);
  const id = randomUUID();
  const [request, taken, answer] = ['request', 'taken', 'answer'].map(kind => join(dir, `${kind}-${id}`));
  await makeFolder(dir);
  await writeFile(request ?? '', '');
  for (let waitedMs = 0; ; waitedMs += pollMs) {
    const found = await readAnswer(answer ?? '');
    if (found !== undefined) {
      await rm(answer ?? '', { force: true });
      return found;
    }
    const isTaken = await isThere(taken ?? '');
    if (waitedMs > noticedWithinMs && !isTaken) {
      // A last look: it may have answered between both.
      const late = await readAnswer(answer ?? '');
      for (const path of [request, answer]) await rm(path ?? '', { force: true });
      if (late !== undefined) return late;
      throw new Error(
        `The host that uses ${dataDir} does not answer; see that it runs and is of this version, then try again.`,
      );
    }
    await wait(pollMs);
  }
}

/** Makes one backup for all requests there are and answers each. @returns how many there were */
export async function answerRequests(dataDir: string, make: () => Promise<BackupAnswer>): Promise<number> {
  const dir = folderOf(dataDir);
  if (!(await isThere(dir))) return 0;
  const ids: string[] = [];
  for (const name of await readdir(dir)) {
    const id = /^request-([0-9a-f-]{36})$/.exec(name)?.[1];
    if (id === undefined) continue;
    await rename(join(dir, name), join(dir, `taken-${id}`));
    ids.push(id);
  }
  if (ids.length === 0) return 0;
  const answer = await make();
  for (const id of ids) {
    await writeWhole(join(dir, `answer-${id}`), JSON.stringify(answer));
    await rm(join(dir, `taken-${id}`), { force: true });
  }
  return ids.length;
}

/** Removes what earlier runs left; at a host's start. */
export const forgetRequests = (dataDir: string): Promise<void> =>
  rm(folderOf(dataDir), { recursive: true, force: true });

async function readAnswer(path: string): Promise<BackupAnswer | undefined> {
  if (!(await isThere(path))) return undefined;
  const json: unknown = JSON.parse(await readFile(path, 'utf8'));
  if (typeof json !== 'object' || json === null || !('isDone' in json)) return undefined;
  if (
    json.isDone === true &&
    'path' in json &&
    typeof json.path === 'string' &&
    'bytes' in json &&
    typeof json.bytes === 'number' &&
    'tookMs' in json &&
    typeof json.tookMs === 'number'
  ) {
    return { isDone: true, path: json.path, bytes: json.bytes, tookMs: json.tookMs };
  }
  return { isDone: false, why: 'why' in json ? String(json.why) : 'no reason was given' };
}
