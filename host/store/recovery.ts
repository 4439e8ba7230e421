import { rm } from 'node:fs/promises';
import { messageOf } from '../message-of.ts';
import { type BackupFile, checkBackup, listBackups, takeArchive } from './backup-files.ts';
import { stageOldAuthority } from './backup-secrets.ts';
import { keepAside, pruneQuarantine, tellQuarantine } from './quarantine.ts';
import { copyTo, isThere, logSuffixes, moveTo, placesOf, sync } from './recovery-files.ts';
import { readDatabaseHeader } from './recovery-header.ts';
import { scanMended } from './recovery-log-header.ts';
import { logCandidates } from './recovery-plan.ts';
import { firstThatOpens } from './recovery-trial.ts';
import { type OnStep, putInPlace } from './restore-place.ts';
import { scanWal } from './wal-scan.ts';

export interface RecoveryOptions {
  readonly dataDir: string;
  readonly config: Readonly<Record<string, string>>;
  readonly nowMs: () => number;
  /** What was seen of the damage. */
  readonly why: string;
  readonly onStep: OnStep;
}

export interface Recovery {
  readonly outcome: 'walCut' | 'restored' | 'begunAnew';
  readonly detail: string;
  readonly quarantinedTo: string;
}

/**
 * Cuts the damaged log to the most that opens. The whole logs stay in quarantine.
 * @returns undefined where it is not the log that is damaged; nothing has changed then
 */
export async function cutLogs(options: RecoveryOptions): Promise<Recovery | undefined> {
  const { dataDir, config, onStep } = options;
  const { database, trial: dir } = placesOf(dataDir);
  const header = (await isThere(database)) ? await readDatabaseHeader(database) : undefined;
  if (header === undefined) return undefined;
  const mended = `${dir}-mended`;
  const scans = [];
  for (const suffix of ['.wal', '.wal.checkpoint']) {
    const path = `${database}${suffix}`;
    if (!(await isThere(path))) scans.push(undefined);
    else if (suffix === '.wal') scans.push(await scanMended(path, header, mended));
    else scans.push(scanWal(path));
  }
  const [main, second] = scans;
  const trial = await firstThatOpens(dir, database, logCandidates(header, main, second), config);
  if (trial === undefined) {
    await clean(dir, mended);
    return undefined;
  }
  onStep('cut.quarantine');
  const quarantinedTo = await setAside(
    options,
    logSuffixes.map(suffix => `${database}${suffix}`),
  );
  const dropped =
    (main?.bytes ?? 0) +
    (second?.bytes ?? 0) -
    (trial.candidate.log?.bytes ?? 0) -
    (trial.candidate.checkpointLog?.bytes ?? 0);
  const detail =
    `The database's log was damaged: kept is ${trial.candidate.what}; ${Math.max(dropped, 0)} bytes behind could ` +
    `not be used and lie in ${quarantinedTo}. Gateways send again what they still hold.`;
  await tellQuarantine(quarantinedTo, detail);
  // What is not put in place has to go: it would be taken for a part of the new log.
  onStep('cut.checkpointLog');
  if (trial.checkpointLog !== undefined) await moveTo(trial.checkpointLog, `${database}.wal.checkpoint`);
  // Where the second log becomes the first it goes after that, or a kill between would lose it.
  const secondBecomesFirst = second !== undefined && trial.candidate.log?.path === second.path;
  if (trial.checkpointLog === undefined && !secondBecomesFirst)
    await rm(`${database}.wal.checkpoint`, { force: true });
  onStep('cut.log');
  if (trial.log === undefined) await rm(`${database}.wal`, { force: true });
  else await moveTo(trial.log, `${database}.wal`);
  if (secondBecomesFirst) await rm(`${database}.wal.checkpoint`, { force: true });
  await rm(`${database}.wal.recovery`, { force: true });
  await sync(dataDir);
  await clean(dir, mended);
  return { outcome: 'walCut', detail, quarantinedTo };
}

/** Puts the newest backup that proves to be good in place, or else nothing, so that a new database begins. */
export async function replaceDatabase(options: RecoveryOptions): Promise<Recovery> {
  const { dataDir, config, why, onStep } = options;
  const { database, restoring, backups, keys } = placesOf(dataDir);
  const refused: string[] = [];
  let good: BackupFile | undefined;
  for (const backup of await listBackups(backups)) {
    try {
      await checkBackup(backup, config);
      good = backup;
      break;
    } catch (error) {
      refused.push(messageOf(error));
    }
  }
  onStep('replace.quarantine');
  const logs = logSuffixes.map(suffix => `${database}${suffix}`);
  const quarantinedTo = await setAside(options, [database, ...logs]);
  const also = refused.length > 0 ? ` Backups that are not good either: ${refused.join(' ')}` : '';
  if (good === undefined) {
    const detail =
      `The database was damaged (${why}) and there was no backup: a new one begins, the damaged one lies in ` +
      `${quarantinedTo}. Gateways send again what they still hold.${also}`;
    await tellQuarantine(quarantinedTo, detail);
    onStep('replace.logs');
    for (const log of logs) await rm(log, { force: true });
    onStep('replace.database');
    await rm(database, { force: true });
    await sync(dataDir);
    return { outcome: 'begunAnew', detail, quarantinedTo };
  }
  const detail =
    `The database was damaged (${why}): the backup of ${new Date(good.atMs).toISOString()} is in its place, the ` +
    `damaged one lies in ${quarantinedTo}. Gateways send again what they still hold.${also}`;
  // Before the first change: a start after a kill goes on with it and would not know.
  await tellQuarantine(quarantinedTo, detail);
  onStep('replace.copy');
  await copyTo(good.path, restoring);
  await takeArchive(good, placesOf(dataDir).archive);
  // Keys that are there are newer, and the gateways' own.
  if (!(await isThere(keys))) await stageOldAuthority(good.path, dataDir);
  await putInPlace(dataDir, onStep);
  return { outcome: 'restored', detail, quarantinedTo };
}

async function setAside({ dataDir, nowMs, why }: RecoveryOptions, paths: readonly string[]): Promise<string> {
  const { quarantine } = placesOf(dataDir);
  const dir = await keepAside(quarantine, paths, { atMs: nowMs(), kind: 'damage', detail: why });
  await pruneQuarantine(quarantine);
  return dir;
}

async function clean(dir: string, mended: string): Promise<void> {
  await rm(dir, { recursive: true, force: true });
  await rm(mended, { force: true });
}
