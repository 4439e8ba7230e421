import { afterEach, beforeEach, expect, it } from 'vitest';
import { counterWindow } from '../store/memory-store.ts';
import { hostWithAlarms, over100, startMs } from './host-with-alarms.ts';

let host: Awaited<ReturnType<typeof hostWithAlarms>>;
beforeEach(async () => {
  host = await hostWithAlarms();
});
afterEach(async () => {
  await host.close();
  expect(host.faults).toEqual([]);
});

const minuteMs = 60_000;
const energy = { kind: 'energy', quantity: 'energyImportWh', withinS: 3600, budget: 1000, forS: 0 } as const;
const budget = { kind: 'budget', quantity: 'energyImportWh', period: 'day', budget: 1000, forS: 0 } as const;
const count = (...readings: readonly (readonly [minute: number, wh: number])[]) =>
  host.commitWindows(
    ...readings.map(([minute, wh]) => ({
      gateway: 'attic',
      record: counterWindow(startMs + minute * minuteMs, wh, 60),
    })),
  );
const fired = async () => {
  await host.alarms.settled();
  const events = await host.alarms.list(Number.MAX_SAFE_INTEGER, 100, () => true);
  return events
    .reverse()
    .map(({ firedMs, endedMs, value, withdrawnMs }) => [
      (firedMs - startMs) / minuteMs,
      endedMs === null ? null : (endedMs - startMs) / minuteMs,
      value,
      ...(withdrawnMs === null ? [] : ['withdrawn']),
    ]);
};

it('another counter in its place, a reset and a misread one use no energy', async () => {
  await host.alarms.set({ ...over100, condition: energy });
  await count([0, 100], [1, 300]);
  // A meter of 70 MWh comes in its place, then one that begins at zero, then one reading of nonsense.
  await count([2, 70_000_000], [3, 70_000_100], [4, 0], [5, 100], [6, 88_000_000], [7, 300]);
  expect(await fired()).toEqual([]);
  await count([8, 1000]);
  expect(await fired()).toEqual([[9, null, 200 + 100 + 100 + 700]]);
});

it('a budget of a civil day knows what was used before its rule was made, and begins anew at midnight', async () => {
  // It is 2:00 in Berlin.
  await count([-110, 5000], [-100, 5100], [-10, 5600]);
  await host.alarms.set({ ...over100, condition: budget });
  await count([0, 5700], [1, 6000]);
  expect(await fired()).toEqual([]);
  await count([2, 6200]);
  expect(await fired()).toEqual([[3, null, 1200]]);
  // 22 hours later the day is over.
  const midnight = 22 * 60;
  await count([midnight - 1, 6300], [midnight, 6400]);
  expect(await fired()).toEqual([[3, midnight, expect.any(Number)]]);
});

it('a budget goes on after a restart, and late windows mend it', async () => {
  await host.alarms.set({ ...over100, condition: budget });
  await count([0, 5000], [1, 5500]);
  await host.restart({ isKilled: true });
  await count([2, 5900]);
  expect(await fired()).toEqual([]);
  await count([10, 6100]);
  expect(await fired()).toEqual([[11, null, 1100]]);
  // It was used earlier than it seemed.
  await count([5, 6050]);
  expect(await fired()).toEqual([[6, null, 1050]]);
  expect(host.told.map(({ kind }) => kind)).toEqual(['began']);
});

it('what a meter counted while its gateway was away is shared out over that time, and is no use of a few minutes', async () => {
  await host.alarms.set({ ...over100, condition: energy });
  // 10 Wh a minute all along, ten hours of which nobody read.
  await count([0, 100_000], [1, 100_010]);
  await count([601, 106_010]);
  await count(...Array.from({ length: 90 }, (_, minute) => [602 + minute, 106_020 + minute * 10] as const));
  expect(await fired()).toEqual([]);
  // 20 Wh a minute: 600 + 10 each minute.
  await count(...Array.from({ length: 60 }, (_, minute) => [692 + minute, 106_930 + minute * 20] as const));
  expect(await fired()).toEqual([[692 + 41, null, expect.closeTo(1010, 3)]]);
});

