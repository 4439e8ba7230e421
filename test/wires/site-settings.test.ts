import { afterAll, beforeAll, expect, test } from 'vitest';
import type { GatewaySettings } from '#core/wire/settings.ts';
import type { Gateway, Meter, Missing, SettingsState } from '../../host/api/contract.ts';
import { SiteHost } from '../faults/site-host.ts';
import { rigSettings, SiteRig } from '../faults/site-rig.ts';
import { expectContiguous, expectTables, windowsOf } from '../faults/tables.ts';
import { seed } from '../seed.ts';

const startMs = Date.UTC(2026, 2, 10, 7);
const path = '/api/v1/gateways/site/settings';

let host: SiteHost;
let site: SiteRig;

beforeAll(async () => {
  console.log(`the site with seed ${seed}`);
  host = await SiteHost.start();
  site = new SiteRig({
    seed,
    startMs,
    broker: { port: host.mqttPort, password: await host.addGateway('site') },
    settings: null,
  });
});
afterAll(async () => {
  site.gateway.stop();
  await host.remove();
});

const state = () => host.get<SettingsState>(path);
const gateway = () => host.get<Gateway>('/api/v1/gateways/site');
const runs = async (version: number) =>
  site.until(`settings ${version} to run`, async () => (await gateway()).settings.runningVersion === version);
const { lines, meters } = rigSettings();
const put = (changed: Partial<GatewaySettings>) => host.put(path, { lines, meters, ...changed });
const windowsFrom = (id: string) => windowsOf(site.appended).filter(({ meter }) => meter === id);
const borderMs = () => Math.floor(site.nowMs / 10_000) * 10_000;
/** Goes on to so long before the end of a window. */
const runToBorder = (beforeMs: number) => site.run(borderMs() + 20_000 - beforeMs - site.nowMs, 500);

test('a gateway without settings gets them by the API, and measures', async () => {
  expect(await state()).toMatchObject({ desired: null });
  await put({});
  await runs(1);
  expect(await state()).toMatchObject({ running: { version: 1, meters: [{ id: 'grid' }, {}, {}, {}, {}] } });
  await site.run(30_000);
  await site.drained();
  expect((await gateway()).meters.sort()).toEqual(
    ['dc', 'ev', 'grid', 'house', 'kitchen'].map(id => `site.${id}`),
  );
  expect(await host.get<Meter>('/api/v1/meters/site.house')).toMatchObject({ state: 'well', windowS: 10 });
});

test('new settings run without a restart, and the windows of the meters they leave alone go on unbroken', async () => {
  await runToBorder(3000);
  const faster = meters.map(meter =>
    meter.id === 'grid' ? { ...meter, windowS: 2, name: 'Utility' } : meter,
  );
  await put({ meters: faster.filter(({ id }) => id !== 'dc') });
  await runs(2);
  await site.run(40_000);
  await site.drained();
  expect(await host.get<Meter>('/api/v1/meters/site.grid')).toMatchObject({ windowS: 2, name: 'Utility' });
  const { epoch } = site.gateway.journal;
  expect((await host.parts.store.all('SELECT DISTINCT epoch FROM watermark')).map(row => row.epoch)).toEqual([
    epoch,
  ]);
  for (const id of ['house', 'ev', 'kitchen']) {
    const records = windowsFrom(id);
    const first = records[0]?.startMs ?? 0;
    expectContiguous(site.appended, [id], first, borderMs());
    expect(records.slice(1).every(({ windowS, values }) => windowS === 10 && values.length > 0)).toBe(true);
    // Not a sample less than before, though the other line was begun anew.
    for (const { values } of records.slice(2)) expect(values[0]?.samples).toBeGreaterThanOrEqual(9);
  }
  const grid = windowsFrom('grid').map(({ startMs: at, windowS }) => [at, at + windowS * 1000] as const);
  for (const [index, [from]] of grid.entries())
    expect(from).toBeGreaterThanOrEqual(grid[index - 1]?.[1] ?? 0);
  expect(windowsFrom('grid').at(-1)?.windowS).toBe(2);
  expect(windowsFrom('dc').at(-1)?.startMs).toBeLessThan(site.nowMs - 30_000);
});

