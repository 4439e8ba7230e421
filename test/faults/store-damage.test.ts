import { cp, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { makeBackup } from '../../host/store/backup.ts';
import { listQuarantine } from '../../host/store/quarantine.ts';
import { placesOf } from '../../host/store/recovery-files.ts';
import { scanWal } from '../../host/store/wal-scan.ts';
import { asKilled, heldBy, SmallDatabase, temporaryFolder } from '../host/store/small-database.ts';
import { patienceMs } from '../patience.ts';
import { chanceOf, rounds } from './chance.ts';

let root: string;
const commits = 150;

/** What a host leaves that is killed with a full log, and one killed in the middle of a checkpoint. */
beforeAll(async () => {
  root = await temporaryFolder();
  const database = await SmallDatabase.make(join(root, 'source'), { checkpoint_threshold: '1GB' });
  await database.commits(10);
  await makeBackup({ dataDir: database.dataDir, instance: database.instance, keep: 1 });
  await database.commits(commits - 11);
  await asKilled(database.dataDir, join(root, 'killed'));
  await killWithinCheckpoint(database, 'checkpointing', false);
  const other = await SmallDatabase.make(join(root, 'other'), { checkpoint_threshold: '1GB' });
  await other.commits(commits - 1);
  await killWithinCheckpoint(other, 'checkpointed', true);
});
afterAll(() => rm(root, { recursive: true, force: true }));

/**
 * Leaves files of a database killed while a checkpoint runs and 20 commits are made: before anything of it counts, or
 * once its file is written and its first log is not yet gone.
 */
async function killWithinCheckpoint(database: SmallDatabase, to: string, isWritten: boolean): Promise<void> {
  const [checkpointing, reader] = [await database.instance.connect(), await database.instance.connect()];
  // Only beside a reader of an older state do commits go on while a checkpoint runs, into a log of their own.
  database.isAppending = true;
  await reader.run('BEGIN TRANSACTION');
  await reader.run('SELECT count(*) FROM gauge');
  await database.commit();
  if (isWritten) await checkpointing.run("SET GLOBAL debug_checkpoint_abort = 'before_truncate'");
  // Longer than the commits take on a busy machine.
  await checkpointing.run('SET GLOBAL debug_checkpoint_sleep_ms = 5000');
  const before = await database.walBytes();
  const checkpoint = checkpointing.run('CHECKPOINT').catch(() => {});
  // Begun, it says so in the first log.
  await vi.waitUntil(async () => (await database.walBytes()) > before, { timeout: patienceMs });
  await database.commits(20);
  if (isWritten) await checkpoint;
  await asKilled(database.dataDir, join(root, to));
  await checkpoint;
  checkpointing.closeSync();
  reader.closeSync();
  database.close();
}

interface Outcome {
  opened: number;
  notExact: number;
  lostBefore: number;
  slowestMs: number;
  fewest: number;
}

/** Damages the log of a fresh copy again and again; each time it has to hold all commits that end before the damage. */
async function damageLog(
  count: number,
  from: string,
  damage: (bytes: Buffer) => { at: number; bytes: Buffer },
) {
  const dir = join(root, 'damaged');
  const wal = `${placesOf(dir).database}.wal`;
  const outcome: Outcome = {
    opened: 0,
    notExact: 0,
    lostBefore: 0,
    slowestMs: 0,
    fewest: Number.POSITIVE_INFINITY,
  };
  for (let round = 0; round < count; round++) {
    await asKilled(join(root, from), dir);
    const { commitEnds } = scanWal(wal);
    const { at, bytes } = damage(await readFile(wal));
    await writeFile(wal, bytes);
    const beganMs = Date.now();
    const held = await heldBy(dir);
    outcome.slowestMs = Math.max(outcome.slowestMs, Date.now() - beganMs);
    outcome.opened++;
    outcome.fewest = Math.min(outcome.fewest, held.sequence);
    if (!held.isExact) outcome.notExact++;
    if (held.sequence < commitEnds.filter(end => end <= at).length) outcome.lostBefore++;
    // Opened once, it is a database as any other.
    if (round % 10 === 0) {
      expect(await heldBy(dir)).toMatchObject({ outcome: 'clean', sequence: held.sequence, isExact: true });
    }
  }
  return outcome;
}

const flipped = (chance: (limit: number) => number) => (bytes: Buffer) => {
  const at = chance(bytes.length);
  bytes[at] = (bytes[at] ?? 0) ^ (1 << chance(8));
  return { at, bytes };
};

function tell(what: string, count: number, { opened, notExact, lostBefore, slowestMs }: Outcome): void {
  console.log(
    `${what}: ${opened} of ${count} opened, ${lostBefore} lost a commit from before it, ` +
      `${notExact} with rows lost or doubled, slowest ${(slowestMs / 1000).toFixed(2)} s`,
  );
  expect({ opened, notExact, lostBefore }).toEqual({ opened: count, notExact: 0, lostBefore: 0 });
  expect(slowestMs).toBeLessThan(30_000);
}

test('a log cut anywhere holds every commit from before the cut', async () => {
  const count = rounds(5, 200);
  const chance = chanceOf(1);
  const cut = (bytes: Buffer) => {
    const at = chance(bytes.length);
    return { at, bytes: bytes.subarray(0, at) };
  };
  tell(`log cut at ${count} places`, count, await damageLog(count, 'killed', cut));
}, 300_000);

test('a log with a flipped bit holds every commit from before it', async () => {
  const count = rounds(4, 50);
  tell(
    `log with a bit flipped at ${count} places`,
    count,
    await damageLog(count, 'killed', flipped(chanceOf(2))),
  );
}, 300_000);

test('a log with a zeroed tail holds every commit from before it', async () => {
  const count = rounds(5, 30);
  const chance = chanceOf(3);
  const zeroed = (bytes: Buffer) => {
    const at = chance(bytes.length);
    return { at, bytes: bytes.fill(0, at) };
  };
  tell(`log zeroed from ${count} places on`, count, await damageLog(count, 'killed', zeroed));
}, 300_000);

test.each([
  ['checkpointing', 'before its file is written'],
  ['checkpointed', 'after its file is written'],
])(
  'killed within a checkpoint and damaged, no row is lost from before the damage, or doubled: %s',
  async (from, when) => {
    const { size } = await stat(`${placesOf(join(root, from)).database}.wal.checkpoint`);
    expect(size).toBeGreaterThan(0);
    const whole = join(root, 'whole');
    await asKilled(join(root, from), whole);
    expect(await heldBy(whole)).toMatchObject({ outcome: 'clean', sequence: commits + 20, isExact: true });
    const count = rounds(8, 50);
    const outcome = await damageLog(count, from, flipped(chanceOf(4)));
    tell(`log within a checkpoint, ${when}, with a bit flipped at ${count} places`, count, outcome);
    // What the file has needs no log.
    if (from === 'checkpointed') expect(outcome.fewest).toBe(commits + 20);
  },
  300_000,
);

test('a damaged file gives way to the backup, or is opened with all it held', async () => {
  const count = rounds(10, 60);
  const chance = chanceOf(5);
  const source = placesOf(join(root, 'source'));
  const dir = join(root, 'main');
  const { database, backups, quarantine } = placesOf(dir);
  const found = { clean: 0, walCut: 0, restored: 0, begunAnew: 0 };
  for (let round = 0; round < count; round++) {
    await asKilled(join(root, 'source'), dir);
    await cp(source.backups, backups, { recursive: true });
    const { size } = await stat(database);
    if (round % 3 === 0) await truncate(database, chance(size));
    else {
      const bytes = await readFile(database);
      // One in the headers, one anywhere.
      const at = round % 3 === 1 ? chance(12_288) : chance(size);
      bytes.fill(0x5a, at, at + 64);
      await writeFile(database, bytes);
    }
    const damaged = await readFile(database);
    const held = await heldBy(dir);
    found[held.outcome]++;
    if (held.outcome === 'restored') {
      expect(held).toMatchObject({ sequence: 10, isExact: true });
      const evidence = await readFile(join(held.quarantinedTo ?? '', 'joulegate.duckdb'));
      expect(evidence.equals(damaged)).toBe(true);
    } else {
      expect(held).toMatchObject({ outcome: 'clean', sequence: commits + 20, isExact: true });
      expect(await listQuarantine(quarantine)).toEqual([]);
    }
  }
  console.log(`file damaged at ${count} places: ${JSON.stringify(found)}, 0 starts failed`);
  expect(found.restored).toBeGreaterThan(0);
  expect(found.begunAnew).toBe(0);
}, 300_000);
