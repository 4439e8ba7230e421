import { cp, mkdir, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { DuckDBConnection } from '@duckdb/node-api';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { makeBackup } from '../../../host/store/backup.ts';
import { checkBackup, listBackups } from '../../../host/store/backup-files.ts';
import { lockDown, openDatabase } from '../../../host/store/open-database.ts';
import { listQuarantine } from '../../../host/store/quarantine.ts';
import { placesOf } from '../../../host/store/recovery-files.ts';
import { Revival } from '../../../host/store/recovery-revival.ts';
import { restoreBackup } from '../../../host/store/restore.ts';
import { asKilled, heldBy, SmallDatabase, temporaryFolder } from './small-database.ts';

let root: string;
let database: SmallDatabase;
let dataDir: string;
const startMs = Date.UTC(2026, 10, 21, 3);

beforeAll(async () => {
  root = await temporaryFolder();
  dataDir = join(root, 'data');
  database = await SmallDatabase.make(dataDir);
  const { archive, backups } = placesOf(dataDir);
  for (const dir of [archive, backups]) await mkdir(dir);
  // As in the host: locked, with these folders alone in reach.
  await lockDown(database.connection, [archive, backups]);
});
afterAll(async () => {
  database.close();
  await rm(root, { recursive: true, force: true });
});

const backup = (hour: number, keep = 7) =>
  makeBackup({
    dataDir,
    instance: database.instance,
    pause: database.pause,
    keep,
    nowMs: () => startMs + hour * 3_600_000,
  });

test('a backup made while commits go on equals the database at one sequence', async () => {
  await database.commits(5);
  let isDone = false;
  const first = database.sequence;
  const [made] = await Promise.all([
    backup(0).finally(() => {
      isDone = true;
    }),
    (async () => {
      while (!isDone) await database.commit();
    })(),
  ]);
  expect(basename(made.path)).toBe('joulegate-2026-11-21T03-00-00Z.duckdb');
  const [mark] = made.facts.watermarks;
  const sequence = Number(mark?.split(' ')[2]);
  expect(sequence).toBeGreaterThanOrEqual(first);
  expect(database.sequence).toBeGreaterThan(sequence);
  const dir = join(root, 'equal');
  await restoreBackup({ dataDir: dir, file: made.path });
  expect(await heldBy(dir)).toMatchObject({ outcome: 'clean', sequence, isExact: true });
});

test('files of the archive are in the backup without taking room, and come back with it', async () => {
  const { archive } = placesOf(dataDir);
  await mkdir(join(archive, '2025'));
  await writeFile(join(archive, '2025', '01.parquet'), 'rows of January');
  const made = await backup(1);
  const linked = made.path.replace('.duckdb', '.archive/2025/01.parquet');
  expect((await stat(linked)).ino).toBe((await stat(join(archive, '2025', '01.parquet'))).ino);
  const dir = join(root, 'with-archive');
  await restoreBackup({ dataDir: dir, file: made.path });
  const restored = join(dir, 'archive', '2025', '01.parquet');
  expect(await readFile(restored, 'utf8')).toBe('rows of January');
  // A file of the same name and size, written since, is not taken for it, and not lost either.
  await rm(restored);
  await writeFile(restored, 'other rows here');
  await restoreBackup({ dataDir: dir, file: made.path });
  expect(await readFile(restored, 'utf8')).toBe('rows of January');
  expect(await readFile(`${restored}.replaced-1`, 'utf8')).toBe('other rows here');
});

test('so many of the newest backups are kept, and what killed ones left goes', async () => {
  const { backups } = placesOf(dataDir);
  await writeFile(join(backups, 'joulegate-2026-11-20T00-00-00Z.duckdb.partial'), 'half');
  await writeFile(join(backups, 'joulegate-2026-11-20T00-00-00Z.json'), '{}');
  await writeFile(join(backups, 'notes.txt'), 'mine');
  await backup(2, 3);
  const { removed } = await backup(3, 3);
  expect(removed.map(path => basename(path))).toEqual(['joulegate-2026-11-21T03-00-00Z.duckdb']);
  const hours = ['04', '05', '06'];
  expect((await readdir(backups)).sort()).toEqual([
    ...hours.flatMap(hour =>
      ['archive', 'duckdb', 'json'].map(kind => `joulegate-2026-11-21T${hour}-00-00Z.${kind}`),
    ),
    'notes.txt',
  ]);
});

test('a backup that is cut, changed or of something else is refused by name, and nothing changes', async () => {
  const dir = join(root, 'refusing');
  await asKilled(dataDir, dir);
  // The first start after the kill tells what the kill left.
  await heldBy(dir);
  const before = await heldBy(dir);
  const { backups } = placesOf(dir);
  await cp(placesOf(dataDir).backups, backups, { recursive: true });
  const [newest, second, third] = await listBackups(backups);
  await truncate(newest?.path ?? '', 20_000);
  const note = second?.path.replace('.duckdb', '.json') ?? '';
  await writeFile(note, (await readFile(note, 'utf8')).replace('attic e', 'cellar e'));
  await writeFile(third?.path ?? '', 'no database');
  for (const bad of [newest, second, third]) {
    await expect(checkBackup({ path: bad?.path ?? '' })).rejects.toThrow(/is not good/);
    await expect(restoreBackup({ dataDir: dir, file: bad?.path ?? '' })).rejects.toThrow(/is not good/);
  }
  await expect(restoreBackup({ dataDir: dir, file: 'nowhere.duckdb' })).rejects.toThrow(/no readable backup/);
  expect(await heldBy(dir)).toEqual(before);
});

test('a restore keeps the database that was there, with its log', async () => {
  const dir = join(root, 'aside');
  const made = await backup(4);
  await database.commits(3);
  await asKilled(dataDir, dir);
  // By its name alone it is looked for among the backups.
  await cp(placesOf(dataDir).backups, placesOf(dir).backups, { recursive: true });
  const { asideTo, facts } = await restoreBackup({ dataDir: dir, file: basename(made.path) });
  expect(facts.watermarks).toEqual(made.facts.watermarks);
  const sequence = Number(made.facts.watermarks[0]?.split(' ')[2]);
  expect(await heldBy(dir)).toMatchObject({ outcome: 'clean', sequence, isExact: true });
  const [report] = await listQuarantine(placesOf(dir).quarantine);
  expect(report).toMatchObject({ kind: 'replaced', dir: asideTo });
  const old = join(root, 'old');
  await asKilled(asideTo ?? '', old);
  expect(await heldBy(old)).toMatchObject({ sequence: database.sequence, isExact: true });
});

test('a database whose rows cannot be read is not backed up, and the older backups stay', async () => {
  const dir = join(root, 'unreadable');
  const other = await SmallDatabase.make(dir);
  await other.connection.run('INSERT INTO gauge SELECT i, 0, hash(i) // 1000000000 FROM range(200000) r(i)');
  await makeBackup({ dataDir: dir, instance: other.instance, keep: 1, nowMs: () => startMs });
  other.close();
  const { database: path, backups } = placesOf(dir);
  const bytes = await readFile(path);
  // Within a block of rows.
  const at = Math.floor(bytes.length / 2);
  bytes[at] = (bytes[at] ?? 0) ^ 4;
  await writeFile(path, bytes);
  const { instance } = await openDatabase({ dataDir: dir });
  await expect(makeBackup({ dataDir: dir, instance, keep: 1 })).rejects.toThrow(
    /joulegate restore joulegate-2026/,
  );
  instance.closeSync();
  expect(await listBackups(backups)).toHaveLength(1);
});

test('a database that is given up while it is copied is opened again once the backup has let go of it', async () => {
  const own = await SmallDatabase.make(join(root, 'given-up'));
  await own.commits(3);
  const closed = vi.spyOn(DuckDBConnection.prototype, 'closeSync');
  const letGo: number[] = [];
  const revival = new Revival({
    close: async () => {
      letGo.push(closed.mock.calls.length);
      own.close();
    },
    open: async () => {},
    wait: async () => {},
  });
  let reviving: Promise<void> | undefined;
  const made = await makeBackup({
    ...{ dataDir: own.dataDir, instance: own.instance, pause: own.pause, keep: 7 },
    whileOpen: work => revival.guard(work),
    onStep: step => {
      if (step === 'backup.copied') reviving = revival.revive(new Error('FATAL Error: it is over'));
    },
  });
  await reviving;
  closed.mockRestore();
  // Its two connections, before the one of the database.
  expect(letGo).toEqual([2]);
  expect(made.facts.watermarks).toEqual(['attic e 3']);
});
