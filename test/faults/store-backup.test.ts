import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeBackup } from '../../host/store/backup.ts';
import { restoreBackup } from '../../host/store/restore.ts';
import { heldBy, SmallDatabase, temporaryFolder } from '../host/store/small-database.ts';
import { rounds } from './chance.ts';

const program = fileURLToPath(new URL('../../dist/test/faults/store-kill-child.js', import.meta.url));
let root: string;
let database: SmallDatabase;

beforeAll(async () => {
  root = await temporaryFolder();
  // A log that is written into the file every few commits.
  database = await SmallDatabase.make(join(root, 'data'), { checkpoint_threshold: '20KB' });
});
afterAll(async () => {
  database.close();
  await rm(root, { recursive: true, force: true });
});

test('backups one after the other under load, with checkpoints all the time, are each whole and exact', async () => {
  const count = rounds(4, 40);
  let isDone = false;
  let slowestMs = 0;
  const load = (async () => {
    while (!isDone) {
      const beganMs = performance.now();
      await database.commit();
      slowestMs = Math.max(slowestMs, performance.now() - beganMs);
    }
  })();
  const { dataDir, instance, pause } = database;
  let earlier = -1;
  for (let round = 0; round < count; round++) {
    const { path, facts } = await makeBackup({ dataDir, instance, pause, keep: 2 });
    const dir = join(root, `restored-${round}`);
    await restoreBackup({ dataDir: dir, file: path });
    const held = await heldBy(dir);
    expect(facts.watermarks).toEqual([`attic e ${held.sequence}`]);
    expect(held).toMatchObject({ outcome: 'clean', isExact: true });
    expect(held.sequence).toBeGreaterThan(earlier);
    earlier = held.sequence;
    await rm(dir, { recursive: true });
  }
  isDone = true;
  await load;
  console.log(
    `${count} backups over ${database.sequence} commits: each equal to the database at its sequence, ` +
      `slowest commit ${(slowestMs / 1000).toFixed(2)} s`,
  );
}, 300_000);

test('a database with backups made is still closed to other processes', async () => {
  const other = promisify(execFile)(process.execPath, [program, 'open', database.dataDir, 'none']);
  await expect(other).rejects.toThrow(/another host is using it/);
  const restore = [program, 'restore', database.dataDir, 'none', 'joulegate'];
  await expect(promisify(execFile)(process.execPath, restore)).rejects.toThrow(/stop the host, then restore/);
}, 60_000);
