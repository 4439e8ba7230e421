import { refuseForeignFolder } from '../control/foreign-folder.ts';
import { erasePersonCommand, eraseSiteCommand } from '../erase/command.ts';
import type { EraseOptions } from '../erase/erase.ts';
import { loadSettings } from '../settings.ts';
import { keptBackups } from '../store/backup-schedule.ts';
import type { Given, World } from './command.ts';

const optionsOf = ({ sources, flags }: Given): EraseOptions => {
  const { dataDir, backupHours = 24, backupKeep = keptBackups } = loadSettings(sources);
  refuseForeignFolder(dataDir);
  return { dataDir, backupHours, backupKeep, nowMs: Date.now(), withCopies: flags.has('with-copies') };
};

export async function eraseSite(given: Given, world: World): Promise<number> {
  const [site = ''] = given.words;
  await eraseSiteCommand(site, optionsOf(given), world.print);
  return 0;
}

export async function erasePerson(given: Given, world: World): Promise<number> {
  const [name = ''] = given.words;
  await erasePersonCommand(name, optionsOf(given), world.print);
  return 0;
}