test('settings that the API does not take are refused with each field, and nothing is sent', async () => {
  const wrong = [{ ...meters[0], profile: 'abacus' }, ...meters.slice(1)];
  await expect(host.put(path, { lines, meters: wrong })).rejects.toThrow(/meters\[0\]\.profile.*abacus/);
  const withoutBus = lines.filter(({ kind }) => kind !== 'rs485');
  await expect(host.put(path, { lines: withoutBus, meters })).rejects.toThrow(/meters\[1\]\.line/);
  expect((await state()).desired).toMatchObject({ version: 2 });
});

test('settings that reach the gateway all the same are refused there, told with the field, and the old ones run on', async () => {
  const slipped: [GatewaySettings['meters'], string][] = [
    [meters.map((meter, at) => (at === 2 ? { ...meter, profile: 'abacus' } : meter)), 'meters[2].profile'],
    [meters.map((meter, at) => (at === 1 ? { ...meter, windowS: 7 } : meter)), 'meters[1].windowS'],
    [meters.map((meter, at) => (at === 3 ? { ...meter, address: 2 } : meter)), 'meters[3].address'],
  ];
  const before = borderMs();
  for (const [index, [wrong, field]] of slipped.entries()) {
    const settings = { version: 100 + index, lines, meters: wrong };
    host.parts.broker.send('site', 'settings/desired', { v: 1, settings });
    await site.until(`${field} to be refused`, async () =>
      (await state()).refused.some(m => m.field === field),
    );
    const [mistake] = (await state()).refused;
    expect(mistake?.message).toMatch(/given; .*/);
    expect((await gateway()).settings).toMatchObject({ runningVersion: 2, refused: [{ field }] });
  }
  await site.run(30_000);
  await site.drained();
  expectContiguous(
    site.appended.slice(windowsOf(site.appended).findIndex(({ startMs: at }) => at >= before)),
    ['house', 'kitchen'],
    before,
    borderMs(),
  );
});

test('a port that is not there is told at its line’s meters, and the others measure on', async () => {
  const before = borderMs();
  const elsewhere = lines.map(line => (line.kind === 'i2c' ? { ...line, port: 'sim://nowhere' } : line));
  const twice = elsewhere.map(line => (line.kind === 'ir' ? { ...line, port: 'nowhere' } : line));
  await put({ lines: twice });
  await runs(3);
  await site.run(40_000);
  await site.drained();
  for (const id of ['dc', 'grid']) {
    expect(await host.get<Meter>(`/api/v1/meters/site.${id}`)).toMatchObject({
      state: 'failing',
      reason: 'notConfigured',
    });
    const range = { meter: `site.${id}`, from: before, to: site.nowMs };
    expect((await host.get<Missing>('/api/v1/missing', range)).at(-1)).toMatchObject({
      reason: 'notConfigured',
      endMs: borderMs(),
    });
  }
  expect((await host.get<Gateway>('/api/v1/gateways/site')).lineFaults).toEqual({
    'i2c-1': expect.stringContaining('nowhere'),
    'ir-1': expect.stringContaining('nowhere'),
  });
  for (const id of ['house', 'ev', 'kitchen']) {
    const records = windowsFrom(id);
    expectContiguous(site.appended, [id], records[0]?.startMs ?? 0, borderMs());
    expect(await host.get<Meter>(`/api/v1/meters/site.${id}`)).toMatchObject({ state: 'well' });
  }
  await put({});
  await runs(4);
  await site.run(30_000);
  await site.drained();
  for (const id of ['dc', 'grid']) {
    expect(await host.get<Meter>(`/api/v1/meters/site.${id}`)).toMatchObject({ state: 'well', reason: null });
  }
  expect((await host.get<Gateway>('/api/v1/gateways/site')).lineFaults).toEqual({});
});

test('settings wanted while the gateway is away reach it when it comes back', async () => {
  await host.close();
  await site.run(30_000);
  await host.open();
  await put({ meters: meters.filter(({ id }) => id !== 'ev') });
  await runs(5);
  await site.run(20_000);
  await site.drained();
  expect(await state()).toMatchObject({ desired: { version: 5 }, running: { version: 5 }, refused: [] });
  site.gateway.stop();
  await expectTables(host.parts.store, 'site', site.appended);
});
