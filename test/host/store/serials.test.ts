import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { encodeRecord, type WindowRecord } from '#core/wire/records.ts';
import { storeLimits } from '../../../host/store/limits.ts';
import { migrations } from '../../../host/store/schema.ts';
import { Serials } from '../../../host/store/serials.ts';
import { Store } from '../../../host/store/store.ts';
import { makeEarlier } from '../../faults/earlier-database.ts';
import { batchOf, counterWindow, memoryStore } from './memory-store.ts';

const t0 = Date.UTC(2026, 2, 3, 10);
const meter = 'attic.main';
const dir = await mkdtemp(join(tmpdir(), 'edges-serials-'));
afterAll(() => rm(dir, { recursive: true, force: true }));

/** Windows of 10 s with these readings, from a window on; the first tells the serial number. */
const windows = (from: number, readings: readonly number[], serial?: string): WindowRecord[] =>
  readings.map((last, index) => ({
    ...counterWindow(t0 + (from + index) * 10_000, last),
    ...(serial === undefined || index > 0 ? {} : { serial }),
  }));

const rising = (from: number, count: number): number[] =>
  Array.from({ length: count }, (_, index) => from + index);

const energyOf = async (store: Store, fromMs = t0 - 10_000, toMs = t0 + 7_200_000) => {
  const { periods } = await store.totals({ meter, fromMs, toMs, period: 'all' });
  return periods.map(({ importWh }) => importWh);
};
const eventsOf = (store: Store, fromMs = t0 - 10_000, toMs = t0 + 7_200_000) =>
  store.counterEvents({ meter, fromMs, toMs });

test.each([
  ['lower', 3],
  ['a little higher, as if it had counted on', 5060],
  ['far higher', 900_000],
])(
  'a meter that was replaced by one that shows %s is a swap just there, with both numbers',
  async (_name, first) => {
    const { store, write } = await memoryStore();
    await write(windows(0, rising(5000, 50), 'A1'));
    await write(windows(50, rising(first, 50), 'B2'));
    for (const isBuilt of [false, true]) {
      if (isBuilt) await store.upkeep();
      expect(await eventsOf(store)).toEqual([
        {
          quantity: 'energyImportWh',
          unit: 'Wh',
          kind: 'swap',
          fromMs: t0 + 500_000,
          toMs: t0 + 510_000,
          before: 5049,
          after: first,
          amount: 0,
          serials: { before: 'A1', after: 'B2' },
        },
      ]);
      expect(await energyOf(store)).toEqual([49 + 49]);
      // Whatever the range, the new meter begins where it began.
      expect(await energyOf(store, t0, t0 + 500_000)).toEqual([49]);
      expect(await energyOf(store, t0 + 500_000, t0 + 510_000)).toEqual([0]);
      expect(await energyOf(store, t0 + 500_000, t0 + 600_000)).toEqual([9]);
    }
    await store.close();
  },
);

test('a number that was read some minutes after the change puts the change where the counter leapt', async () => {
  const { store, write } = await memoryStore();
  await write(windows(0, rising(5000, 50), 'A1'));
  await write(windows(50, rising(3, 40)));
  await write(windows(90, rising(43, 40), 'B2'));
  const [event, ...more] = await eventsOf(store);
  expect(event).toMatchObject({ kind: 'swap', fromMs: t0 + 500_000, before: 5049, after: 3 });
  expect([event?.serials, more]).toEqual([{ before: 'A1', after: 'B2' }, []]);
  expect(await energyOf(store)).toEqual([49 + 79]);
  // Also for a range that ends before the number was known.
  expect(await eventsOf(store, t0, t0 + 600_000)).toEqual([event]);
  expect(await energyOf(store, t0 - 10_000, t0 + 600_000)).toEqual([49 + 9]);
  await store.close();
});

test('the same number told again is no event, nor the first one', async () => {
  const { store, write } = await memoryStore();
  await write(windows(0, rising(5000, 20)));
  await write(windows(20, rising(5020, 20), 'A1'));
  await write(windows(40, rising(5040, 20), 'A1'));
  expect([await eventsOf(store), await energyOf(store)]).toEqual([[], [59]]);
  expect(await store.all('SELECT serial FROM meter_serial')).toEqual([{ serial: 'A1' }]);
  await store.close();
});

test('what is known of numbers outlives the host', async () => {
  const dataDir = join(dir, 'kept');
  const open = () => Store.open({ dataDir, zone: 'Europe/Berlin', upkeepMs: 0 });
  const records = [...windows(0, rising(5000, 20), 'A1'), ...windows(20, rising(5025, 20), 'B2')];
  let store = await open();
  const watermarks = [{ gateway: 'attic', epoch: '00000000000000aa', sequence: 40 }];
  const given = { windows: records.map(record => ({ gateway: 'attic', record })), watermarks };
  await store.commit(batchOf(store, given));
  const before = await eventsOf(store);
  await store.close();
  store = await open();
  expect(before).toMatchObject([{ kind: 'swap', serials: { before: 'A1', after: 'B2' } }]);
  expect(await eventsOf(store)).toEqual(before);
  await store.close();
});

test('a database of the schema before is brought forward and learns numbers from then on', async () => {
  const dataDir = join(dir, 'earlier');
  const step = migrations.findIndex(statements => statements.some(sql => sql.includes('meter_serial')));
  await makeEarlier(dataDir, step);
  const store = await Store.open({ dataDir, zone: 'UTC', upkeepMs: 0 });
  const stored = store.series().length;
  const watermarks = [{ gateway: 'attic', epoch: '00000000000000ab', sequence: 2 }];
  const records = [...windows(0, [5], 'A1'), ...windows(1, [6], 'B2')];
  await store.commit(
    batchOf(store, { windows: records.map(record => ({ gateway: 'attic', record })), watermarks }),
  );
  expect(stored).toBeGreaterThan(0);
  const numbered = (await eventsOf(store)).filter(({ serials }) => serials !== undefined);
  expect(numbered).toMatchObject([{ kind: 'swap', before: 5, after: 6 }]);
  await store.close();
});

test.each([40, 1000])(
  'a meter that says another number each time is told of so often and no more, %i records a batch',
  async size => {
    const { store } = await memoryStore();
    let refused = 0;
    let batch = store.batch();
    for (let index = 0; index < storeLimits.serialsEver + 5; index++) {
      if (index % size === 0) batch = store.batch();
      const added = batch.add(
        'attic',
        encodeRecord({ ...counterWindow(t0 + index * 10_000, index), serial: `S${index}` }),
        (t0 + 10_000) / 1000,
      );
      if (added.ok && added.value.isSerialRefused) refused++;
      batch.mark({ gateway: 'attic', epoch: '00000000000000aa', sequence: index + 1 });
      if ((index + 1) % size === 0 || index === storeLimits.serialsEver + 4) await store.commit(batch);
    }
    const [row] = await store.all('SELECT count(*)::INTEGER AS count FROM meter_serial');
    expect([refused, row?.count]).toEqual([5, storeLimits.serialsEver]);
    await store.close();
  },
);

test('numbers that come out of order are put in their place', () => {
  const serials = new Serials();
  serials.learn([{ meter: 1, atS: 300, serial: 'C' }]);
  serials.learn([
    { meter: 1, atS: 100, serial: 'A' },
    { meter: 1, atS: 200, serial: 'A' },
  ]);
  serials.learn([{ meter: 2, atS: 50, serial: 'X' }]);
  expect(serials.replacements(1)).toEqual([{ fromS: 100, atS: 300, before: 'A', after: 'C' }]);
  expect(serials.replacements(2)).toEqual([]);
});
