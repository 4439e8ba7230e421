import { afterAll, beforeAll, expect, test } from 'vitest';
import { quantities, quantityIds } from '#core/quantities.ts';
import { metrics } from '../../../host/api/metric-table.ts';
import { valueMetrics } from '../../../host/api/value-metric-table.ts';
import { type HostUnderTest, startHostUnderTest } from './host-under-test.ts';
import { parsePrometheus } from './prometheus.ts';
import { personOf } from './signed-in.ts';
import { storeSite, storeWindows } from './stored-site.ts';

const token = 'a-token-that-scrapers-have';
let host: HostUnderTest;

beforeAll(async () => {
  host = await startHostUnderTest({ metricsToken: token, metricsValues: 'yes' });
  await storeSite(host);
});
afterAll(() => host.close());

const scrape = async () => {
  const headers = { authorization: `Bearer ${token}` };
  const response = await host.ask({ url: '/metrics/values', headers });
  expect(response.statusCode, response.body).toBe(200);
  expect(response.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
  return response.body === '' ? [] : parsePrometheus(response.body);
};
const sampleOf = async (metric: string) => (await scrape()).find(({ name }) => name === metric)?.samples;
const labels = { site: 'home', gateway: 'cellar', meter: 'house' };

/** Ten windows of 10 s up to now, the last with 1009 W and 5027 Wh. */
const measure = (sequence: number) =>
  storeWindows(host, { meter: 'house', startMs: host.clock.nowMs - 100_000, from: 0, to: 10, sequence });

test('each quantity has a name of its own, with a base unit at its end', () => {
  const names = valueMetrics.map(({ name }) => name);
  expect(new Set([...names, ...metrics.map(({ name }) => name)]).size).toBe(names.length + metrics.length);
  const units =
    /_(watts|joules|volts|amperes|coulombs|hertz|ratio|degrees|celsius|cubic_meters|seconds|volt_amperes|volt_amperes_reactive)(_total)?$/;
  for (const { name, type, quantity, help } of valueMetrics) {
    expect(name).toMatch(/^joulegate_meter_[a-z0-9]+(_[a-z0-9]+)*$/);
    expect(name).toMatch(units);
    expect(name.endsWith('_total')).toBe(type === 'counter');
    expect(type).toBe(quantities[quantity].kind);
    expect(help).toMatch(/^[a-zA-Z].*\.$/);
  }
  expect(names).toEqual(
    expect.arrayContaining([
      'joulegate_meter_power_watts',
      'joulegate_meter_voltage_l1_l2_volts',
      'joulegate_meter_energy_import_joules_total',
      'joulegate_meter_thd_current_l1_ratio',
      'joulegate_meter_reactive_energy_q1_volt_ampere_reactive_seconds_total',
    ]),
  );
});

test('meters of a source that announces none, as another Joulegate that forwards, are told while they are heard', async () => {
  const announcesNone = await startHostUnderTest({ metricsToken: token, metricsValues: 'yes' });
  const { fleet, clock, ask, close } = announcesNone;
  try {
    fleet.connection('cellar', true);
    const startMs = clock.nowMs - 100_000;
    await storeWindows(announcesNone, { meter: 'attic-main', startMs, from: 0, to: 10, sequence: 10 });
    const scraped = async () => {
      const { body } = await ask({ url: '/metrics/values', headers: { authorization: `Bearer ${token}` } });
      return body;
    };
    expect(await scraped()).toContain('{site="home",gateway="cellar",meter="attic-main"} 1009\n');
    clock.nowMs += 70_000;
    expect(await scraped()).toBe('');
  } finally {
    await close();
  }
});

test('what a meter shows is told once it is heard, and vanishes when it is silent', async () => {
  // What was stored an hour ago is no value of now.
  expect(await scrape()).toEqual([]);
  await measure(70);
  expect(await sampleOf('joulegate_meter_power_watts')).toEqual([
    { name: 'joulegate_meter_power_watts', labels, value: 1009 },
  ]);
  // In joules: 5027 Wh.
  expect((await sampleOf('joulegate_meter_energy_import_joules_total'))?.[0]?.value).toBe(5027 * 3600);
  expect((await sampleOf('joulegate_meter_info'))?.[0]).toMatchObject({
    labels: { ...labels, name: 'The house', profile: 'eastron-sdm630' },
    value: 1,
  });
  host.clock.nowMs += 70_000;
  expect(await scrape()).toEqual([]);
  await measure(80);
  expect(await sampleOf('joulegate_meter_power_watts')).toHaveLength(1);
  host.fleet.connection('cellar', false);
  expect(await scrape()).toEqual([]);
  host.fleet.connection('cellar', true);
});

test('of live values, one that was sampled long before the newest is none of now', async () => {
  await measure(85);
  const values = { powerW: 7, voltageL1V: 230, voltageL2V: 231 };
  const agesMs = { voltageL1V: 200_000, voltageL2V: 60_000 };
  host.fleet.live('cellar', { house: { atMs: host.clock.nowMs, values, agesMs } });
  expect((await sampleOf('joulegate_meter_power_watts'))?.[0]?.value).toBe(7);
  expect(await sampleOf('joulegate_meter_voltage_l1_volts')).toBeUndefined();
  expect((await sampleOf('joulegate_meter_voltage_l2_volts'))?.[0]?.value).toBe(231);
  host.clock.nowMs += 10_000;
});

test('names that people give cannot break a line', async () => {
  await measure(90);
  const ada = await personOf(host, 'ada', { '*': 'admin' });
  const name = 'a "house" \\ {x="y"} 1';
  const body = { version: 0, name: null, meters: { 'cellar.house': { name } }, tariff: null };
  expect((await ada.ask('PUT', '/api/v1/sites/home', body)).statusCode).toBe(200);
  const response = await host.ask({ url: '/metrics/values', headers: { authorization: `Bearer ${token}` } });
  parsePrometheus(response.body);
  expect(response.body).toContain('name="a \\"house\\" \\\\ {x=\\"y\\"} 1"');
});

test('hundreds of meters are told in turns with all else that the host does', async () => {
  const many = await startHostUnderTest({ metricsToken: token, metricsValues: 'yes' });
  const series = quantityIds.slice(0, 100);
  const values = Object.fromEntries(series.map(id => [id, 1]));
  const ids = Array.from({ length: 20 }, (_, index) => `m${index}`);
  const more = { name: 'House', profile: '', line: 'bus', windowS: 10, sampleMs: 1000, series };
  const meters = ids.map(id => ({ id, ...more }));
  const about = {
    v: 1,
    firmware: '0.1.0',
    board: 'test',
    epoch: '0123456789abcdef',
    settingsVersion: 0,
  } as const;
  for (let gateway = 0; gateway < 20; gateway++) {
    many.fleet.connection(`g${gateway}`, true);
    many.fleet.about(`g${gateway}`, { ...about, meters });
    const live = { atMs: many.clock.nowMs, values };
    many.fleet.live(`g${gateway}`, Object.fromEntries(ids.map(id => [id, live])));
  }
  const person = await personOf(many, 'bo', { '*': 'admin' });
  let turns = 0;
  const stop = setInterval(() => turns++, 0);
  const scraped = await many.ask({ url: '/metrics/values', headers: { authorization: `Bearer ${token}` } });
  const ofMetrics = turns;
  const latest = await person.ask('GET', '/api/v1/latest');
  clearInterval(stop);
  expect(scraped.body.match(/^joulegate_meter_power_watts\{/gm)).toHaveLength(400);
  expect(latest.json()).toHaveLength(400);
  expect(ofMetrics).toBeGreaterThan(1);
  expect(turns - ofMetrics).toBeGreaterThan(1);
  await many.close();
});

test('it is for those who may read /metrics, and off unless a setting says yes', async () => {
  const statusOf = async (from: HostUnderTest, headers: Record<string, string>) =>
    (await from.ask({ url: '/metrics/values', headers })).statusCode;
  expect(await statusOf(host, {})).toBe(401);
  expect(await statusOf(host, { authorization: 'Bearer another-token-than-that' })).toBe(401);
  const bo = await personOf(host, 'bo', { home: 'admin' });
  expect((await bo.ask('GET', '/metrics/values')).statusCode).toBe(403);
  const quiet = await startHostUnderTest({ metricsToken: token });
  const headers = { authorization: `Bearer ${token}` };
  expect(await statusOf(quiet, headers)).toBe(404);
  expect((await quiet.ask({ url: '/metrics/values', headers })).json()).toMatchObject({
    code: 'metrics.noValues',
  });
  await quiet.close();
});
