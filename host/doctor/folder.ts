import { readdir, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { diskRoom, hostLimits } from '../limits.ts';
import { freeNeeded } from '../watch/disk.ts';
import { bad, type Finding, type Look, note, ok } from './finding.ts';

/** What nobody but the host's user may read, in the data folder. */
const secretFiles = /^(secrets\.json|control\.sock|.*\.key|.*\.secrets)$/;

/** Whether the data folder is there, is the host's own, and shows nobody its secrets. */
export const lookAtFolder: Look = async ({ settings: { dataDir } }) => {
  const about = 'folder';
  const folder = await stat(dataDir).catch(() => undefined);
  if (folder === undefined)
    return [
      note(about, `${dataDir} is not there yet`, 'joulegate start makes it; or name another with --data-dir'),
    ];
  if (!folder.isDirectory()) return [bad(about, `${dataDir} is no folder`, 'name another with --data-dir')];
  if (process.platform === 'win32') return [ok(about, dataDir)];
  const findings: Finding[] = [];
  const own = process.getuid?.();
  if (own !== undefined && own !== 0 && folder.uid !== own)
    findings.push(
      bad(about, `${dataDir} belongs to another user (${folder.uid})`, `run as that user, or chown it`),
    );
  if ((folder.mode & 0o077) !== 0) {
    const what = `others may look into ${dataDir} (mode ${octal(folder.mode)})`;
    findings.push(bad(about, what, `chmod 700 ${dataDir}`));
  }
  for (const path of await secretsIn(dataDir)) {
    const { mode } = await stat(path);
    if ((mode & 0o077) !== 0)
      findings.push(bad(about, `others may read ${path} (mode ${octal(mode)})`, `chmod 600 ${path}`));
  }
  return findings.length > 0 ? findings : [ok(about, `${dataDir} and its secrets are for their user alone`)];
};

/** By the rules by which the host pauses its intake. */
export const lookAtDisk: Look = async ({ settings: { dataDir } }) => {
  const about = 'disk';
  const disk = await statfs(dataDir).catch(() => undefined);
  if (disk === undefined) return [];
  const [sizeBytes, freeBytes] = [disk.bsize * disk.blocks, disk.bsize * disk.bavail];
  const what = `${gigabytes(freeBytes)} of ${gigabytes(sizeBytes)} GB are free`;
  const toDo = 'make room, or keep less (--keep-raw-months, --backup-keep)';
  if (freeBytes < freeNeeded(sizeBytes, hostLimits.diskUsedShare.most))
    return [bad(about, `${what}: gateways keep what they measure until there is room`, toDo)];
  return freeBytes < freeNeeded(sizeBytes, diskRoom.warnShare)
    ? [note(about, what, toDo)]
    : [ok(about, what)];
};

async function secretsIn(dataDir: string): Promise<string[]> {
  const places = [dataDir, join(dataDir, 'tls'), join(dataDir, 'backups')];
  const found: string[] = [];
  for (const place of places)
    for (const name of await readdir(place).catch(() => []))
      if (secretFiles.test(name)) found.push(join(place, name));
  return found;
}

const octal = (mode: number): string => (mode & 0o777).toString(8);
const gigabytes = (bytes: number): string => (bytes / 1e9).toFixed(1);
