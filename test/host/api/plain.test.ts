import { Value } from 'typebox/value';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DailyRow, Latest, RangeRow } from '../../../host/api/contract.ts';
import { csvOf } from '../../../host/api/plain-csv.ts';
import { batchOf } from '../store/memory-store.ts';
import { type HostUnderTest, startHostUnderTest } from './host-under-test.ts';
import { type Person, personOf } from './signed-in.ts';
import { siteStartMs, storeSite, storeWindows } from './stored-site.ts';

let host: HostUnderTest;
let ada: Person;

beforeAll(async () => {
  host = await startHostUnderTest();
  ada = await personOf(host, 'ada', { '*': 'viewer' });
  // 11:00 to 11:10, missing from 11:03:20 to 11:05.
  await storeSite(host);
});
afterAll(() => host.close());

const got = async (path: string) => {
  const response = await ada.ask('GET', `/api/v1/${path}`);
  return { status: response.statusCode, type: response.headers['content-type'], text: response.body };
};
const json = async (path: string) => {
  const { status, text } = await got(path);
  expect(status, text).toBe(200);
  return JSON.parse(text);
};
const refused = async (path: string) => JSON.parse((await got(path)).text);

describe('latest', () => {
  it('tells the values of now, flat, and null for what is old', async () => {
    expect(await json('latest/cellar.house')).toEqual({
      meter: 'cellar.house',
      name: 'The house',
      site: 'home',
      time: '2026-11-21T11:10:00.000Z',
      isFresh: false,
      energyImportWh: null,
      powerW: null,
    });
    const startMs = host.clock.nowMs - 60_000;
    await storeWindows(host, { meter: 'house', startMs, from: 0, to: 6, sequence: 100 });
    const latest = await json('latest/cellar.house');
    expect(Value.Check(Latest, latest)).toBe(true);
    expect(latest).toMatchObject({ isFresh: true, powerW: 1005, energyImportWh: 5015 });
    const all = await json('latest?site=home');
    expect(all.map(({ meter }: Latest) => meter)).toEqual(['cellar.house', 'cellar.sun']);
    expect(all[0]).toEqual(latest);
    expect(all[1]).toMatchObject({ time: null, isFresh: false, powerW: null });
  });

  it('judges a meter that nobody announces by its own windows, and was heard by now where the newest lasts yet', async () => {
    const { store, clock, fleet } = host;
    fleet.connection('logger', true);
    const meter = 'quarter';
    const record = {
      meter,
      startMs: Math.floor(clock.nowMs / 900_000) * 900_000,
      windowS: 900,
      clock: 'synced' as const,
      values: [{ quantity: 'powerW' as const, samples: 1, mean: 7, min: 7, max: 7, last: 7 }],
      failures: [],
    };
    const watermarks = [{ gateway: 'logger', epoch: '0123456789abcdef', sequence: 1 }];
    await store.commit(batchOf(store, { windows: [{ gateway: 'logger', record }], watermarks, losses: [] }));
    const time = new Date(clock.nowMs).toISOString();
    expect(await json('latest/logger.quarter')).toMatchObject({ time, isFresh: true, powerW: 7 });
    expect(await json('meters/logger.quarter')).toMatchObject({ windowS: 900 });
    const beforeMs = clock.nowMs;
    clock.nowMs = record.startMs + 2 * 900_000;
    expect(await json('latest/logger.quarter')).toMatchObject({ isFresh: true, powerW: 7 });
    clock.nowMs = record.startMs + 3 * 900_000 + 31_000;
    expect(await json('latest/logger.quarter')).toMatchObject({ isFresh: false, powerW: null });
    clock.nowMs = beforeMs;
  });

  it('does not know what is not there', async () => {
    expect(await refused('latest/cellar.nobody')).toMatchObject({ code: 'meter.unknown', field: 'meter' });
    expect(await refused('latest?site=attic')).toMatchObject({ code: 'site.unknown' });
  });
});

