import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import { listBackups } from '../store/backup-files.ts';
import { placesOf, sizeOf } from '../store/recovery-files.ts';
import { bad, type Look, note, ok } from './finding.ts';

/** Nothing of ours was made before. */
const eldestMs = Date.UTC(2026, 0, 1);
const dayMs = 86_400_000;

/** Whether the clock can be right, and is set by somebody. */
export const lookAtClock: Look = async ({ settings: { dataDir }, nowMs }) => {
  const about = 'clock';
  const time = new Date(nowMs).toISOString();
  const toDo = 'set it, best by a time service such as systemd-timesyncd or chrony';
  if (nowMs < eldestMs) return [bad(about, `it shows ${time}, which is past`, toDo)];
  const newestMs = await newestIn(dataDir);
  if (newestMs > nowMs + dayMs) {
    const what = `it shows ${time}, and there are files of ${new Date(newestMs).toISOString()}`;
    return [bad(about, what, toDo)];
  }
  return (await isSynchronised()) === false
    ? [note(about, `it shows ${time}, and no time service sets it`, toDo)]
    : [ok(about, `it shows ${time}`)];
};

/** Days and months are those of the zone. */
export const lookAtZone: Look = async ({ settings: { zone } }) => {
  const isNowhere = zone === 'UTC' || zone.startsWith('Etc/');
  const toDo = 'name the zone of the site, such as --zone Europe/Berlin';
  return [isNowhere ? note('zone', `days and months are those of ${zone}`, toDo) : ok('zone', zone)];
};

async function newestIn(dataDir: string): Promise<number> {
  const { database, backups } = placesOf(dataDir);
  const [backup] = await listBackups(backups);
  const written = (await sizeOf(database)) === undefined ? 0 : (await stat(database)).mtimeMs;
  return Math.max(written, backup?.atMs ?? 0);
}

/** Undefined where the system does not tell. */
async function isSynchronised(): Promise<boolean | undefined> {
  try {
    const args = ['show', '--property=NTPSynchronized', '--value'];
    const { stdout } = await promisify(execFile)('timedatectl', args, { timeout: 2000 });
    return { yes: true, no: false }[stdout.trim()];
  } catch {
    return undefined;
  }
}
