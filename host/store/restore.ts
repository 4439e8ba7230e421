import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { guardFolder } from '../secrets/secret-file.ts';
import { type Facts, factsDiffer, positionsIn } from './backup-facts.ts';
import { checkBackup, listBackups, takeArchive } from './backup-files.ts';
import { keepAside } from './quarantine.ts';
import { openError } from './recovery-errors.ts';
import { copyTo, isThere, logSuffixes, placesOf } from './recovery-files.ts';
import { isInUse } from './recovery-trial.ts';
import { finishRestore, type OnStep, putInPlace } from './restore-place.ts';
import { type AskPassphrase, type RestoredSecrets, readySecrets } from './restore-secrets.ts';

export interface RestoreOptions {
  readonly dataDir: string;
  /** Path of a backup, or its name within `<dataDir>/backups`. */
  readonly file: string;
  /** By default secrets that the host lacks are not restored. */
  readonly passphrase?: AskPassphrase;
  readonly nowMs?: () => number;
  readonly onStep?: OnStep;
}

export interface Restored {
  readonly file: string;
  readonly facts: Facts;
  /** Where the database that was there lies now; undefined where there was none. */
  readonly asideTo: string | undefined;
  readonly secrets: RestoredSecrets;
}

/**
 * Puts a backup in the place of the database of a host that does not run. The backup is read whole before anything
 * changes; the present database and its logs move to `<dataDir>/quarantine/<UTC time>/` and are never deleted. So with the
 * host's secrets and authority, where the backup has some that the host lacks: others stay in `<dataDir>` under names with
 * `.replaced-1`. Killed at any moment, either the present database stays, or the next start finishes.
 *
 * @throws Error that says what to do: no such backup, not good, the host runs, no room
 */
export async function restoreBackup(options: RestoreOptions): Promise<Restored> {
  const { dataDir, passphrase = async () => undefined, nowMs = Date.now, onStep = () => {} } = options;
  const { database, restoring, archive, quarantine } = placesOf(dataDir);
  await guardFolder(dataDir, () => {});
  if (await isInUse(database)) {
    throw new Error(`The database ${database} is in use; stop the host, then restore.`);
  }
  const file = await findBackup(options.file, dataDir);
  await finishRestore(dataDir);
  const facts = await checkBackup({ path: file });
  onStep('restore.copy');
  try {
    const secrets = await readySecrets(file, dataDir, passphrase);
    await copyTo(file, restoring);
    // What is put in place is what was checked.
    const copied = await checkBackup({ path: restoring }, {}, { positionsOf: positionsIn(facts) });
    const difference = factsDiffer(facts, copied);
    if (difference !== undefined) throw new Error(`The copy of ${file} is not as the file: ${difference}.`);
    await takeArchive({ path: file }, archive);
    onStep('restore.quarantine');
    const present = [database, ...logSuffixes.map(suffix => `${database}${suffix}`)];
    const asideTo = (await isThere(database))
      ? await keepAside(quarantine, present, {
          atMs: nowMs(),
          kind: 'replaced',
          detail: `Replaced by ${file}, by command.`,
        })
      : undefined;
    await putInPlace(dataDir, onStep);
    return { file, facts, asideTo, secrets };
  } catch (error) {
    throw error instanceof Error && 'code' in error ? openError(restoring, error) : error;
  }
}

async function findBackup(file: string, dataDir: string): Promise<string> {
  const { backups } = placesOf(dataDir);
  for (const path of [file, join(backups, basename(file))]) {
    if (await isReadable(path)) return path;
  }
  const names = (await listBackups(backups)).slice(0, 5).map(({ path }) => basename(path));
  const known = names.length > 0 ? `the newest in ${backups} are ${names.join(', ')}` : `${backups} has none`;
  throw new Error(`There is no readable backup ${file}; ${known}.`);
}

async function isReadable(path: string): Promise<boolean> {
  try {
    await access(path, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}
