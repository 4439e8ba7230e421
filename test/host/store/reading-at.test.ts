import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { WindowRecord } from '#core/wire/records.ts';
import type { Store } from '../../../host/store/store.ts';
import {
  CorrectedSite,
  energy,
  exclude,
  minutes,
  of,
  reading,
  scale,
  startMs,
  swap,
} from './corrected-site.ts';
import { counterWindow, memoryStore } from './memory-store.ts';

const t0 = Date.UTC(2026, 2, 3, 10);
const series = 'attic.main.energyImportWh';

/** Windows of 10 s from a window on; what is undefined did not come. */
const windows = (from: number, readings: readonly (number | undefined)[], serial?: string): WindowRecord[] =>
  readings.flatMap((last, index) =>
    last === undefined
      ? []
      : {
          ...counterWindow(t0 + (from + index) * 10_000, last),
          ...(serial === undefined || index > 0 ? {} : { serial }),
        },
  );
const rising = (from: number, count: number, step = 1): number[] =>
  Array.from({ length: count }, (_, index) => from + index * step);
const known = (atMs: number, value: number) => ({ atMs, value });
/** End of window number `index`. */
const endOf = (index: number) => t0 + (index + 1) * 10_000;

const withStore = async (records: readonly WindowRecord[], look: (store: Store) => Promise<void>) => {
  const { store, write } = await memoryStore();
  await write(records);
  // From windows, and once tiers are built.
  await look(store);
  await store.upkeep();
  await look(store);
  await store.close();
};

test('at the end of a window it is what was read, in between it is on the line and says so', () =>
  withStore(windows(0, rising(5000, 60, 3)), async store => {
    expect(await store.readingAt(series, endOf(10))).toEqual({
      atMs: endOf(10),
      is: 'read',
      value: 5030,
      before: known(endOf(10), 5030),
      after: known(endOf(10), 5030),
      why: null,
    });
    expect(await store.readingAt(series, endOf(10) + 2500)).toEqual({
      atMs: endOf(10) + 2500,
      is: 'interpolated',
      value: 5030.75,
      before: known(endOf(10), 5030),
      after: known(endOf(11), 5033),
      why: null,
    });
  }));

test('before the first reading and after the last nothing is told but what is nearest', () =>
  withStore(windows(0, rising(5000, 6)), async store => {
    const none = { is: 'unknown', value: null };
    expect(await store.readingAt(series, t0)).toMatchObject({
      ...none,
      why: 'beforeFirst',
      before: null,
      after: known(endOf(0), 5000),
    });
    expect(await store.readingAt(series, t0 - 90 * 86_400_000)).toMatchObject({
      ...none,
      why: 'beforeFirst',
      after: known(endOf(0), 5000),
    });
    expect(await store.readingAt(series, endOf(5))).toMatchObject({ is: 'read', value: 5005 });
    expect(await store.readingAt(series, endOf(5) + 1)).toMatchObject({
      ...none,
      why: 'afterLast',
      before: known(endOf(5), 5005),
      after: null,
    });
  }));

test('over an outage it is on the line between the readings on both sides, however long it was', () =>
  withStore([...windows(0, rising(5000, 10)), ...windows(10_009, rising(5509, 10))], async store => {
    const middleMs = (endOf(9) + endOf(10_009)) / 2;
    expect(await store.readingAt(series, middleMs)).toMatchObject({
      is: 'interpolated',
      value: 5259,
      before: known(endOf(9), 5009),
      after: known(endOf(10_009), 5509),
    });
  }));

test('where it stood still over an outage it shows the same', () =>
  withStore([...windows(0, rising(5000, 10)), ...windows(2000, [5009, 5009, 5010, 5011])], async store => {
    expect(await store.readingAt(series, endOf(1000))).toMatchObject({ is: 'interpolated', value: 5009 });
  }));

test('a reading that was a glitch is left out, also at its own instant', () =>
  withStore(windows(0, [...rising(5000, 60), 70_000, ...rising(5061, 60)]), async store => {
    expect(await store.readingAt(series, endOf(60))).toMatchObject({
      is: 'interpolated',
      value: 5060,
      before: known(endOf(59), 5059),
      after: known(endOf(61), 5061),
    });
    expect(await store.readingAt(series, endOf(61))).toMatchObject({ is: 'read', value: 5061 });
  }));

