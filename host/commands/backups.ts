import { refuseForeignFolder } from '../control/foreign-folder.ts';
import { passphraseFrom } from '../secrets/ask-passphrase.ts';
import { loadSettings } from '../settings.ts';
import { backupCommand, restoreCommand } from '../store/backup-command.ts';
import { keptBackups } from '../store/backup-schedule.ts';
import type { Given, World } from './command.ts';

export async function backup({ sources }: Given, world: World): Promise<number> {
  const { dataDir, backupKeep = keptBackups, backupPassphrase } = loadSettings(sources);
  refuseForeignFolder(dataDir);
  await backupCommand(dataDir, backupKeep, world.print, backupPassphrase);
  return 0;
}

export async function restore({ sources, words }: Given, world: World): Promise<number> {
  const [file = ''] = words;
  const { dataDir, backupPassphrase } = loadSettings(sources);
  refuseForeignFolder(dataDir);
  await restoreCommand(dataDir, file, world.print, passphraseFrom(backupPassphrase, process));
  return 0;
}