describe('range', () => {
  const tenMinutes = 'from=2026-11-21T11:00:00Z&to=2026-11-21T12:10:00%2B01:00';

  it('has a row for each step, by the clocks of the site, and marks what is missing with its reason', async () => {
    const rows: RangeRow[] = await json(`range?series=cellar.house.powerW&${tenMinutes}&step=1min`);
    expect(rows).toHaveLength(10);
    for (const row of rows) expect(Value.Check(RangeRow, row)).toBe(true);
    expect(rows[0]).toEqual({
      start: '2026-11-21T12:00:00+01:00',
      end: '2026-11-21T12:01:00+01:00',
      value: 1002.5,
      min: 999,
      max: 1006,
      last: 1005,
      unit: 'W',
      coverage: 1,
      estimated: 0,
      missing: null,
    });
    expect(rows.map(({ missing }) => missing)).toEqual([
      null,
      null,
      null,
      'timeout',
      'timeout',
      null,
      null,
      null,
      null,
      null,
    ]);
    expect(rows[3]?.coverage).toBeCloseTo(1 / 3, 9);
    expect(rows[4]).toMatchObject({ value: null, min: null, max: null, last: null, coverage: 0 });
  });

  it('tells a counter’s growth and reading', async () => {
    const rows: RangeRow[] = await json(`range?series=cellar.house.energyImportWh&${tenMinutes}&step=5min`);
    expect(rows.map(({ last, unit }) => [last, unit])).toEqual([
      [5057, 'Wh'],
      [5177, 'Wh'],
    ]);
    const total = rows.reduce((sum, { value }) => sum + (value ?? 0), 0);
    expect(total).toBe(177);
  });

  it('of minutes in which nobody read a counter tells their share of what it grew, so that rows add up', async () => {
    const rows: RangeRow[] = await json(`range?series=cellar.house.energyImportWh&${tenMinutes}&step=1min`);
    expect(rows[4]).toMatchObject({ last: null, coverage: 0, estimated: 1, missing: 'timeout' });
    expect(rows.reduce((sum, { value }) => sum + (value ?? 0), 0)).toBeCloseTo(177, 6);
  });

  it('is CSV where that is asked for, and an empty cell is no zero', async () => {
    const { text, type } = await got(`range?series=cellar.house.powerW&${tenMinutes}&step=1min&form=csv`);
    expect(type).toBe('text/csv; charset=utf-8; header=present');
    const lines = text.split('\r\n');
    expect(lines[0]).toBe('start,end,value,min,max,last,unit,coverage,estimated,missing');
    expect(lines[1]).toBe('2026-11-21T12:00:00+01:00,2026-11-21T12:01:00+01:00,1002.5,999,1006,1005,W,1,0,');
    expect(lines[5]).toBe('2026-11-21T12:04:00+01:00,2026-11-21T12:05:00+01:00,,,,,W,0,0,timeout');
    expect(lines).toHaveLength(12);
  });

  it('of thousands of rows is written in turns with all else that the host does', async () => {
    const row = Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`column${index}`, index / 7]));
    const rows = Array.from({ length: 20_000 }, () => row);
    let turns = 0;
    const stop = setInterval(() => turns++, 0);
    const text = await csvOf(Object.keys(row), rows);
    clearInterval(stop);
    expect(text.split('\r\n')).toHaveLength(20_002);
    expect(turns).toBeGreaterThan(1);
  });

  it('without a range is the last 24 hours, none of it of the future', async () => {
    const rows: RangeRow[] = await json('range?series=cellar.house.powerW');
    expect(Date.parse(rows[0]?.start ?? '')).toBe(host.clock.nowMs - 86_400_000);
    expect(Date.parse(rows.at(-1)?.end ?? '')).toBe(host.clock.nowMs);
    expect(rows[0]).toMatchObject({ value: null, missing: 'noData' });
    expect((await json('range?series=cellar.house.powerW&last=90min&step=15min')).length).toBe(6);
  });

  it('takes days by the clocks of the site, and milliseconds', async () => {
    const day: RangeRow[] = await json('range?series=cellar.house.powerW&from=2026-11-21&step=1h');
    expect(day[0]?.start).toBe('2026-11-21T00:00:00+01:00');
    expect(day).toHaveLength(13);
    const ms = `from=${siteStartMs}&to=${siteStartMs + 600_000}&step=5min`;
    expect(await json(`range?series=cellar.house.powerW&${ms}`)).toHaveLength(2);
  });

  it('says what is wrong, and what is allowed', async () => {
    const series = 'series=cellar.house.powerW';
    expect(await refused(`range?${series}&from=yesterday`)).toMatchObject({
      code: 'request.invalid',
      field: 'from',
      message: expect.stringContaining('a day such as 2026-03-29'),
    });
    expect(await refused(`range?${series}&from=2026-11-22&to=2026-11-21`)).toMatchObject({
      code: 'range.empty',
    });
    expect(await refused(`range?${series}&from=2026-01-01&last=1d`)).toMatchObject({ field: 'last' });
    expect(await refused(`range?${series}&last=1week`)).toMatchObject({ field: 'last' });
    expect(await refused(`range?${series}&last=365d&step=1min`)).toMatchObject({ code: 'range.tooLong' });
    expect(await refused(`range?${series}&step=7min`)).toMatchObject({ field: 'step' });
    expect(await refused('range?series=cellar.house.voltageV')).toMatchObject({ code: 'series.unknown' });
  });
});

