import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { encodeRecord, encodeRecordsMessage } from '#core/wire/records.ts';
import type { HostEvent } from '../../host/events.ts';
import { patienceMs } from '../patience.ts';
import { seed } from '../seed.ts';
import { Publisher } from './publisher.ts';
import { startTestEngine, type TestEngine } from './test-engine.ts';
import { windowAt } from './windows.ts';

const epoch = '00000000000000aa';
let engine: TestEngine;
let publishers: Publisher[] = [];

beforeEach(async () => {
  engine = await startTestEngine();
});

afterEach(async () => {
  for (const publisher of publishers) await publisher.close();
  publishers = [];
  await engine.close();
});

function publisherOf(
  gateway: string,
  options: { perMessage?: number; epoch?: string; resendMs?: number } = {},
): Publisher {
  const publisher = new Publisher({
    gateway,
    password: engine.password,
    port: engine.parts.broker.port,
    epoch,
    perMessage: 7,
    inFlight: 4,
    ...options,
  });
  publishers.push(publisher);
  return publisher;
}

const windows = (from: number, to: number, meter = 'main') =>
  Array.from({ length: to - from }, (_, index) => windowAt(meter, from + index));

/** Starts of the stored windows of a gateway's counter, as indices of `windowAt`, in order of time. */
async function storedIndices(gateway = 'attic'): Promise<number[]> {
  const rows = await engine.parts.store.all(
    `SELECT last FROM counter JOIN series ON series.number = counter.series
     JOIN meter ON meter.number = series.meter WHERE gateway = ? ORDER BY startS`,
    [gateway],
  );
  return rows.map(({ last }) => Number(last) - 0.5);
}

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);
const ingestOf = (gateway = 'attic') => engine.parts.fleet.gateway(gateway)?.ingest;
/** Nothing is sent twice by itself, however slow the machine is. */
const patient = { resendMs: 10 * patienceMs };
const deferredMs = () => new Promise(resolve => setTimeout(resolve, 60));

test('records are on disk, whole and once, when they are acknowledged', async () => {
  const committed: HostEvent[] = [];
  engine.parts.events.on(event => {
    if (event.type === 'committed') committed.push(event);
  });
  const [attic, cellar] = [publisherOf('attic', patient), publisherOf('cellar', patient)];
  attic.add(...windows(0, 100));
  cellar.add(...windows(0, 50));
  await Promise.all([attic.settled(), cellar.settled()]);
  expect(await storedIndices('attic')).toEqual(upTo(100));
  expect(await storedIndices('cellar')).toEqual(upTo(50));
  const readings = await engine.parts.store.readings({
    series: 'attic.main.powerW',
    fromMs: windowAt('main', 0).startMs,
    toMs: windowAt('main', 100).startMs,
    points: 100,
  });
  expect(readings.mean).toEqual(upTo(100).map(index => index + 0.125));
  expect(ingestOf()).toMatchObject({ records: 100, values: 300, duplicates: 0, malformed: 0 });
  expect(committed.at(-1)).toMatchObject({ type: 'committed', meters: ['main'] });
});

test('messages that come doubled and shuffled leave each record in the table once', async () => {
  const attic = publisherOf('attic');
  await expect.poll(() => attic.connected).toBe(true);
  const total = 120;
  const parts = upTo(40).map(index => ({ first: index * 3 + 1, count: 3 }));
  console.log(`shuffled with seed ${seed}`);
  const [shuffled = []] = fc.sample(
    fc.shuffledSubarray([...parts, ...parts, ...parts, ...parts], { minLength: 130, maxLength: 160 }),
    { numRuns: 1, seed },
  );
  const records = windows(0, total).map(encodeRecord);
  for (const { first, count } of shuffled) {
    const some = records.slice(first - 1, first - 1 + count);
    attic.publish(encodeRecordsMessage({ epoch, oldest: 1, first, records: some }));
  }
  await expect.poll(() => ingestOf()?.messages).toBe(shuffled.length + 1);
  // Whatever got through, the journal then sends what was not acknowledged.
  attic.add(...windows(0, total));
  await attic.settled();
  expect(await storedIndices()).toEqual(upTo(total));
  expect(ingestOf()?.outOfOrder).toBeGreaterThan(0);
  expect(ingestOf()?.records).toBe(total);
});

test('a lost acknowledgement is given again, and the records that come again are dropped', async () => {
  const attic = publisherOf('attic', patient);
  attic.add(...windows(0, 20));
  await attic.settled();
  const before = engine.parts.counters().sent ?? 0;
  attic.publish(attic.message(1, 20));
  await expect.poll(() => engine.parts.counters().sent).toBe(before + 1);
  expect(ingestOf()?.duplicates).toBe(20);
  expect(await storedIndices()).toEqual(upTo(20));
  attic.publish(attic.message(5, 3));
  await expect.poll(() => engine.parts.counters().sent).toBe(before + 2);
});

