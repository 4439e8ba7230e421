import { afterEach, beforeEach, expect, test } from 'vitest';
import type { QuantityId } from '#core/quantities.ts';
import { QueryError } from '../../../host/store/query-error.ts';
import { Store } from '../../../host/store/store.ts';
import type { Period } from '../../../host/store/types.ts';
import { batchOf, counterWindow, gaugeWindow, memoryStore } from './memory-store.ts';

const hourMs = 3_600_000;
const meter = 'attic.main';

let store: Store;
let write: Awaited<ReturnType<typeof memoryStore>>['write'];

beforeEach(async () => {
  ({ store, write } = await memoryStore());
});

afterEach(() => store.close());

/** A counter that grows by 1 Wh a minute: 60 Wh an hour, in windows of a minute that end at each full one. */
async function steadyCounter(fromMs: number, toMs: number): Promise<void> {
  const windows = [];
  for (let startMs = fromMs; startMs < toMs; startMs += 60_000) {
    windows.push(counterWindow(startMs, 1000 + (startMs + 60_000 - fromMs) / 60_000, 60));
  }
  await write(windows);
}

const totals = (fromMs: number, toMs: number, period: Period) =>
  store.totals({ meter, fromMs, toMs, period });

test('the day on which clocks go forward has 23 hours of energy', async () => {
  const springDayMs = Date.UTC(2026, 2, 28, 23);
  await steadyCounter(springDayMs - 24 * hourMs, springDayMs + 48 * hourMs);
  const { periods } = await totals(springDayMs - 1, springDayMs + 23 * hourMs + 1, 'day');
  expect(periods.map(({ startMs, endMs }) => (endMs - startMs) / hourMs)).toEqual([24, 23, 24]);
  expect(periods[1]).toEqual({
    startMs: springDayMs,
    endMs: springDayMs + 23 * hourMs,
    importWh: 23 * 60,
    exportWh: null,
    importEstimatedWh: 0,
    exportEstimatedWh: null,
    coverage: 1,
  });
});

test('the day on which clocks go back has 25 hours of energy, and 25 hours in it', async () => {
  const autumnDayMs = Date.UTC(2026, 9, 24, 22);
  await steadyCounter(autumnDayMs - hourMs, autumnDayMs + 27 * hourMs);
  const { periods } = await totals(autumnDayMs, autumnDayMs + 25 * hourMs, 'day');
  expect(periods).toEqual([
    {
      startMs: autumnDayMs,
      endMs: autumnDayMs + 25 * hourMs,
      importWh: 25 * 60,
      exportWh: null,
      importEstimatedWh: 0,
      exportEstimatedWh: null,
      coverage: 1,
    },
  ]);
  const hours = (await totals(autumnDayMs, autumnDayMs + 25 * hourMs, 'hour')).periods;
  expect(hours).toHaveLength(25);
  expect(hours.every(({ importWh }) => importWh === 60)).toBe(true);
});

test('a counter that lost a minute in a power cut costs its day nothing but that minute', async () => {
  const dayMs = Date.UTC(2026, 5, 1, 22);
  const readings = [500_000, 500_003, ...Array.from({ length: 70 }, (_, index) => 499_998 + index)];
  await write(readings.map((last, index) => counterWindow(dayMs + (index - 1) * 10_000, last)));
  const { periods } = await totals(dayMs, dayMs + 24 * hourMs, 'day');
  expect(periods[0]?.importWh).toBe(3 + 0 + 69);
});

test('of days before the first window and after the last nothing is known, which is not zero', async () => {
  const dayMs = Date.UTC(2026, 5, 1, 22);
  await steadyCounter(dayMs, dayMs + 24 * hourMs);
  const span = { fromMs: dayMs - 24 * hourMs, toMs: dayMs + 48 * hourMs, period: 'day' } as const;
  const { periods } = await totals(span.fromMs, span.toMs, span.period);
  expect(periods.map(({ importWh, coverage }) => [importWh, coverage])).toEqual([
    [null, 0],
    // What it grew before its first reading is not known.
    [24 * 60 - 1, 1],
    [null, 0],
  ]);
  expect(periods[0]?.importEstimatedWh).toBeNull();
  // As it is sent, too.
  const sent = JSON.parse(new TextDecoder().decode(await store.energyJson([meter], span)));
  expect(sent.meters[0].importWh).toEqual([null, 24 * 60 - 1, null]);
});

