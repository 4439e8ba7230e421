import { makeBackup } from './backup.ts';
import { sealedPath } from './backup-files.ts';
import { askForBackup, type BackupAnswer } from './backup-requests.ts';
import { sealBeside } from './backup-secrets.ts';
import { openDatabase } from './open-database.ts';
import { isThere, placesOf } from './recovery-files.ts';
import { isInUse } from './recovery-trial.ts';
import { restoreBackup } from './restore.ts';
import type { AskPassphrase, RestoredSecrets } from './restore-secrets.ts';

type Print = (line: string) => void;

const wait = (delayMs: number) => new Promise<void>(resolve => setTimeout(resolve, delayMs));
const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1);

/**
 * `joulegate backup`: by the host that runs on the folder, or by itself where none does.
 * @throws Error that says why there is none
 */
export async function backupCommand(
  dataDir: string,
  keep: number,
  print: Print,
  passphrase?: string,
): Promise<void> {
  const { database } = placesOf(dataDir);
  if (!(await isThere(database))) {
    throw new Error(`There is no database in ${dataDir}; name its folder with --data-dir.`);
  }
  const answer = (await isInUse(database))
    ? await askForBackup(dataDir, wait)
    : await backupStopped(dataDir, keep, print, passphrase);
  if (!answer.isDone) throw new Error(answer.why);
  const seconds = (answer.tookMs / 1000).toFixed(1);
  print(`backup made and checked: ${answer.path} (${megabytes(answer.bytes)} MB, ${seconds} s)`);
  // A host that runs may have been started without the passphrase.
  if (passphrase !== undefined && !(await isThere(sealedPath(answer.path))))
    await sealBeside(answer.path, dataDir, passphrase);
  print(
    (await isThere(sealedPath(answer.path)))
      ? "the host's secrets are in it, sealed with the passphrase"
      : "the host's secrets are not in it: give a passphrase (JOULEGATE_BACKUP_PASSPHRASE_FILE), or keep a copy of secrets.json and tls/ca.crt",
  );
}

async function backupStopped(
  dataDir: string,
  keep: number,
  print: Print,
  passphrase: string | undefined,
): Promise<BackupAnswer> {
  const { instance, detail } = await openDatabase({ dataDir });
  try {
    if (detail !== '') print(detail);
    return { isDone: true, ...(await makeBackup({ dataDir, instance, keep, passphrase })) };
  } finally {
    instance.closeSync();
  }
}

/**
 * `joulegate restore FILE`, while no host runs on the folder.
 * @throws Error that says why it was not restored; the database is then as it was
 */
export async function restoreCommand(
  dataDir: string,
  file: string,
  print: Print,
  passphrase: AskPassphrase = async () => undefined,
): Promise<void> {
  const { file: from, facts, asideTo, secrets } = await restoreBackup({ dataDir, file, passphrase });
  const rows = facts.tables.reduce((sum, table) => sum + table.rows, 0);
  print(`restored and checked: ${from} (${rows} rows in ${facts.tables.length} tables)`);
  if (asideTo !== undefined) print(`the database that was there lies in ${asideTo}`);
  for (const line of wordsOf(secrets)) print(line);
  print('start the host; gateways send what they still hold, and the rest is counted as lost');
}

function wordsOf(secrets: RestoredSecrets): string[] {
  if (secrets.state === 'kept') return [];
  if (secrets.state === 'restored')
    return ["the host's secrets came back with it: gateways and second factors go on"];
  const { secondFactors } = secrets;
  return [
    'the secrets of the host it was made of did not come back with it: gateways that come by TLS do not trust this host until they are paired anew',
    ...(secondFactors.length === 0
      ? []
      : [
          `second factors of ${secondFactors.join(', ')} are lost: they sign in with a spare code or are reset by an admin, and set up new ones`,
        ]),
  ];
}