test('what a full journal dropped is counted lost with its sequences, and the rest is stored', async () => {
  const attic = publisherOf('attic');
  attic.add(...windows(0, 10));
  await attic.settled();
  const records = windows(15, 18).map(encodeRecord);
  attic.publish(encodeRecordsMessage({ epoch, oldest: 16, first: 16, records }));
  await expect.poll(storedIndices).toEqual([...upTo(10), 15, 16, 17]);
  await expect.poll(() => ingestOf()).toMatchObject({ lost: 5, outOfOrder: 0 });
  expect(await engine.parts.store.all('SELECT gateway, epoch, fromSequence, toSequence FROM lost')).toEqual([
    { gateway: 'attic', epoch, fromSequence: 11, toSequence: 15 },
  ]);
  expect(engine.parts.fleet.gateway('attic')?.problems[0]).toMatchObject({ code: 'ingest.lost' });
});

test('a record that comes empty was damaged in its gateway: lost, by itself, with what was before and after it', async () => {
  const attic = publisherOf('attic');
  await expect.poll(() => attic.connected).toBe(true);
  const [a, b] = windows(0, 3).flatMap((window, at) => (at === 1 ? [] : [encodeRecord(window)]));
  const records = [a as Uint8Array, new Uint8Array(0), b as Uint8Array];
  attic.publish(encodeRecordsMessage({ epoch, oldest: 1, first: 1, records }));
  await expect.poll(storedIndices).toEqual([0, 2]);
  await expect.poll(() => ingestOf()).toMatchObject({ malformed: 0, lost: 1, records: 2 });
  const [row] = await engine.parts.store.all('SELECT *, toS - fromS AS lengthS FROM lost');
  expect(row).toMatchObject({ fromSequence: 2, toSequence: 2, reason: 'recordDamaged', lengthS: 10 });
  expect(engine.parts.fleet.gateway('attic')?.problems[0]).toMatchObject({ code: 'ingest.damaged' });
});

test('a record that cannot be read is counted and passed over, and the journal goes on', async () => {
  const attic = publisherOf('attic');
  await expect.poll(() => attic.connected).toBe(true);
  const [a, b] = windows(0, 2).map(encodeRecord) as [Uint8Array, Uint8Array];
  const poisoned = Uint8Array.from([...b, 0, 2, 3]);
  attic.publish(encodeRecordsMessage({ epoch, oldest: 1, first: 1, records: [a, poisoned, b] }));
  await expect.poll(storedIndices).toEqual([0, 1]);
  await expect.poll(() => ingestOf()).toMatchObject({ malformed: 1, records: 2 });
  expect(engine.parts.store.watermark('attic', epoch)).toBe(3);
  expect(engine.parts.fleet.gateway('attic')?.problems[0]).toMatchObject({ code: 'wire.trailing' });
});

test('a journal made anew starts from one, and the rows of the old one stay', async () => {
  const before = publisherOf('attic');
  before.add(...windows(0, 10));
  await before.settled();
  await before.close();
  const after = publisherOf('attic', { epoch: '00000000000000bb' });
  after.add(...windows(10, 20));
  await after.settled();
  expect(await storedIndices()).toEqual(upTo(20));
  expect(engine.parts.store.watermark('attic', epoch)).toBe(10);
  expect(engine.parts.store.watermark('attic', '00000000000000bb')).toBe(10);
});

test('while the disk refuses nothing is acknowledged, and when it works again all is stored once', async () => {
  const { store } = engine.parts;
  const attic = publisherOf('attic');
  attic.add(...windows(0, 10));
  await attic.settled();
  await store.run('ALTER TABLE watermark RENAME TO unreachable');
  attic.add(...windows(10, 60));
  await expect.poll(() => engine.errors.length).toBeGreaterThan(1);
  expect(attic.acked).toBe(10);
  expect(await storedIndices()).toEqual(upTo(10));
  await store.run('ALTER TABLE unreachable RENAME TO watermark');
  await attic.settled();
  expect(await storedIndices()).toEqual(upTo(60));
  expect(engine.parts.counters().commitsFailed).toBeGreaterThan(1);
});

test('one gateway that sends nonsense does not hold up another', async () => {
  const [attic, cellar] = [publisherOf('attic'), publisherOf('cellar')];
  await expect.poll(() => cellar.connected).toBe(true);
  const nonsense = upTo(200).map(index => Uint8Array.from(upTo(index), number => (number * 7 + index) % 256));
  for (const payload of nonsense) cellar.publish(payload);
  attic.add(...windows(0, 100));
  await attic.settled();
  await deferredMs();
  expect(await storedIndices('attic')).toEqual(upTo(100));
  expect(await storedIndices('cellar')).toEqual([]);
  await expect.poll(() => ingestOf('cellar')?.malformed).toBe(200);
});

test('a listener that fails after a commit does not have it done again', async () => {
  let failures = 0;
  engine.parts.events.on(({ type }) => {
    if (type === 'committed' && failures++ === 0) throw new Error('a listener of the test');
  });
  const attic = publisherOf('attic');
  attic.add(...windows(0, 20));
  await attic.settled();
  await expect.poll(() => engine.errors.join()).toContain('a listener of the test');
  // One that failed is tried again.
  expect(engine.parts.counters().commitsFailed).toBe(0);
  expect(await storedIndices()).toEqual(upTo(20));
});
