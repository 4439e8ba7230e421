import { makeBackup } from './backup.ts';
import { askForBackup, type BackupAnswer } from './backup-requests.ts';
import { openDatabase } from './open-database.ts';
import { isThere, placesOf } from './recovery-files.ts';
import { isInUse } from './recovery-trial.ts';
import { restoreBackup } from './restore.ts';

type Print = (line: string) => void;

const wait = (delayMs: number) => new Promise<void>(resolve => setTimeout(resolve, delayMs));
const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1);

/**
 * `joulegate backup`: by the host that runs on the folder, or by itself where none does.
 * @throws Error that says why there is none
 */
export async function backupCommand(dataDir: string, keep: number, print: Print): Promise<void> {
  const { database } = placesOf(dataDir);
  if (!(await isThere(database))) {
    throw new Error(`There is no database in ${dataDir}; name its folder with --data-dir.`);
  }
  const answer = (await isInUse(database))
    ? await askForBackup(dataDir, wait)
    : await backupStopped(dataDir, keep, print);
  if (!answer.isDone) throw new Error(answer.why);
  const seconds = (answer.tookMs / 1000).toFixed(1);
  print(`backup made and checked: ${answer.path} (${megabytes(answer.bytes)} MB, ${seconds} s)`);
}

async function backupStopped(dataDir: string, keep: number, print: Print): Promise<BackupAnswer> {
  const { instance, detail } = await openDatabase({ dataDir });
  try {
    if (detail !== '') print(detail);
    return { isDone: true, ...(await makeBackup({ dataDir, instance, keep })) };
  } finally {
    instance.closeSync();
  }
}

/**
 * `joulegate restore FILE`, while no host runs on the folder.
 * @throws Error that says why it was not restored; the database is then as it was
 */
export async function restoreCommand(dataDir: string, file: string, print: Print): Promise<void> {
  const { file: from, facts, asideTo } = await restoreBackup({ dataDir, file });
  const rows = facts.tables.reduce((sum, table) => sum + table.rows, 0);
  print(`restored and checked: ${from} (${rows} rows in ${facts.tables.length} tables)`);
  if (asideTo !== undefined) print(`the database that was there lies in ${asideTo}`);
  print('start the host; gateways send what they still hold, and the rest is counted as lost');
}