test('between the last reading and the first after a reset nobody knows it, and both are told', () =>
  withStore(windows(0, [...rising(5000, 60), ...rising(0, 100)]), async store => {
    expect(await store.readingAt(series, endOf(59) + 5000)).toEqual({
      atMs: endOf(59) + 5000,
      is: 'unknown',
      value: null,
      before: known(endOf(59), 5059),
      after: known(endOf(60), 0),
      why: 'reset',
    });
    expect(await store.readingAt(series, endOf(59))).toMatchObject({ is: 'read', value: 5059 });
    expect(await store.readingAt(series, endOf(60))).toMatchObject({ is: 'read', value: 0 });
    expect(await store.readingAt(series, endOf(61) + 5000)).toMatchObject({ value: 1.5 });
  }));

test('between two meters nobody knows it', () =>
  withStore([...windows(0, rising(5000, 60), 'A1'), ...windows(60, rising(900, 100), 'B2')], async store => {
    expect(await store.readingAt(series, endOf(59) + 1000)).toMatchObject({
      is: 'unknown',
      why: 'swap',
      before: known(endOf(59), 5059),
      after: known(endOf(60), 900),
    });
  }));

test('over a roll-over it goes on through the end of the display', () =>
  withStore(windows(0, [...rising(999_940, 60), ...rising(1, 100)]), async store => {
    // 999,999 and then 1: two steps of a display that holds a million.
    const [event] = await store.counterEvents({ meter: 'attic.main', fromMs: t0, toMs: endOf(200) });
    expect(event).toMatchObject({ kind: 'rollover', amount: 2 });
    const at = async (share: number) => (await store.readingAt(series, endOf(59) + share * 10_000)).value;
    expect([await at(0.25), await at(0.5), await at(0.75)]).toEqual([999_999.5, 0, 0.5]);
  }));

test('readings that a person gave count as read, and a swap ends one line and begins another', async () => {
  const site = await CorrectedSite.open();
  const isThere = (at: number) => at < 100 || at >= 140;
  await site.write(minutes(0, 240, { isThere }));
  const at = (minute: number) => site.store.readingAt(energy, startMs + minute * 60_000);
  expect(await at(120)).toMatchObject({ is: 'interpolated', value: 5000 + 10 * 119 });
  await site.make(of(energy), reading(120, 6100));
  expect(await at(120)).toMatchObject({ is: 'read', value: 6100 });
  // Half way from the reading of minute 100 to what the person read.
  expect(await at(110)).toMatchObject({ value: (5990 + 6100) / 2, after: { value: 6100 } });
  await site.make(of(energy), swap(60, 5700, 20));
  expect(await at(60)).toMatchObject({ is: 'read', value: 20 });
  const { value, after } = await at(59.5);
  expect([value, after?.value]).toEqual([(5580 + 5700) / 2, 5700]);
  await site.store.close();
});

test('windows that are left out are as if they had not come; a factor leaves the display as it was', async () => {
  const site = await CorrectedSite.open();
  await site.write(minutes(0, 240));
  const at = (minute: number) => site.store.readingAt(energy, startMs + minute * 60_000);
  await site.make(of(energy), exclude(60, 90));
  expect(await at(75)).toMatchObject({
    is: 'interpolated',
    before: { atMs: startMs + 60 * 60_000 },
    after: { atMs: startMs + 91 * 60_000 },
  });
  await site.make(of(energy), scale(100, 120, 3));
  expect(await at(110)).toMatchObject({ is: 'read', value: 5000 + 10 * 109 });
  await site.store.close();
});

test('of a steady counter with holes it never falls, and stays between its neighbours', async () => {
  const { store, write } = await memoryStore();
  const steps = fc.sample(
    fc.array(fc.record({ wh: fc.nat(5), isThere: fc.boolean() }), { minLength: 300, maxLength: 300 }),
    {
      numRuns: 1,
      seed: 7,
    },
  )[0] as { wh: number; isThere: boolean }[];
  let last = 5000;
  await write(
    windows(
      0,
      steps.map(({ wh, isThere }, index) => {
        last += wh;
        return isThere || index === 0 || index === 299 ? last : undefined;
      }),
    ),
  );
  let least = 0;
  for (let atMs = endOf(0); atMs <= endOf(299); atMs += 97_001) {
    const { value, before, after } = await store.readingAt(series, atMs);
    expect(value).not.toBeNull();
    expect(value).toBeGreaterThanOrEqual(Math.max(least, before?.value ?? 0));
    expect(value).toBeLessThanOrEqual(after?.value ?? 0);
    least = value ?? 0;
  }
  await store.close();
});
