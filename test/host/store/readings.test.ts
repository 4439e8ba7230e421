import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Store } from '../../../host/store/store.ts';
import { counterWindow, gaugeWindow, memoryStore } from './memory-store.ts';

const t0 = Date.UTC(2026, 0, 1);
const power = 'attic.main.powerW';
const energy = 'attic.main.energyImportWh';

let store: Store;
let write: Awaited<ReturnType<typeof memoryStore>>['write'];

beforeEach(async () => {
  ({ store, write } = await memoryStore());
});

afterEach(() => store.close());

test('a short range comes window by window, exactly as it was sent', async () => {
  await write([
    gaugeWindow(t0, 100.125, 10, { min: 90, max: 111, last: 100 }),
    gaugeWindow(t0 + 10_000, 200, 10, { min: 190, max: 222, last: 201.5 }),
  ]);
  expect(await store.readings({ series: power, fromMs: t0, toMs: t0 + 60_000, points: 100 })).toEqual({
    series: power,
    bucketMs: 10_000,
    startMs: [t0, t0 + 10_000],
    mean: [100.125, 200],
    min: [90, 190],
    max: [111, 222],
    last: [100, 201.5],
    delta: [null, null],
    estimated: [0, 0],
    coverage: [1, 1],
  });
});

test('a mean is weighted by time, and coverage tells how much of the bucket was measured', async () => {
  await write([gaugeWindow(t0, 100, 10), gaugeWindow(t0 + 10_000, 400, 5), gaugeWindow(t0 + 15_000, 100, 5)]);
  const readings = await store.readings({ series: power, fromMs: t0, toMs: t0 + 60_000, points: 1 });
  expect(readings).toMatchObject({ bucketMs: 60_000, startMs: [t0], mean: [175], min: [99], max: [401] });
  expect(readings.coverage[0]).toBeCloseTo(20 / 60, 12);
});

test('windows that were longer before do not coarsen a range that has none of them', async () => {
  const day = 86_400_000;
  await write([gaugeWindow(t0, 5, 900), gaugeWindow(t0 + day, 1, 10), gaugeWindow(t0 + day + 10_000, 2, 10)]);
  await write([counterWindow(t0, 5, 900), counterWindow(t0 + day, 6), counterWindow(t0 + day + 10_000, 7)]);
  for (const series of [power, energy]) {
    const after = await store.readings({ series, fromMs: t0 + day, toMs: t0 + day + 60_000, points: 100 });
    expect(after).toMatchObject({
      bucketMs: 10_000,
      startMs: [t0 + day, t0 + day + 10_000],
      coverage: [1, 1],
    });
    const before = await store.readings({ series, fromMs: t0, toMs: t0 + 60_000, points: 100 });
    expect(before).toMatchObject({ bucketMs: 900_000, startMs: [t0], coverage: [1] });
    const both = await store.readings({ series, fromMs: t0, toMs: t0 + day + 900_000, points: 100 });
    const read = both.startMs.filter((_, index) => both.last[index] !== null);
    expect([both.bucketMs, read]).toEqual([900_000, [t0, t0 + day]]);
  }
});

test('a bucket without data is absent, not zero', async () => {
  await write([gaugeWindow(t0, 1), gaugeWindow(t0 + 50_000, 2)]);
  const { startMs, bucketMs } = await store.readings({
    series: power,
    fromMs: t0,
    toMs: t0 + 60_000,
    points: 6,
  });
  expect({ startMs, bucketMs }).toEqual({ startMs: [t0, t0 + 50_000], bucketMs: 10_000 });
});