test('of a gap in which one counter grew the other is known to have stood still', async () => {
  const dayMs = Date.UTC(2026, 5, 1, 22);
  const read = (startMs: number, imported: number) => [
    counterWindow(startMs, imported, 60),
    counterWindow(startMs, 500, 60, 'energyExportWh'),
  ];
  await write([...read(dayMs - 60_000, 1000), ...read(dayMs + 24 * hourMs, 1024)]);
  const { periods } = await totals(dayMs, dayMs + 24 * hourMs, 'day');
  expect(periods[0]).toMatchObject({ exportWh: 0, exportEstimatedWh: 0, coverage: 0 });
  expect(periods[0]?.importWh).toBeCloseTo(24, 0);
});

test('a month is the civil one of the zone', async () => {
  const { periods, zone } = await totals(Date.UTC(2026, 2, 15), Date.UTC(2026, 3, 1), 'month');
  expect(zone).toBe('Europe/Berlin');
  expect(periods.map(({ startMs, endMs }) => [startMs, endMs])).toEqual([
    [Date.UTC(2026, 1, 28, 23), Date.UTC(2026, 2, 31, 22)],
    [Date.UTC(2026, 2, 31, 22), Date.UTC(2026, 3, 30, 22)],
  ]);
});

test('a zone half an hour off has its hours at the half', async () => {
  await store.close();
  ({ store, write } = await memoryStore('Asia/Kolkata'));
  const { periods } = await totals(Date.UTC(2026, 0, 1, 10, 45), Date.UTC(2026, 0, 1, 11), 'hour');
  expect(periods.map(({ startMs }) => startMs)).toEqual([Date.UTC(2026, 0, 1, 10, 30)]);
});

test('days of a zone half an hour off are the same from windows and tiers, also when some came late', async () => {
  await store.close();
  const startMs = Date.UTC(2026, 0, 6);
  const zone = 'Asia/Kolkata';
  store = await Store.open({ zone, upkeepMs: 0, nowMs: () => startMs + 75 * hourMs });
  let sequence = 0;
  const send = (indexes: readonly number[]) => {
    const windows = indexes.flatMap(index => {
      const atMs = startMs + index * 900_000;
      const records = [
        counterWindow(atMs, index * index, 900),
        { ...gaugeWindow(atMs, index, 900), meter: 'pv' },
      ];
      return records.map(record => ({ gateway: 'attic', record }));
    });
    const watermarks = [{ gateway: 'attic', epoch: '00000000000000aa', sequence: ++sequence }];
    return store.commit(batchOf(store, { windows, watermarks }));
  };
  const days = () =>
    store.energyOf(['attic.main', 'attic.pv'], {
      fromMs: startMs,
      toMs: startMs + 72 * hourMs,
      period: 'day',
    });
  const all = Array.from({ length: 72 * 4 }, (_, index) => index);
  // The quarters of an hour around two of the site's midnights, at 18:30 UTC.
  const isLate = (index: number) => index % 96 >= 72 && index % 96 < 76;
  await send(all.filter(index => !isLate(index)));
  await store.upkeep();
  await send(all.filter(isLate));
  const fromWindows = await days();
  await store.upkeep();
  expect(await days()).toEqual(fromWindows);
  const ofDay = all.filter(index => index >= 74 && index < 74 + 96);
  const importWh = ofDay.reduce((sum, index) => sum + index / 4, 0);
  expect(fromWindows.meters[1]?.importWh[1]).toBe(importWh);
  expect(fromWindows.meters[1]?.coverage[1]).toBe(1);
});

