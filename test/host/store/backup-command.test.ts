import { rm } from 'node:fs/promises';
import { basename } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { backupCommand, restoreCommand } from '../../../host/store/backup-command.ts';
import { listBackups } from '../../../host/store/backup-files.ts';
import { placesOf } from '../../../host/store/recovery-files.ts';
import { heldBy, SmallDatabase, temporaryFolder } from './small-database.ts';

let dataDir: string;
let lines: string[] = [];
const print = (line: string) => void lines.push(line);

beforeAll(async () => {
  dataDir = await temporaryFolder();
});
afterAll(() => rm(dataDir, { recursive: true, force: true }));

test('a folder without a database is told, and nothing is made in it', async () => {
  await expect(backupCommand(dataDir, 3, print)).rejects.toThrow(/no database in .*--data-dir/);
});

test('of a stopped host a backup is made and restored by name, and each says what it did', async () => {
  const database = await SmallDatabase.make(dataDir);
  await database.commits(3);
  database.close();
  await backupCommand(dataDir, 3, print);
  expect(lines).toEqual([
    expect.stringMatching(/^backup made and checked: .*\.duckdb \(\d+\.\d MB, \d+\.\d s\)$/),
    expect.stringMatching(/^the host's secrets are not in it: give a passphrase/),
  ]);
  const again = await SmallDatabase.open(dataDir);
  await again.commits(2);
  again.close();
  const [backup] = await listBackups(placesOf(dataDir).backups);
  lines = [];
  await restoreCommand(dataDir, basename(backup?.path ?? ''), print);
  expect(lines).toEqual([
    expect.stringMatching(/^restored and checked: .* \(121 rows in 2 tables\)$/),
    expect.stringMatching(/^the database that was there lies in .*quarantine/),
    expect.stringMatching(/^start the host/),
  ]);
  expect(await heldBy(dataDir)).toMatchObject({ outcome: 'clean', sequence: 3, isExact: true });
});