test('late windows, in any order, mend the past', async () => {
  const windows = Array.from({ length: 30 }, (_, index) => counterWindow(t0 + index * 10_000, 1000 + index));
  const shuffled = [...windows].sort((a, b) => ((a.startMs / 10_000) % 7) - ((b.startMs / 10_000) % 7));
  for (let from = 0; from < 30; from += 4) await write(shuffled.slice(from, from + 4));
  const { delta, last } = await store.readings({
    series: energy,
    fromMs: t0,
    toMs: t0 + 300_000,
    points: 100,
  });
  expect(last).toEqual(Array.from({ length: 30 }, (_, index) => 1000 + index));
  expect(delta).toEqual([0, ...new Array<number>(29).fill(1)]);
});

test('growth counts from the reading before the range, and ends with it', async () => {
  await write([counterWindow(t0 - 10_000, 500), counterWindow(t0, 507), counterWindow(t0 + 60_000, 600)]);
  const readings = await store.readings({ series: energy, fromMs: t0, toMs: t0 + 10_000, points: 10 });
  expect(readings).toMatchObject({ startMs: [t0], last: [507], delta: [7], coverage: [1] });
});

test('what was used in a gap makes no spike: each bucket gets the share of its own time', async () => {
  await write([
    counterWindow(t0 + 50_000, 1000),
    counterWindow(t0 + 590_000, 1900),
    counterWindow(t0 + 600_000, 1910),
  ]);
  const readings = await store.readings({ series: energy, fromMs: t0, toMs: t0 + 660_000, points: 11 });
  expect(readings.bucketMs).toBe(60_000);
  expect(readings.startMs).toEqual(Array.from({ length: 11 }, (_, minute) => t0 + minute * 60_000));
  expect(readings.delta).toEqual([0, ...new Array<number>(9).fill(100), 10]);
  // Where nobody read it nothing is told but what it grew by, as an estimate.
  const unread = readings.startMs.map((_, minute) => minute > 0 && minute < 9);
  expect(readings.last.map(last => last === null)).toEqual(unread);
  expect(readings.coverage.map(share => share === 0)).toEqual(unread);
  expect(readings.estimated).toEqual([0, ...new Array<number>(9).fill(1), 0]);
});

test('whatever a counter does, growth is the same at every resolution and never negative', async () => {
  const steps = fc.array(
    fc.record({
      skip: fc.constantFrom(0, 0, 0, 1, 5),
      wh: fc.integer({ min: 0, max: 50 }),
      isReset: fc.nat(20),
    }),
    { minLength: 30, maxLength: 120 },
  );
  await fc.assert(
    fc.asyncProperty(steps, async given => {
      const fresh = await memoryStore();
      let [atMs, value, expected] = [t0, 1000, 0];
      const windows = given.map(({ skip, wh, isReset }, index) => {
        atMs += index === 0 ? 0 : (1 + skip) * 10_000;
        // Not the first: a counter that begins again where its bucket began, and passes what it had, is not seen.
        const after = isReset === 0 && index > 0 ? wh : value + wh;
        // A fall of less than a tenth is a slip, a deeper one a new beginning.
        if (index > 0 && after >= value) expected += after - value;
        else if (index > 0 && after < value * 0.9) expected += after;
        value = after;
        return counterWindow(atMs, value);
      });
      await fresh.write(windows);
      const toMs = atMs + 10_000;
      const whole = await fresh.store.readings({ series: energy, fromMs: t0, toMs, points: 1 });
      const total = await fresh.store.totals({ meter: 'attic.main', fromMs: t0, toMs, period: 'all' });
      const fine = await fresh.store.readings({ series: energy, fromMs: t0, toMs, points: 10_000 });
      await fresh.store.close();
      expect(whole.delta).toEqual([expected]);
      expect(total.periods[0]?.importWh).toBe(expected);
      expect(fine.delta.every(part => part !== null && part >= 0)).toBe(true);
    }),
    { numRuns: 5 },
  );
});

test('a series that is not there has empty columns', async () => {
  const readings = await store.readings({ series: 'a.b.powerW', fromMs: 0, toMs: 1, points: 1 });
  expect(readings.startMs).toEqual([]);
});
