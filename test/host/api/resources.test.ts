import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as contract from '../../../host/api/contract.ts';
import { type HostUnderTest, signInFirst, startHostUnderTest } from './host-under-test.ts';
import { siteStartMs, storeSite } from './stored-site.ts';

let host: HostUnderTest;
let cookie: string;

beforeAll(async () => {
  host = await startHostUnderTest();
  cookie = await signInFirst(host);
  await storeSite(host);
});
afterAll(async () => {
  expect(host.faults).toEqual([]);
  await host.close();
});

const get = async (path: string) => {
  const response = await host.ask({ url: `/api/v1/${path}`, headers: { cookie } });
  expect(response.statusCode, response.body).toBe(200);
  return response.json();
};
const range = `from=${siteStartMs}&to=${siteStartMs + 600_000}`;

const answers: readonly [path: string, schema: TSchema, isList: boolean][] = [
  ['health', contract.Health, false],
  ['session', contract.Session, false],
  ['storage', contract.Storage, false],
  ['gateways', contract.Gateway, true],
  ['gateways/cellar', contract.Gateway, false],
  ['gateways/cellar/settings', contract.SettingsState, false],
  ['profiles', contract.Profile, true],
  ['profiles/eastron-sdm630/text', contract.ProfileText, false],
  ['meters', contract.Meter, true],
  ['meters/cellar.house', contract.Meter, false],
  ['series', contract.Series, true],
  [`readings?series=cellar.house.powerW&${range}`, contract.Readings, false],
  [`readings?series=cellar.house.energyImportWh&${range}`, contract.Readings, false],
  [`totals?meter=cellar.house&period=hour&${range}`, contract.Totals, false],
  [`energy?period=hour&${range}`, contract.EnergyTable, false],
  [`missing?meter=cellar.house&${range}`, contract.Missing, false],
  ['counters', contract.Counters, false],
];

it.each(answers)('the answer is as the contract says: %s', async (path, schema, isList) => {
  const answer = await get(path);
  const items: unknown[] = isList ? answer : [answer];
  expect(items.length).toBeGreaterThan(0);
  const check = Compile(schema);
  for (const item of items) expect(check.Errors(item)).toEqual([]);
});

describe('meters', () => {
  it('tell state, reason and newest values of each', async () => {
    const [house, sun] = await get('meters');
    expect(house).toMatchObject({
      key: 'cellar.house',
      name: 'The house',
      state: 'well',
      quantities: ['powerW', 'energyImportWh'],
      lastWindowMs: siteStartMs + 600_000,
      latest: { atMs: siteStartMs + 600_000, values: { powerW: 1059, energyImportWh: 5177 } },
      today: { importWh: 177, exportWh: null },
    });
    expect(sun).toMatchObject({
      key: 'cellar.sun',
      state: 'silent',
      reason: 'timeout',
      failures: { timeout: 42 },
      lastWindowMs: null,
      latest: null,
      today: { importWh: null, exportWh: null },
    });
  });

  it('show live values over stored ones as soon as they are newer', async () => {
    const atMs = siteStartMs + 700_000;
    host.fleet.live('cellar', { house: { atMs, values: { powerW: 42 } } });
    const { latest } = await get('meters/cellar.house');
    expect(latest).toEqual({ atMs, values: { powerW: 42, energyImportWh: 5177 } });
  });

  it('are unknown, not well, once their gateway is gone', async () => {
    host.fleet.connection('cellar', false);
    expect(await get('meters/cellar.house')).toMatchObject({ state: 'unknown', reason: null });
    host.fleet.connection('cellar', true);
  });
});

describe('readings', () => {
  it('are buckets with mean, least and greatest, and a hole where nothing was measured', async () => {
    const { startMs, mean, min, max, bucketMs } = await get(
      `readings?series=cellar.house.powerW&${range}&points=60`,
    );
    expect(bucketMs).toBe(10_000);
    expect(startMs).toHaveLength(50);
    expect(startMs[20] - startMs[19]).toBe(110_000);
    expect([mean[0], min[0], max[0]]).toEqual([1000, 999, 1001]);
  });

  it('are coarser where fewer points are asked for, never more than those', async () => {
    for (const points of [2, 5, 10, 1000]) {
      const { startMs } = await get(`readings?series=cellar.house.powerW&${range}&points=${points}`);
      expect(startMs.length).toBeLessThanOrEqual(points);
    }
  });
});

it('the energy of all meters says the same by columns', async () => {
  const { periods } = await get(`totals?meter=cellar.house&period=hour&${range}`);
  const table = await get(`energy?period=hour&${range}`);
  expect(table.startMs).toEqual(periods.map(({ startMs }: { startMs: number }) => startMs));
  expect(table.meters).toEqual([
    {
      meter: 'cellar.house',
      importWh: [177],
      exportWh: [null],
      importEstimatedWh: [periods[0].importEstimatedWh],
      exportEstimatedWh: [null],
      coverage: [periods[0].coverage],
    },
  ]);
});

it('totals are the growth of the counters', async () => {
  const { periods, zone } = await get(`totals?meter=cellar.house&period=hour&${range}`);
  expect(zone).toBe('Europe/Berlin');
  expect(periods).toHaveLength(1);
  expect(periods[0]).toMatchObject({ startMs: siteStartMs, importWh: 177, exportWh: null });
});

it('what is missing is told once, with its reason', async () => {
  expect(await get(`missing?meter=cellar.house&${range}`)).toEqual([
    { startMs: siteStartMs + 200_000, endMs: siteStartMs + 300_000, reason: 'timeout' },
  ]);
});

describe('the documentation', () => {
  it('is made of the same schemas, by their names', async () => {
    const response = await host.ask({ url: '/api/docs/json', headers: { cookie } });
    const { paths, components, openapi } = response.json();
    expect(openapi).toBe('3.1.0');
    expect(Object.keys(paths)).toEqual(
      expect.arrayContaining(['/api/v1/readings', '/api/v1/gateways/{id}/settings', '/api/v1/events']),
    );
    expect(Object.keys(components.schemas)).toEqual(expect.arrayContaining(['Meter', 'Gateway', 'ApiError']));
    const parameters = paths['/api/v1/readings'].get.parameters.map(({ name }: { name: string }) => name);
    expect(parameters).toEqual(['series', 'from', 'to', 'points']);
    expect(paths['/api/v1/health'].get.security).toEqual([]);
    expect(paths['/api/v1/meters'].get.security).toEqual([{ session: [] }, { bearer: [] }]);
    // Where Prometheus and senders of InfluxDB look.
    expect(Object.keys(paths).filter(path => !path.startsWith('/api/v1/'))).toEqual([
      '/ping',
      '/ready',
      '/health',
      '/metrics',
      '/metrics/values',
      '/write',
      '/api/v2/write',
    ]);
  });

  it('can be read by whoever is signed in, and loads nothing from elsewhere', async () => {
    const page = await host.ask({ url: '/api/docs/', headers: { cookie } });
    expect(page.statusCode).toBe(200);
    expect(page.body).not.toMatch(/https?:\/\//);
    const script = await host.ask({ url: '/api/docs/static/swagger-initializer.js', headers: { cookie } });
    expect(script.body).not.toContain('validator.swagger.io');
  });
});
