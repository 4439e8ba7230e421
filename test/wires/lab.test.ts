import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { encodeRecord } from '#core/wire/records.ts';
import { AppendedRecords } from '../../simulator/lab/appended.ts';
import { Lab } from '../../simulator/lab/lab.ts';
import { Mosquitto, mosquittoPath } from '../../simulator/lab/mosquitto.ts';
import { Publisher } from './publisher.ts';
import { windowAt } from './windows.ts';

const epoch = '00000000000000aa';
const hourMs = 3_600_000;
const right = { lost: 0, doubled: 0, wrong: 0, waiting: 0, notes: [] };
let folder = '';
let lab: Lab;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'joulegate-lab-'));
  lab = await Lab.start({ folder });
});

afterAll(async () => {
  await lab?.close();
  await rm(folder, { recursive: true, force: true });
});

test('what a killed host has stored is compared with what was appended, value by value', async () => {
  const passwords = await lab.addGateways(['attic', 'cellar']);
  const publisher = new Publisher({
    gateway: 'attic',
    password: passwords.get('attic') ?? '',
    port: lab.mqttPort,
    epoch,
    perMessage: 100,
    inFlight: 4,
    resendMs: 500,
  });
  const appended = new AppendedRecords();
  const append = (from: number, to: number) => {
    for (let index = from; index < to; index++) {
      publisher.add(windowAt('main', index));
      appended.append('attic', encodeRecord(windowAt('main', index)));
    }
  };
  append(0, 2000);
  await publisher.settled();
  expect(await lab.stored(appended)).toEqual({ ...right, values: 6000, stored: 6000 });

  await lab.kill();
  append(2000, 3000);
  const { ready, setupCode } = await lab.startAgain();
  expect(setupCode).toBeUndefined();
  expect(ready.ownMs).toBeGreaterThan(0);
  expect(ready.clockMs).toBeGreaterThanOrEqual(ready.ownMs);
  await publisher.settled();
  await publisher.close();
  expect(await lab.stored(appended)).toEqual({ ...right, values: 9000, stored: 9000 });

  // The same against a truth that differs: one window more, one that nobody sent, one with another number.
  const other = new AppendedRecords();
  const records = [...appended.records('attic')];
  const forged = { ...windowAt('main', 7), startMs: windowAt('main', 8).startMs };
  records[8] = encodeRecord(forged);
  records.splice(5, 1);
  other.append('attic', ...records, encodeRecord(windowAt('main', 4000)));
  const found = await lab.stored(other);
  // Window 5 is not in this truth (3 values), and of window 8 power and energy are others (2).
  expect(found).toMatchObject({
    values: 9000,
    stored: 9000,
    lost: 3 + 2,
    doubled: 0,
    wrong: 3 + 2,
    waiting: 0,
  });
  expect(found.notes.length).toBeGreaterThan(0);

  // And the other way round: one value taken from the store itself, one changed in its last digit, one there twice.
  await lab.stop();
  await plant(join(lab.dataDir, 'joulegate.duckdb'));
  await lab.startAgain();
  const planted = await lab.stored(appended);
  expect(planted).toMatchObject({ values: 9000, stored: 9000, lost: 2, doubled: 1, wrong: 1, waiting: 0 });
  expect(planted.notes.map(note => note.slice(0, note.indexOf(':'))).sort()).toEqual([
    'doubled',
    'lost',
    'wrong',
  ]);
});

test('a start that ends by itself is told at once, and nothing of it is waited for any more', async () => {
  await lab.kill();
  expect(await lab.killStarting(0)).toBe(true);
  // Its port is somebody else's.
  const other = createServer().listen(Number(new URL(lab.api.url).port), '127.0.0.1');
  await once(other, 'listening');
  const timers = vi.spyOn(globalThis, 'setTimeout');
  const cleared = vi.spyOn(globalThis, 'clearTimeout');
  try {
    await expect(lab.killStarting(hourMs)).rejects.toThrow('ended by itself');
    const ofStart = timers.mock.results[timers.mock.calls.findIndex(([, ms]) => ms === hourMs)];
    expect(ofStart).toBeDefined();
    expect(cleared).toHaveBeenCalledWith(ofStart?.value);
  } finally {
    vi.restoreAllMocks();
    other.close();
  }
});

/** Of one series: the first row goes, the second's last value is another, the third comes a second time. */
async function plant(path: string): Promise<void> {
  const instance = await DuckDBInstance.create(path);
  const connection = await instance.connect();
  const one = (offset: number) =>
    `rowid = (SELECT rowid FROM gauge_g1 WHERE series = 1 ORDER BY startS LIMIT 1 OFFSET ${offset})`;
  await connection.run(`INSERT INTO gauge_g1 SELECT * FROM gauge_g1 WHERE ${one(2)}`);
  await connection.run(`UPDATE gauge_g1 SET last = last + 1 WHERE ${one(1)}`);
  await connection.run(`DELETE FROM gauge_g1 WHERE ${one(0)}`);
  connection.closeSync();
  instance.closeSync();
}

test.skipIf(mosquittoPath() === undefined)(
  'so is what came by a broker of its own, which was killed',
  async () => {
    const broker = await Mosquitto.start({ folder: join(folder, 'broker') });
    const external = await Lab.start({ folder: join(folder, 'external'), broker });
    try {
      const publisher = new Publisher({
        gateway: 'garage',
        password: 'anything',
        port: external.mqttPort,
        epoch,
        perMessage: 50,
        inFlight: 4,
        resendMs: 500,
      });
      const appended = new AppendedRecords();
      for (const from of [0, 500]) {
        for (let index = from; index < from + 500; index++) {
          publisher.add(windowAt('main', index));
          appended.append('garage', encodeRecord(windowAt('main', index)));
        }
        if (from === 0) {
          await broker.kill();
          await broker.startAgain();
        }
      }
      await publisher.settled();
      await publisher.close();
      expect(await external.stored(appended)).toEqual({ ...right, values: 3000, stored: 3000 });
    } finally {
      await external.close();
      await broker.close();
    }
  },
);