it('of what was counted over midnight while nobody read it a day has its own share', async () => {
  await host.alarms.set({ ...over100, condition: budget });
  // 2 Wh a minute, for 680 minutes: 599 of them are of the day before, 81 of the day that begins at 1320.
  await count([720, 5000], [1400, 6360]);
  const dayBefore = [1320, 1320, expect.closeTo(1198, 3)];
  expect(await fired()).toEqual([dayBefore]);
  expect(host.told.map(({ kind }) => kind)).toEqual(['began', 'ended']);
  const [{ beganMs = 0 } = {}] = await host.alarms.list(Number.MAX_SAFE_INTEGER, 1, () => true);
  expect((beganMs - startMs) / minuteMs).toBeCloseTo(721 + 500, 3);
  await count([1401, 6360 + 838]);
  expect(await fired()).toEqual([dayBefore]);
  await count([1402, 6360 + 839]);
  expect(await fired()).toEqual([dayBefore, [1403, null, expect.closeTo(1001, 3)]]);
});

it('of an outage of days each day has its share: an event for each that passed, mended by what comes late', async () => {
  const day = 1440;
  await count([-2 * day, 1000]);
  await host.alarms.set({ ...over100, condition: { ...budget, budget: 1440 } });
  // 1 Wh a minute until the day that begins at 1320, then 2 Wh a minute over four midnights.
  await count([1319, 4320]);
  await count([1320 + 4 * day + 60, 4320 + 2 * (4 * day + 61)]);
  const days = [1, 2, 3, 4].map(nth => 1320 + nth * day);
  expect((await fired()).map(([at, ended]) => [at, ended])).toEqual(days.map(end => [end, end]));
  // One that comes late says that all but half a Wh a minute was used on the first of them: the others were none.
  const before = host.told.length;
  await count([1320 + day - 61, 4320 + 2 * (4 * day + 61) - (3 * day + 121) / 2]);
  expect((await fired()).map(([at, ended, , was]) => [at, ended, was])).toEqual([
    [1320 + day - 60, 1320 + day, undefined],
    ...days.slice(1).map(end => [end, end, 'withdrawn']),
  ]);
  expect(host.told.length).toBe(before);
});

it('days of an outage that were over when the rule was made are not judged', async () => {
  const day = 1440;
  await count([1319, 4320]);
  host.clock.nowMs = startMs + (1320 + 2 * day + 60) * minuteMs;
  await host.alarms.set({ ...over100, condition: { ...budget, budget: 1440 } });
  await count([1320 + 4 * day + 60, 4320 + 2 * (4 * day + 61)]);
  const ends = [3, 4].map(nth => 1320 + nth * day);
  expect((await fired()).map(([at, ended]) => [at, ended])).toEqual(ends.map(end => [end, end]));
});

it('what grew over an outage of days is the same when the past is judged again', async () => {
  await host.alarms.set({ ...over100, condition: { ...energy, withinS: 600 } });
  // 100 Wh a minute for three days that nobody read: 1000 Wh in ten minutes, which is no more than allowed.
  const away = 3 * 1440;
  await count([0, 1000], [1, 1100], [away, away * 100 + 1000]);
  expect(await fired()).toEqual([]);
  await count([away + 2, away * 100 + 1300]);
  const told = await fired();
  expect(told).toEqual([[away + 3, null, expect.closeTo(1100, 3)]]);
  await count([away + 1, away * 100 + 1100]);
  expect(await fired()).toEqual(told);
  await host.restart({ isKilled: true });
  expect(await fired()).toEqual(told);
});

it('earlier days of a budget are those that were measured, whatever a factor makes of them since', async () => {
  const [day, condition] = [1440, { ...budget, period: 'week' } as const];
  await host.alarms.set({ ...over100, condition });
  await count([0, 5000], [60, 5400], [3 * day, 5500], [3 * day + 2, 5500]);
  await host.store.corrections.make(
    { meter: 'attic.main', series: null },
    {
      kind: 'scale',
      fromS: startMs / 1000,
      toS: startMs / 1000 + 86_400,
      factorMillionths: 10_000_000,
      ...{ offset: 0, before: 0, after: 0 },
    },
    { who: 'ada', atMs: host.clock.nowMs, why: 'its transformers' },
  );
  await count([3 * day + 1, 5500]);
  expect(await fired()).toEqual([]);
  await count([3 * day + 3, 6001]);
  expect(await fired()).toEqual([[3 * day + 4, null, 1001]]);
});
