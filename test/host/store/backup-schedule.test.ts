import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { askForBackup, type BackupAnswer } from '../../../host/store/backup-requests.ts';
import { BackupSchedule } from '../../../host/store/backup-schedule.ts';
import { placesOf } from '../../../host/store/recovery-files.ts';
import { temporaryFolder } from './small-database.ts';

const hourMs = 3_600_000;
let dataDir: string;
let nowMs: number;
let schedule: BackupSchedule | undefined;
let answers: BackupAnswer[];
let fails: boolean;

beforeEach(async () => {
  dataDir = await temporaryFolder();
  nowMs = Date.UTC(2026, 10, 21, 6);
  answers = [];
  fails = false;
});
afterEach(async () => {
  await schedule?.close();
  await rm(dataDir, { recursive: true, force: true });
});

async function start(everyHours: number): Promise<BackupSchedule> {
  schedule = await BackupSchedule.start({
    dataDir,
    everyHours,
    nowMs: () => nowMs,
    make: async () => {
      if (fails) throw new Error('no room');
      return { path: `backup ${answers.length}`, bytes: 1000, tookMs: 5 };
    },
    onResult: answer => answers.push(answer),
  });
  return schedule;
}

test('without any backup the first is made soon after the start, and then one a day', async () => {
  const running = await start(24);
  await running.look();
  expect(answers).toEqual([]);
  for (let hour = 0; hour < 72; hour++) {
    nowMs += hourMs;
    await running.look();
  }
  expect(answers).toHaveLength(3);
});

test('a host that starts again counts from the newest backup there is', async () => {
  const { backups } = placesOf(dataDir);
  await mkdir(backups);
  await writeFile(join(backups, 'joulegate-2026-11-21T03-00-00Z.duckdb'), '');
  const running = await start(24);
  expect(running.dueMs).toBe(Date.UTC(2026, 10, 22, 3));
});

test('one that fails is tried again after an hour, and told each time', async () => {
  const running = await start(24);
  fails = true;
  nowMs += hourMs;
  await running.look();
  await running.look();
  fails = false;
  nowMs += hourMs;
  await running.look();
  expect(answers).toEqual([
    { isDone: false, why: 'no room' },
    { isDone: true, path: 'backup 1', bytes: 1000, tookMs: 5 },
  ]);
});

test('one is made when a command asks for it, also where none are scheduled', async () => {
  const running = await start(0);
  nowMs += 1000 * hourMs;
  await running.look();
  expect(answers).toEqual([]);
  const asked = askForBackup(dataDir, async () => running.look());
  expect(await asked).toEqual({ isDone: true, path: 'backup 0', bytes: 1000, tookMs: 5 });
  fails = true;
  expect(await askForBackup(dataDir, async () => running.look())).toEqual({ isDone: false, why: 'no room' });
});

test('a command that no host answers says so', async () => {
  await expect(askForBackup(dataDir, async () => {})).rejects.toThrow(/does not answer/);
});

test('requests that cannot be read are told once and keep nobody else from a backup', async () => {
  const running = await start(24);
  await mkdir(placesOf(dataDir).backups, { recursive: true });
  await writeFile(join(placesOf(dataDir).backups, 'requests'), 'no folder');
  await running.look();
  await running.look();
  expect(answers).toEqual([{ isDone: false, why: expect.stringContaining('ENOTDIR') }]);
  expect(running.makeNow()).toBe(true);
  await expect.poll(() => running.sinceMs).toBeUndefined();
  expect(answers[1]).toMatchObject({ isDone: true });
  nowMs += 25 * hourMs;
  await running.look();
  expect(answers).toHaveLength(3);
});
