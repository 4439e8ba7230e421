import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Keeping, keepAll } from '../../../host/store/retention.ts';
import { Store } from '../../../host/store/store.ts';
import { batchOf } from './memory-store.ts';
import { aDayMs, monthsOfWindows } from './months-of-windows.ts';

const t0 = Date.UTC(2026, 0, 1);
/** May: three months before begin in February. */
const later = Date.UTC(2026, 4, 10);
const february = Date.UTC(2026, 1, 1);
const keeping = (months: Partial<Keeping['months']>): Keeping => ({
  archiveAfterMonths: 0,
  months: { ...keepAll.months, ...months },
});
let store: Store;
let nowMs: number;
let sequence: number;

beforeEach(() => {
  [nowMs, sequence] = [t0, 0];
});
afterEach(() => store.close());

const open = async (kept: Keeping, zone = 'UTC') => {
  store = await Store.open({ zone, upkeepMs: 0, nowMs: () => nowMs, keeping: kept });
};

async function write(records: ReturnType<typeof monthsOfWindows>): Promise<void> {
  sequence += records.length;
  const windows = records.map(record => ({ gateway: 'attic', record }));
  const watermarks = [{ gateway: 'attic', epoch: '00000000000000aa', sequence }];
  await store.commit(batchOf(store, { windows, watermarks }));
}

/** January and February, a generation each, and the days before `later`. */
async function fill(): Promise<void> {
  for (const [from, days] of [
    [t0, 31],
    [february, 28],
    [later - 3 * aDayMs, 3],
  ] as const) {
    nowMs = from + days * aDayMs;
    await write(monthsOfWindows(from, days, 'main'));
    await store.upkeep({ isWeekOver: true });
  }
}

const rowsBefore = async (table: string, ms: number) =>
  Number((await store.all(`SELECT count(*) AS n FROM ${table} WHERE startS < ?`, [ms / 1000]))[0]?.n);
const read = (fromMs: number, toMs: number, points = 10_000, series = 'attic.main.powerW') =>
  store.readings({ series, fromMs, toMs, points });
const days = (fromMs: number, toMs: number) =>
  store.totals({ meter: 'attic.main', fromMs, toMs, period: 'day' });

test('everything is kept unless somebody says otherwise; then windows and minutes go by whole months, and reads give the finest that is left', async () => {
  await open(keepAll);
  await fill();
  expect(await rowsBefore('gauge', february)).toBeGreaterThan(2900);
  const range = [t0 + 5 * aDayMs, t0 + 7 * aDayMs] as const;
  const quarters = await read(...range, 192);
  const expected = {
    totals: await days(t0, later),
    counter: await read(t0, later, 60, 'attic.main.energyImportWh'),
  };
  await store.close();

  [nowMs, sequence] = [t0, 0];
  await open(keeping({ raw: 3, 60: 3 }));
  await fill();
  await store.upkeep();
  for (const table of ['gauge', 'counter', 'gauge_60', 'counter_60']) {
    expect([table, await rowsBefore(table, february)]).toEqual([table, 0]);
  }
  expect(await rowsBefore('gauge', Date.UTC(2026, 2, 1))).toBeGreaterThan(2600);
  expect(await rowsBefore('gauge_900', february)).toBeGreaterThan(2900);
  // Asked for more, the answer has what is left, and says how fine that is.
  const finest = await read(...range);
  expect(finest).toEqual(quarters);
  expect(finest.bucketMs).toBe(900_000);
  expect({
    totals: await days(t0, later),
    counter: await read(t0, later, 60, 'attic.main.energyImportWh'),
  }).toEqual(expected);
  await lateOnesJoin();
});

test('where only days are left the energy by days is the same, hours are refused with what to ask', async () => {
  await open(keepAll, 'Europe/Berlin');
  await fill();
  const january = [Date.UTC(2026, 0, 1, 23), Date.UTC(2026, 0, 30, 23)] as const;
  const expected = await days(...january);
  await store.close();

  [nowMs, sequence] = [t0, 0];
  await open(keeping({ raw: 3, 60: 3, 900: 3, 3600: 3 }), 'Europe/Berlin');
  await fill();
  await store.upkeep();
  expect(await rowsBefore('gauge_3600', Date.UTC(2026, 0, 31, 23))).toBe(0);
  expect(await days(...january)).toEqual(expected);
  const hours = store.totals({ meter: 'attic.main', fromMs: t0, toMs: february, period: 'hour' });
  await expect(hours).rejects.toThrow(/hours are kept from 2026-01-31T23:00:00.000Z/);
  const chart = await read(...january);
  expect(chart.bucketMs).toBe(86_400_000);
  expect(chart.startMs.length).toBeGreaterThan(28);
});

/** Windows that come late for a time whose windows are gone join what is left of it, once. */
async function lateOnesJoin(): Promise<void> {
  const atMs = t0 + 10 * aDayMs;
  const before = await read(atMs, atMs + aDayMs, 96);
  await write(monthsOfWindows(atMs, 1, 'main', 60, 30));
  await store.upkeep();
  await store.upkeep();
  const after = await read(atMs, atMs + aDayMs, 96);
  // Two quarters of an hour are covered twice over, the others are as they were.
  expect(after.mean.slice(2)).toEqual(before.mean.slice(2));
  expect(after.max[0]).toBeGreaterThanOrEqual(before.max[0] ?? 0);
  const [row] = await store.all('SELECT measuredS FROM gauge_900 WHERE startS = ? ORDER BY series LIMIT 1', [
    atMs / 1000,
  ]);
  expect(row?.measuredS).toBe(1800);
  expect(await rowsBefore('gauge_60', february)).toBe(0);
}

test('of a time of which nothing is left, what was missing is said to be not kept; a clock that leaps ahead removes nothing more', async () => {
  await open(keeping({ raw: 3, 60: 3, 900: 3, 3600: 3, day: 3 }));
  await fill();
  await store.upkeep();
  expect((await read(t0, february)).startMs).toEqual([]);
  const [first, second] = await store.missing({ meter: 'attic.main', fromMs: t0, toMs: later });
  expect(first).toEqual({ startMs: t0, endMs: february, reason: 'notKept' });
  expect(second?.reason).toBe('timeout');
  nowMs = Date.UTC(2050, 0);
  await store.upkeep();
  expect(await rowsBefore('gauge_900', Date.UTC(2026, 2, 1))).toBeGreaterThan(2600);
});
