import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exportColumns } from '../../../host/export/columns.ts';
import { hostLimits } from '../../../host/limits.ts';
import { type HostUnderTest, signInFirst, startHostUnderTest } from './host-under-test.ts';
import { siteStartMs, storeSite } from './stored-site.ts';

let host: HostUnderTest;
let cookie: string;

beforeAll(async () => {
  host = await startHostUnderTest();
  cookie = await signInFirst(host);
  await storeSite(host);
  await host.store.upkeep();
});
afterAll(async () => {
  expect(host.faults).toEqual([]);
  await host.close();
});

const range = `from=${siteStartMs}&to=${siteStartMs + 600_000}`;
const get = (path: string) => host.ask({ url: `/api/v1/exports/${path}`, headers: { cookie } });
const linesOf = (body: string) => body.split('\r\n').slice(0, -1);

describe('an export of windows', () => {
  it('has every window once, in order, with its name, unit and both times', async () => {
    const response = await get(`readings?${range}`);
    expect(response.statusCode).toBe(200);
    expect(response.headers['content-type']).toBe('text/csv; charset=utf-8; header=present');
    expect(response.headers['content-disposition']).toBe(
      'attachment; filename="joulegate_2026-11-21T1200_2026-11-21T1210_windows.csv"',
    );
    const [head, ...rows] = linesOf(response.body);
    expect(head).toBe(exportColumns.windows.map(({ name }) => name).join(','));
    expect(rows.length).toBe(100);
    expect(rows[0]).toBe(
      'cellar.house.powerW,cellar,house,The house,powerW,W,2026-11-21T11:00:00Z,2026-11-21T12:00:00+01:00,10,10,1000,999,1001,1000',
    );
    expect(rows[50]).toBe(
      'cellar.house.energyImportWh,cellar,house,The house,energyImportWh,Wh,2026-11-21T11:00:00Z,2026-11-21T12:00:00+01:00,10,10,,,,5000',
    );
  });

  it('as lines of JSON says the same', async () => {
    const response = await get(`readings?${range}&form=jsonl&series=cellar.house.powerW`);
    const rows = response.body
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line));
    expect(rows.length).toBe(50);
    expect(rows[0]).toEqual({
      series: 'cellar.house.powerW',
      gateway: 'cellar',
      meter: 'house',
      meter_name: 'The house',
      quantity: 'powerW',
      unit: 'W',
      start_utc: '2026-11-21T11:00:00Z',
      start_local: '2026-11-21T12:00:00+01:00',
      window_s: 10,
      samples: 10,
      mean: 1000,
      min: 999,
      max: 1001,
      last: 1000,
    });
  });

  it('of nothing is a line of names', async () => {
    const { body } = await get('readings?from=0&to=1000');
    expect(linesOf(body).length).toBe(1);
  });
});

it.each([
  ['cellar', 100],
  ['cellar.house', 100],
  ['cellar.house.powerW', 50],
  ['cellar.house.powerW,cellar.house', 100],
])('series=%s are so many windows: %i', async (series, rows) => {
  const { body } = await get(`readings?${range}&series=${series}`);
  expect(linesOf(body).length).toBe(rows + 1);
});

