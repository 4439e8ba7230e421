import { afterEach, beforeEach, expect, test } from 'vitest';
import { LostAtHost, toldForMs } from '../../../host/ingest/lost-at-host.ts';
import { Store } from '../../../host/store/store.ts';
import type { Loss } from '../../../host/store/types.ts';

const epoch = '00000000000000aa';
const otherEpoch = '00000000000000bb';
const hourS = 3600;
const journal = { records: 0, bytes: 0, capacityBytes: 65_536 };

let store: Store;
let nowMs: number;
let problems: string[];
let logged: string[];

beforeEach(async () => {
  nowMs = Date.now();
  problems = [];
  logged = [];
  store = await Store.open({ zone: 'Europe/Berlin', upkeepMs: 0 });
});
afterEach(() => store.close());

const open = () =>
  LostAtHost.open({
    store,
    fleet: { problem: (gateway, code) => problems.push(`${gateway} ${code}`) },
    log: (level, text) => logged.push(`${level} ${text}`),
    nowMs: () => nowMs,
  });

/** The host takes note that a journal has these records no more, as the intake does. */
async function lose(watcher: LostAtHost, ...losses: readonly Partial<Loss>[]): Promise<void> {
  const batch = store.batch();
  for (const loss of losses) {
    const whole = { gateway: 'attic', epoch, from: 1, to: 1, fromS: hourS, toS: 2 * hourS, ...loss };
    batch.losses.push(whole);
    batch.mark({ gateway: whole.gateway, epoch: whole.epoch, sequence: whole.to });
  }
  await store.commit(batch);
  watcher.stored(batch.losses);
}

const rows = () =>
  store.all('SELECT epoch, fromSequence AS f, toSequence AS t, fromS, toS, reason FROM lost ORDER BY f');
const codes = (watcher: LostAtHost) => watcher.reasons().map(({ code }) => code);

test('what a journal says it dropped is its own loss, and more than the host misses is none', async () => {
  const watcher = await open();
  await lose(watcher, { from: 11, to: 110 });
  for (const dropped of [100, 104]) await watcher.told('attic', { ...journal, epoch, dropped });
  expect(await rows()).toMatchObject([{ f: 11, t: 110, reason: 'journalOverflow' }]);
  expect([codes(watcher), problems, logged]).toEqual([[], [], []]);
});

test('acknowledged records that the database has lost are told by health, over a restart too, and counted once', async () => {
  const watcher = await open();
  await lose(watcher, { from: 11, to: 110 });
  await watcher.told('attic', { ...journal, epoch, dropped: 0 });
  await watcher.told('attic', { ...journal, epoch, dropped: 0 });
  expect(await rows()).toMatchObject([{ f: 11, t: 110, fromS: hourS, toS: 2 * hourS, reason: 'lostAtHost' }]);
  expect(watcher.reasons()).toMatchObject([{ code: 'store.recordsLost', level: 'degraded' }]);
  expect(watcher.reasons()[0]?.detail).toMatch(/^100 records of one gateway, found at 20/);
  expect(problems).toEqual(['attic ingest.lostAtHost']);
  expect(logged).toEqual([expect.stringMatching(/^error attic: 100 records were acknowledged/)]);

  const after = await open();
  await after.told('attic', { ...journal, epoch, dropped: 0 });
  expect(after.reasons()[0]?.detail).toMatch(/^100 records of one gateway/);
  expect(problems).toHaveLength(1);
  nowMs += toldForMs + 60_000;
  expect(codes(after)).toEqual([]);
  expect(codes(await open())).toEqual([]);
});

test('a journal that ran full behind what the database lost has both, each with its part of the time', async () => {
  const watcher = await open();
  await lose(watcher, { from: 1, to: 100, fromS: 0, toS: 100 }, { from: 201, to: 300 });
  await watcher.told('attic', { ...journal, epoch, dropped: 175 });
  expect(await rows()).toEqual([
    { epoch, f: 1, t: 100, fromS: 0, toS: 100, reason: 'journalOverflow' },
    { epoch, f: 201, t: 225, fromS: hourS, toS: hourS + 900, reason: 'lostAtHost' },
    { epoch, f: 226, t: 300, fromS: hourS + 900, toS: 2 * hourS, reason: 'journalOverflow' },
  ]);
  // Later it drops more, and that is its own.
  await lose(watcher, { from: 401, to: 450 });
  await watcher.told('attic', { ...journal, epoch, dropped: 225 });
  expect(await rows()).toHaveLength(4);
  // Another cut, that takes more than the newest stretch.
  await lose(watcher, { from: 501, to: 510 }, { from: 521, to: 540 });
  await watcher.told('attic', { ...journal, epoch, dropped: 230 });
  expect((await rows()).slice(4)).toMatchObject([
    { f: 501, t: 505, reason: 'lostAtHost' },
    { f: 506, t: 510, reason: 'journalOverflow' },
    { f: 521, t: 540, reason: 'lostAtHost' },
  ]);
  expect(watcher.reasons()[0]?.detail).toMatch(/^50 records/);
});

test('a journal answers for its own epoch alone, and a gateway that does not say which for none', async () => {
  const watcher = await open();
  await lose(watcher, { from: 11, to: 110 });
  // Its journal is in RAM, and it has restarted.
  await watcher.told('attic', { ...journal, epoch: otherEpoch, dropped: 0 });
  await watcher.told('attic', { ...journal, dropped: 0 });
  await watcher.told('cellar', { ...journal, epoch, dropped: 0 });
  expect(await rows()).toMatchObject([{ reason: 'journalOverflow' }]);
  expect(codes(watcher)).toEqual([]);
});

test('a record that its flash damaged is neither dropped nor lost at the host', async () => {
  const watcher = await open();
  await lose(watcher, { from: 11, to: 11, reason: 'recordDamaged' });
  await watcher.told('attic', { ...journal, epoch, dropped: 0 });
  expect(await rows()).toMatchObject([{ reason: 'recordDamaged' }]);
  expect(codes(watcher)).toEqual([]);
});

test('a gateway that comes from another host has its records there: no alarm, and no overflow either', async () => {
  const watcher = await open();
  await lose(watcher, { from: 1, to: 5000, fromS: 0 });
  await watcher.told('attic', { ...journal, epoch, dropped: 1000 });
  expect(await rows()).toMatchObject([
    { f: 1, t: 4000, reason: 'lostAtHost' },
    { f: 4001, t: 5000, reason: 'journalOverflow' },
  ]);
  expect(codes(watcher)).toEqual([]);
  expect(codes(await open())).toEqual([]);
  expect(logged).toEqual([expect.stringMatching(/^warn attic: 4000 records .* another host/)]);
});

test('where the disk does not take it, the next message tells it again', async () => {
  const watcher = await open();
  await lose(watcher, { from: 11, to: 110 });
  await store.run('ALTER TABLE lost RENAME TO unreachable');
  await watcher.told('attic', { ...journal, epoch, dropped: 0 });
  expect(codes(watcher)).toEqual([]);
  await store.run('ALTER TABLE unreachable RENAME TO lost');
  await watcher.told('attic', { ...journal, epoch, dropped: 0 });
  expect(codes(watcher)).toEqual(['store.recordsLost']);
});
