import { cp, mkdir, readdir, readFile, rm, stat, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeBackup } from '../../../host/store/backup.ts';
import { lockDown, openDatabase } from '../../../host/store/open-database.ts';
import { listQuarantine } from '../../../host/store/quarantine.ts';
import { placesOf } from '../../../host/store/recovery-files.ts';
import { asKilled, heldBy, SmallDatabase, temporaryFolder } from './small-database.ts';

let root: string;
let source: string;
const commits = 12;

/** A killed host's folder, and one that has a backup of 12 commits and 5 commits since. */
beforeAll(async () => {
  root = await temporaryFolder();
  source = join(root, 'source');
  const database = await SmallDatabase.make(source);
  await database.commits(commits);
  await asKilled(source, join(root, 'killed'));
  await makeBackup({ dataDir: source, instance: database.instance, keep: 3 });
  await database.commits(5);
  database.close();
});
afterAll(() => rm(root, { recursive: true, force: true }));

async function killed(name: string): Promise<string> {
  const dir = join(root, name);
  await asKilled(join(root, 'killed'), dir);
  return dir;
}

async function flip(path: string, at: number, bit = 4): Promise<void> {
  const bytes = await readFile(path);
  bytes[at] = (bytes[at] ?? 0) ^ bit;
  await writeFile(path, bytes);
}

const walOf = (dir: string) => `${placesOf(dir).database}.wal`;

test('a killed database opens with all it had committed, and nothing is set aside', async () => {
  const dir = await killed('whole');
  expect(await heldBy(dir)).toMatchObject({ outcome: 'clean', detail: '', sequence: commits, isExact: true });
  expect((await readdir(dir)).sort()).toEqual(['joulegate.duckdb']);
});

test('a log with a flipped bit is cut before it, and kept whole in quarantine', async () => {
  const dir = await killed('flipped');
  const { size } = await stat(walOf(dir));
  const damaged = walOf(dir);
  await flip(damaged, Math.floor(size * 0.6));
  const before = await readFile(damaged);
  const held = await heldBy(dir);
  expect(held).toMatchObject({ outcome: 'walCut', isExact: true });
  expect(held.sequence).toBeGreaterThan(commits * 0.4);
  expect(held.sequence).toBeLessThan(commits * 0.7);
  expect(held.detail).toMatch(/first \d+ commits of its log/);
  const evidence = await readFile(join(held.quarantinedTo ?? '', 'joulegate.duckdb.wal'));
  expect(evidence.equals(before)).toBe(true);
  expect(await heldBy(dir)).toMatchObject({ outcome: 'clean', sequence: held.sequence });
});

test('a size within the log made impossible is seen, which the database itself would take for its end', async () => {
  const dir = await killed('size');
  // The size of the first entry behind the header: its highest byte.
  const bytes = await readFile(walOf(dir));
  const headerEnd = bytes.indexOf(Uint8Array.of(0xff, 0xff)) + 2;
  bytes[headerEnd + 7] = 0x40;
  await writeFile(walOf(dir), bytes);
  const held = await heldBy(dir);
  expect(held).toMatchObject({ outcome: 'walCut', sequence: 0, isExact: true });
  expect(held.detail).toMatch(/last checkpoint/);
});

test('one wrong byte in the header of the log, which has no checksum, costs nothing', async () => {
  const dir = await killed('log-header');
  const headerEnd = (await readFile(walOf(dir))).indexOf(Uint8Array.of(0xff, 0xff));
  // Its kind, its version, the database's name, the checkpoint's number.
  for (const at of [2, 5, 12, headerEnd - 1]) {
    await asKilled(join(root, 'killed'), dir);
    await flip(walOf(dir), at, at === headerEnd - 1 ? 1 : 4);
    expect(await heldBy(dir)).toMatchObject({ sequence: commits, isExact: true });
  }
});

test('the log of another database is not replayed', async () => {
  const dir = await killed('foreign');
  const other = await SmallDatabase.make(join(root, 'other'));
  await other.commits(3);
  await asKilled(join(root, 'other'), join(root, 'other-killed'));
  other.close();
  await writeFile(walOf(dir), await readFile(walOf(join(root, 'other-killed'))));
  expect(await heldBy(dir)).toMatchObject({ outcome: 'walCut', sequence: 0, isExact: true });
});