describe('daily', () => {
  it('has a row for each civil day, with energy, least, most, mean and coverage', async () => {
    const rows: DailyRow[] = await json('daily?meter=cellar.house&from=2026-11-20&to=2026-11-22');
    for (const row of rows) expect(Value.Check(DailyRow, row)).toBe(true);
    expect(rows[0]).toEqual({
      day: '2026-11-20',
      start: '2026-11-20T00:00:00+01:00',
      end: '2026-11-21T00:00:00+01:00',
      importWh: null,
      exportWh: null,
      estimatedWh: null,
      min: null,
      max: null,
      mean: null,
      unit: 'W',
      coverage: 0,
    });
    expect(rows[1]).toMatchObject({ day: '2026-11-21', min: 999, max: 1060, unit: 'W' });
    expect(rows[1]?.importWh).toBeGreaterThan(0);
    expect(rows).toHaveLength(2);
  });

  it('knows days of 23 and 25 hours', async () => {
    const rows: DailyRow[] = await json('daily?meter=cellar.house&from=2026-10-24&to=2026-10-27');
    const hours = rows.map(({ start, end }) => (Date.parse(end) - Date.parse(start)) / 3_600_000);
    expect(hours).toEqual([24, 25, 24]);
  });

  it('has 400 civil days, also where clocks went back once more than ahead', async () => {
    // From a day of summer time to one of winter time: 400 days and an hour.
    const span = (to: string) => `daily?meter=cellar.house&from=2025-10-25&to=${to}`;
    const rows: DailyRow[] = await json(span('2026-11-29'));
    expect([rows.length, rows[0]?.day, rows.at(-1)?.day]).toEqual([400, '2025-10-25', '2026-11-28']);
    expect(await refused(span('2026-11-30'))).toMatchObject({ code: 'range.tooLong' });
  });

  it('without a range is the last 30 days, and CSV where that is asked for', async () => {
    const { text, type } = await got('daily?meter=cellar.house&form=csv');
    expect(type).toContain('text/csv');
    const lines = text.trim().split('\r\n');
    expect(lines[0]).toBe('day,start,end,importWh,exportWh,estimatedWh,min,max,mean,unit,coverage');
    expect(lines).toHaveLength(32);
    expect(lines.at(-1)).toMatch(/^2026-11-21,/);
  });

  it('says what is wrong', async () => {
    const meter = 'meter=cellar.house';
    expect(await refused(`daily?${meter}&quantity=energyImportWh`)).toMatchObject({ field: 'quantity' });
    expect(await refused(`daily?${meter}&quantity=nothing`)).toMatchObject({ field: 'quantity' });
    expect(await refused(`daily?${meter}&last=500d`)).toMatchObject({ code: 'range.tooLong' });
    expect(await refused('daily?meter=cellar.nobody')).toMatchObject({ code: 'meter.unknown' });
  });
});