test('a day that begins at one o’clock, for midnight is skipped, still begins where the day before ends', async () => {
  await store.close();
  ({ store, write } = await memoryStore('Africa/Cairo'));
  // Clocks in Cairo go forward at midnight, to Friday, 24 April 2026, 1:00.
  const { periods } = await totals(Date.UTC(2026, 3, 22, 23), Date.UTC(2026, 3, 25, 20), 'day');
  expect(periods.map(({ startMs, endMs }) => (endMs - startMs) / hourMs)).toEqual([24, 23, 24]);
  expect(periods[0]?.endMs).toBe(periods[1]?.startMs);
});

test('an outage across midnight is shared between the days and seen in their coverage', async () => {
  const midnightMs = Date.UTC(2026, 0, 9, 23);
  await steadyCounter(midnightMs - 24 * hourMs, midnightMs - 6 * hourMs);
  await write([counterWindow(midnightMs + 6 * hourMs - 60_000, 1000 + 18 * 60 + 12 * 60, 60)]);
  const { periods } = await totals(midnightMs - 24 * hourMs, midnightMs + 24 * hourMs, 'day');
  expect(periods.map(({ importWh }) => importWh)).toEqual([24 * 60 - 1, 6 * 60]);
  expect(periods[0]?.coverage).toBe(0.75);
  expect(periods[1]?.coverage).toBeCloseTo(1 / 1440, 9);
});

test('an outage of days leaves no spike on the day after it', async () => {
  const startMs = Date.UTC(2026, 0, 9, 23);
  const dayMs = 24 * hourMs;
  await write([counterWindow(startMs - 10_000, 1000), counterWindow(startMs + 5 * dayMs - 10_000, 6000)]);
  const { periods } = await totals(startMs, startMs + 5 * dayMs, 'day');
  expect(periods.map(({ importWh }) => importWh)).toEqual([1000, 1000, 1000, 1000, 1000]);
  expect(periods.slice(0, 4).map(({ coverage }) => coverage)).toEqual([0, 0, 0, 0]);
});

test('a meter that was replaced counts on, never below zero', async () => {
  const startMs = Date.UTC(2026, 0, 9, 23);
  await write([
    counterWindow(startMs - 10_000, 99_000),
    counterWindow(startMs, 99_010),
    counterWindow(startMs + 10_000, 2),
    // Only so many readings that agree tell a new meter from a wrong reading.
    ...Array.from({ length: 60 }, (_, index) => counterWindow(startMs + 20_000 + index * 10_000, 5)),
  ]);
  const { periods } = await totals(startMs, startMs + hourMs, 'all');
  expect(periods[0]?.importWh).toBe(15);
});

test('totals of the parts of a range add up to the whole, also for bounds inside a window', async () => {
  const startMs = Date.UTC(2026, 0, 9, 23);
  await steadyCounter(startMs, startMs + 4 * hourMs);
  const middleMs = startMs + 77 * 60_000 + 17_000;
  const whole = (await totals(startMs, startMs + 4 * hourMs, 'all')).periods[0]?.importWh ?? 0;
  const left = (await totals(startMs, middleMs, 'all')).periods[0]?.importWh ?? 0;
  const right = (await totals(middleMs, startMs + 4 * hourMs, 'all')).periods[0]?.importWh ?? 0;
  expect(left + right).toBeCloseTo(whole, 6);
});

test('a meter without counters has its energy integrated from power, import and export apart', async () => {
  const startMs = Date.UTC(2026, 0, 9, 23);
  await write([gaugeWindow(startMs, 3600, 10), gaugeWindow(startMs + 10_000, -1800, 10)]);
  const { periods } = await totals(startMs, startMs + hourMs, 'hour');
  expect(periods).toEqual([
    {
      startMs,
      endMs: startMs + hourMs,
      importWh: 10,
      exportWh: 5,
      importEstimatedWh: 0,
      exportEstimatedWh: 0,
      coverage: 20 / 3600,
    },
  ]);
});