test.each(['header', 'truncated', 'garbage', 'gone'])(
  'with a %s file the newest good backup takes its place',
  async how => {
    const dir = join(root, `main-${how}`);
    await asKilled(source, dir);
    await cp(placesOf(source).backups, placesOf(dir).backups, { recursive: true });
    const { database } = placesOf(dir);
    if (how === 'header') await flip(database, 20);
    if (how === 'truncated') await truncate(database, 13_000);
    if (how === 'garbage') await writeFile(database, Buffer.alloc(30_000, 'no database'));
    if (how === 'gone') {
      await rm(database);
      await writeFile(walOf(dir), await readFile(walOf(join(root, 'killed'))));
    }
    const held = await heldBy(dir);
    expect(held).toMatchObject({ outcome: 'restored', sequence: commits, isExact: true });
    expect(held.detail).toMatch(/the backup of 20.* is in its place/);
    expect(await heldBy(dir)).toMatchObject({ outcome: 'clean', sequence: commits });
  },
);

test('with no backup that is good a new one begins, and says so', async () => {
  const dir = await killed('hopeless');
  const { database, backups } = placesOf(dir);
  await cp(placesOf(source).backups, backups, { recursive: true });
  for (const name of await readdir(backups))
    if (name.endsWith('.duckdb')) await truncate(join(backups, name), 5000);
  await flip(database, 20);
  const held = await heldBy(dir);
  expect(held).toMatchObject({ outcome: 'begunAnew', sequence: 0 });
  expect(held.detail).toMatch(/is not good/);
  const [report] = await listQuarantine(placesOf(dir).quarantine);
  expect(report).toMatchObject({ kind: 'damage', detail: held.detail });
  expect(report?.files.map(({ name }) => name)).toEqual(['joulegate.duckdb', 'joulegate.duckdb.wal']);
});

test('a log that was left behind is told, with what its last commits miss, until the host is ended in order', async () => {
  const dir = await killed('left');
  const log = `${placesOf(dir).database}.wal`;
  await truncate(log, (await stat(log)).size - 7);
  const left = await openDatabase({ dataDir: dir });
  expect(left).toMatchObject({ outcome: 'clean', left: { commits: commits - 1 } });
  expect(left.left?.unfinishedBytes).toBeGreaterThan(0);
  left.instance.closeSync();
  const ended = await openDatabase({ dataDir: dir });
  expect(ended.left).toBeUndefined();
  ended.instance.closeSync();
});

test('what is no damage stays an error that says what to do, and changes nothing', async () => {
  const dir = await killed('newer');
  const { database } = placesOf(dir);
  await expect(openDatabase({ dataDir: dir, config: { no_such_setting: '1' } })).rejects.toThrow(
    /cannot be opened/,
  );
  await rm(database);
  await mkdir(database);
  await expect(openDatabase({ dataDir: dir })).rejects.toThrow(/cannot be opened/);
  expect(await readdir(dir)).not.toContain('quarantine');
});

test('statements reach the allowed folders and nothing else', async () => {
  const dir = join(root, 'locked');
  const { instance } = await openDatabase({ dataDir: dir });
  const connection = await instance.connect();
  const { archive, backups } = placesOf(dir);
  for (const folder of [archive, backups]) await mkdir(folder);
  await writeFile(join(root, 'secret.csv'), 'a\n1\n');
  await symlink(join(root, 'secret.csv'), join(archive, 'link.csv'));
  await lockDown(connection, [archive, backups]);
  await connection.run(`COPY (SELECT 1 AS a) TO '${archive}/one.parquet'`);
  await connection.run(`SELECT * FROM read_parquet('${archive}/one.parquet')`);
  for (const sql of [
    `SELECT * FROM read_csv('${root}/secret.csv')`,
    `SELECT * FROM read_csv('${archive}/../../secret.csv')`,
    `SELECT * FROM read_csv('${archive}/link.csv')`,
    `COPY (SELECT 1) TO '${root}/out.csv'`,
    `ATTACH '${root}/out.duckdb'`,
    "SELECT * FROM glob('/etc/*')",
    'INSTALL httpfs',
    'LOAD httpfs',
  ]) {
    await expect(connection.run(sql), sql).rejects.toThrow(/Permission Error/);
  }
  for (const setting of [
    'enable_external_access = true',
    "allowed_directories = ['/']",
    "temp_directory = '/tmp'",
  ]) {
    await expect(connection.run(`SET ${setting}`), setting).rejects.toThrow(/locked/);
  }
  connection.closeSync();
  instance.closeSync();
  // Nothing of it is kept in the file.
  (await DuckDBInstance.create(placesOf(dir).database)).closeSync();
});