describe('an export of buckets', () => {
  it.each(['1min', '5min', '15min', '1h', '6h'])('of %s has what a chart of them has', async resolution => {
    for (const series of ['cellar.house.powerW', 'cellar.house.energyImportWh']) {
      const { body } = await get(`readings?${range}&form=jsonl&series=${series}&resolution=${resolution}`);
      const rows = body
        .trimEnd()
        .split('\n')
        .map(line => JSON.parse(line));
      const lengthS = { '1min': 60, '5min': 300, '15min': 900, '1h': 3600, '6h': 21_600 }[resolution] ?? 0;
      const points = Math.ceil(600 / lengthS);
      const fromMs = Math.floor(siteStartMs / 1000 / lengthS) * lengthS * 1000;
      const toMs = fromMs + points * lengthS * 1000;
      const chart = await host.store.readings({ series, fromMs, toMs, points });
      expect(chart.bucketMs).toBe(lengthS * 1000);
      expect(rows.map(({ start_utc }) => Date.parse(start_utc))).toEqual(chart.startMs);
      for (const [row, key] of [
        ['mean', 'mean'],
        ['min', 'min'],
        ['max', 'max'],
        ['last', 'last'],
        ['growth', 'delta'],
      ] as const) {
        expect(rows.map(each => each[row])).toEqual(chart[key]);
      }
      expect(rows.map(({ bucket_s }) => bucket_s)).toEqual(chart.startMs.map(() => lengthS));
    }
  });

  it('of civil days has the energy that totals have', async () => {
    const { body } = await get(`readings?${range}&form=jsonl&resolution=day`);
    const rows = body
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line));
    const day = { fromMs: siteStartMs, toMs: siteStartMs + 600_000, period: 'day' } as const;
    const totals = await host.store.totals({ meter: 'cellar.house', ...day });
    expect(rows.map(({ start_local, bucket_s }) => [start_local, bucket_s])).toEqual([
      ['2026-11-21T00:00:00+01:00', 86_400],
      ['2026-11-21T00:00:00+01:00', 86_400],
    ]);
    expect(rows[0]).toMatchObject({ mean: 1030.5, min: 999, max: 1060, last: 1059, growth: null });
    expect(rows[1]).toMatchObject({ mean: null, last: 5177, growth: totals.periods[0]?.importWh });
  });
});

it('an export of totals has what totals have', async () => {
  const { body, headers } = await get(`totals?${range}&period=hour&form=jsonl`);
  expect(headers['content-disposition']).toContain('_energy-hour.jsonl"');
  const rows = body
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line));
  const hour = { fromMs: siteStartMs, toMs: siteStartMs + 600_000, period: 'hour' } as const;
  const { periods } = await host.store.totals({ meter: 'cellar.house', ...hour });
  expect(rows.length).toBe(1);
  expect(rows[0]).toMatchObject({
    meter: 'cellar.house',
    start_utc: '2026-11-21T11:00:00Z',
    end_local: '2026-11-21T13:00:00+01:00',
    import_wh: periods[0]?.importWh,
    export_wh: null,
  });
});

describe('an export is refused', () => {
  it('without a session', async () => {
    for (const path of ['readings', 'totals']) {
      const response = await host.ask({ url: `/api/v1/exports/${path}?${range}&period=day` });
      expect(response.statusCode).toBe(401);
    }
  });

  it.each([
    ['readings?from=2&to=1', 'range.empty', 'to'],
    [`readings?${range}&series=attic`, 'series.unknown', 'series'],
    [`readings?${range}&series=cellar.house.voltageV`, 'series.unknown', 'series'],
    [`readings?${range}&series=,`, 'series.unknown', 'series'],
    [`totals?${range}&period=day&meters=cellar.roof`, 'meter.unknown', 'meters'],
    [`readings?${range}&resolution=2h`, 'request.invalid', 'resolution'],
    [`readings?${range}&form=xlsx`, 'request.invalid', 'form'],
    ['totals?from=0&to=4294967295000&period=hour&form=csv', undefined, undefined],
  ])('or not: %s', async (path, code, field) => {
    const response = await get(path);
    if (code === undefined) expect(response.statusCode).toBe(200);
    else expect(response.json()).toMatchObject({ code, field });
  });

  it('where as many run as the host makes at once, and not any more when one ends', async () => {
    const slow = Array.from({ length: hostLimits.exports.most }, () =>
      host.store.exported({
        form: 'csv',
        fromMs: 0,
        toMs: siteStartMs * 2,
        of: { series: ['cellar.house.powerW'], resolution: 'windows' },
        nameOf: () => '',
      }),
    );
    // Of the store as many as are wanted: the limit is of those that are asked for from outside.
    for (const pieces of await Promise.all(slow)) await pieces.end();
    const answers = await Promise.all(Array.from({ length: 6 }, () => get(`readings?${range}`)));
    const codes = answers.map(({ statusCode }) => statusCode);
    expect(codes.filter(code => code === 200).length).toBeGreaterThanOrEqual(hostLimits.exports.most);
    expect(codes.filter(code => code === 503).length).toBeGreaterThan(0);
    expect(answers.find(({ statusCode }) => statusCode === 503)?.json()).toMatchObject({
      code: 'export.full',
    });
    expect((await get(`readings?${range}`)).statusCode).toBe(200);
  });
});