test('a meter that was never heard of has no energy, and too many periods are refused by name', async () => {
  const { periods } = await totals(0, hourMs, 'all');
  expect(periods).toEqual([
    {
      startMs: 0,
      endMs: hourMs,
      importWh: null,
      exportWh: null,
      importEstimatedWh: null,
      exportEstimatedWh: null,
      coverage: 0,
    },
  ]);
  await expect(totals(0, 8.64e15, 'hour')).rejects.toThrow(QueryError);
});

test('a plant of megawatts whose meter tells no power has all its energy, from windows and from tiers', async () => {
  await store.close();
  const startMs = Date.UTC(2026, 0, 10);
  store = await Store.open({ zone: 'UTC', upkeepMs: 0, nowMs: () => startMs + 5 * hourMs });
  // 12 MW but for a pause of ten minutes in each hour; its display shows hundredths of a MWh.
  let value = 7_000_000;
  const readings = Array.from({ length: 3 * 360 }, (_, index) => {
    if (index % 360 >= 60) value += 33_333;
    return Math.floor(value / 10_000) * 10_000;
  });
  const windows = readings.map((last, index) => ({
    gateway: 'attic',
    record: counterWindow(startMs + index * 10_000, last),
  }));
  const watermarks = [{ gateway: 'attic', epoch: '00000000000000aa', sequence: 1 }];
  await store.commit(batchOf(store, { windows, watermarks }));
  const hours = async () => {
    const { periods } = await totals(startMs, startMs + 3 * hourMs, 'hour');
    return periods.map(({ importWh, importEstimatedWh }) => [importWh, importEstimatedWh]);
  };
  const ends = [0, 360, 720, 1080].map(index => readings[Math.max(index - 1, 0)] as number);
  const expected = [1, 2, 3].map(index => [(ends[index] as number) - (ends[index - 1] as number), 0]);
  expect(await hours()).toEqual(expected);
  await store.upkeep();
  expect(await hours()).toEqual(expected);
});

test('what a counter grew is not known of one reading, and is nothing once a second one says the same', async () => {
  const dayMs = Date.UTC(2026, 5, 1);
  const seriesKey = `${meter}.energyImportWh`;
  const day = async () => (await totals(dayMs, dayMs + 24 * hourMs, 'day')).periods[0];
  const minute = async () =>
    (await store.readings({ series: seriesKey, fromMs: dayMs, toMs: dayMs + 60_000, points: 1 })).delta;
  const growth = async () => (await store.statistics(seriesKey, dayMs, dayMs + 24 * hourMs)).growth;
  await write([counterWindow(dayMs, 5000, 60)]);
  expect(await day()).toMatchObject({ importWh: null, importEstimatedWh: null, coverage: 60 / 86_400 });
  expect(await minute()).toEqual([null]);
  expect(await growth()).toBeNull();
  await write([counterWindow(dayMs + 60_000, 5000, 60)]);
  expect(await day()).toMatchObject({ importWh: 0, importEstimatedWh: 0, coverage: 120 / 86_400 });
  expect(await minute()).toEqual([0]);
  expect(await growth()).toBe(0);
});

test('what a counter grew before it was first read and since it was last read is not known, whatever the other tells', async () => {
  const startMs = Date.UTC(2026, 5, 1);
  const windows = (hours: readonly number[], quantity: QuantityId) =>
    hours.map(hour => counterWindow(startMs + hour * hourMs, 5000 + hour, 60, quantity));
  await write(windows([0, 1, 2, 3, 4, 5], 'energyImportWh'));
  await write(windows([2, 3], 'energyExportWh'));
  const { periods } = await totals(startMs, startMs + 6 * hourMs, 'hour');
  expect(periods.map(({ exportWh, exportEstimatedWh }) => [exportWh, exportEstimatedWh])).toEqual([
    [null, null],
    [null, null],
    [expect.any(Number), expect.any(Number)],
    [expect.any(Number), expect.any(Number)],
    [null, null],
    [null, null],
  ]);
  expect(periods.every(({ importWh }) => importWh !== null)).toBe(true);
});
