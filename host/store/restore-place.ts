import { rm, writeFile } from 'node:fs/promises';
import { placeArchive } from './archive-place.ts';
import { placeSecrets, unstageSecrets } from './backup-secrets.ts';
import { isThere, moveTo, placesOf, removeLogs, sync } from './recovery-files.ts';

/** Told before each step that changes what a killed process would leave behind. */
export type OnStep = (step: string) => void;

/**
 * Puts the checked file at `restoring` in the database's place, for which nothing else may hold a copy of what stands
 * there now: that was set aside before. Killed at any moment, `finishRestore` at the next start goes on with it.
 */
export async function putInPlace(dataDir: string, onStep: OnStep = () => {}): Promise<void> {
  const { restoring, restoreReady } = placesOf(dataDir);
  await sync(restoring);
  onStep('place.ready');
  await writeFile(restoreReady, '');
  await sync(dataDir);
  await finishRestore(dataDir, onStep);
}

/**
 * Ends a restore that a kill interrupted: goes on where the new file was whole, takes it back where it was not.
 * Costs nothing where there is none.
 */
export async function finishRestore(dataDir: string, onStep: OnStep = () => {}): Promise<void> {
  const { database, restoring, restoreReady, archiveRestoring } = placesOf(dataDir);
  if (!(await isThere(restoreReady))) {
    await rm(restoring, { force: true });
    await unstageSecrets(dataDir);
    await rm(archiveRestoring, { recursive: true, force: true });
    return;
  }
  // Without the file it was moved already, and logs that are there now may be its own.
  if (await isThere(restoring)) {
    onStep('place.logs');
    await removeLogs(database);
    onStep('place.move');
    await moveTo(restoring, database);
  }
  onStep('place.archive');
  await placeArchive(dataDir);
  onStep('place.secrets');
  await placeSecrets(dataDir);
  onStep('place.done');
  await rm(restoreReady, { force: true });
  await sync(dataDir);
}
