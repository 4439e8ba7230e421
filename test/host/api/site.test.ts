import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Compile } from 'typebox/compile';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Meter, SiteSettings } from '../../../host/api/contract.ts';
import { Sites } from '../../../host/site/sites.ts';
import { listBackups } from '../../../host/store/backup-files.ts';
import { restoreBackup } from '../../../host/store/restore.ts';
import { Store } from '../../../host/store/store.ts';
import { type HostUnderTest, signInFirst, startHostUnderTest } from './host-under-test.ts';
import { siteStartMs, storeSite } from './stored-site.ts';

let root: string;
let host: HostUnderTest;
let cookie: string;
let version: number;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'joulegate-site-'));
  host = await startHostUnderTest({ dataDir: join(root, 'data') });
  cookie = await signInFirst(host);
  await storeSite(host);
});
afterAll(async () => {
  await host.close();
  await rm(root, { recursive: true, force: true });
});

const get = async (path: string) => {
  const response = await host.ask({ url: `/api/v1/${path}`, headers: { cookie } });
  expect(response.statusCode, response.body).toBe(200);
  return response.json();
};
const put = (body: object) =>
  host.ask({ method: 'PUT', url: '/api/v1/sites/home', headers: { cookie }, body });
const plain = { name: null, meters: {}, tariff: null };
const tariff = {
  currency: 'EUR',
  prices: [
    { from: '2025-01-01', importPerKwh: 0.32, exportPerKwh: 0.081, perDay: 0.41 },
    { from: '2026-07-01', importPerKwh: 0.29, exportPerKwh: 0.079, perDay: 0.4 },
  ],
};
const whole = {
  name: 'Haus am See',
  meters: {
    'cellar.house': { name: 'Netz', role: 'grid' },
    'cellar.sun': { role: 'solar', below: 'cellar.house' },
    'attic.gone': { name: 'The old heat pump', below: 'cellar.house' },
  },
  tariff,
};

beforeEach(async () => {
  ({ version } = await get('sites/home'));
});

describe('the site', () => {
  it('has version 0 and says nothing, until somebody says something', async () => {
    expect(await get('sites/home')).toEqual({ version: 0, zone: 'Europe/Berlin', ...plain });
  });

  it('is set and told as it was set, and its meters have the names, roles and places given', async () => {
    const response = await put({ version, ...whole });
    expect(response.statusCode, response.body).toBe(200);
    const site = { version: version + 1, zone: 'Europe/Berlin', ...whole };
    expect(response.json()).toEqual(site);
    expect(await get('sites/home')).toEqual(site);
    expect(Compile(SiteSettings).Errors(site)).toEqual([]);
    const [house, sun] = await get('meters');
    expect(house).toMatchObject({ key: 'cellar.house', name: 'Netz', role: 'grid', below: null });
    expect(sun).toMatchObject({ name: 'The roof', role: 'solar', below: 'cellar.house' });
    expect(await get('meters/cellar.sun')).toMatchObject({ role: 'solar', below: 'cellar.house' });
    for (const meter of [house, sun]) expect(Compile(Meter).Errors(meter)).toEqual([]);
  });

  it('names its meters in exports, too', async () => {
    const range = `from=${siteStartMs}&to=${siteStartMs + 600_000}`;
    const response = await host.ask({
      url: `/api/v1/exports/totals?${range}&period=day&meters=cellar.house`,
      headers: { cookie },
    });
    expect(response.statusCode, response.body).toBe(200);
    expect(response.body).toContain('Netz');
    expect(response.body).not.toContain('The house');
  });

  it('refuses a change to what somebody else changed since, and of two at once one', async () => {
    const old = await put({ version: version - 1, ...plain });
    expect(old.statusCode).toBe(409);
    expect(old.json()).toMatchObject({ code: 'site.changed', field: 'version' });
    expect(old.json().message).toContain(`${version - 1} given, and ${version} is what stands`);
    const both = await Promise.all([
      put({ version, ...whole, name: 'Ada' }),
      put({ version, ...whole, name: 'Bert' }),
    ]);
    expect(both.map(({ statusCode }) => statusCode)).toEqual([200, 409]);
    expect(await get('sites/home')).toMatchObject({ version: version + 1, name: 'Ada' });
  });

  it.each([
    ['a loop', { meters: { 'a.b': { below: 'a.c' }, 'a.c': { below: 'a.b' } } }, 'meters.a.b.below'],
    ['a key that is none', { meters: { house: {} } }, 'meters.house'],
    [
      'a day that is none',
      { tariff: { currency: 'EUR', prices: [{ ...tariff.prices[0], from: '2026-02-30' }] } },
      'tariff.prices[0].from',
    ],
  ])('refuses %s by field, and keeps what stood', async (_, wrong, field) => {
    const before = await get('sites/home');
    const response = await put({ version, ...plain, ...wrong });
    expect(response.statusCode, response.body).toBe(422);
    expect(response.json()).toMatchObject({ code: 'site.invalid', field });
    expect(response.json().mistakes[0].field).toBe(field);
    expect(await get('sites/home')).toEqual(before);
  });

  it.each([
    [
      { meters: { 'a.b': { role: 'sun' } } },
      'meters.a.b.role',
      'one of grid, whole, solar, battery, load, aside',
    ],
    [{ meters: { 'a.b': { colour: 'red' } } }, 'meters.a.b.colour', 'allowed are name, role, below'],
    [{ meters: { 'a.b': { name: '' } } }, 'meters.a.b.name', 'text of 1 to 64 characters'],
    [{ tariff: { currency: 'euro', prices: tariff.prices } }, 'tariff.currency', 'three letters by ISO 4217'],
    [
      { tariff: { currency: 'EUR', prices: [{ ...tariff.prices[0], perDay: -1 }] } },
      'tariff.prices[0].perDay',
      'from 0',
    ],
    [{ name: 'a\nb' }, 'name', 'no control characters'],
  ])('refuses what has another shape, and says what is allowed: %j', async (wrong, field, allowed) => {
    const response = await put({ version, ...plain, ...wrong });
    expect(response.statusCode, response.body).toBe(400);
    const { mistakes } = response.json();
    const mistake = mistakes.find((each: { field: string }) => each.field === field);
    expect(mistake?.message, response.body).toContain(allowed);
  });

  it('holds texts of any kind as texts', async () => {
    const name = '<img src=x onerror=alert(1)>"\'`;DROP TABLE site--';
    expect((await put({ version, ...plain, name })).statusCode).toBe(200);
    expect((await get('sites/home')).name).toBe(name);
  });

  it('is not told and not set without a session', async () => {
    expect((await host.ask({ url: '/api/v1/sites/home' })).statusCode).toBe(401);
    const body = { version, ...plain };
    expect((await host.ask({ method: 'PUT', url: '/api/v1/sites/home', body })).statusCode).toBe(401);
  });

  it('tells every page at once that it changed', async () => {
    const url = new URL(await host.api.listen({ host: '127.0.0.1', port: 0 }));
    const events = request(new URL('/api/v1/events', url), { headers: { cookie } });
    const told = new Promise<string>((resolve, reject) => {
      events.on('error', reject);
      events.on('response', response => {
        let text = '';
        response.on('data', part => {
          text += String(part);
          if (text.includes('event: site')) resolve(text);
          else if (/^retry: 2000\nid: \d+\n\n$/.test(text)) void put({ version, ...whole });
        });
      });
    });
    events.end();
    expect(await told).toContain(`event: site\ndata: {"site":"home","version":${version + 1}}\n\n`);
    events.destroy();
  });
});

it('outlives the host, and a backup holds it as it was', async () => {
  expect((await put({ version, ...whole })).statusCode).toBe(200);
  const wanted = { version: version + 1, ...whole };
  await host.store.backup(1);
  expect((await put({ version: version + 1, ...plain })).statusCode).toBe(200);
  expect(host.faults.filter(text => !text.includes('changed the site'))).toEqual([]);
  const [backup] = await listBackups(join(root, 'data', 'backups'));
  const restored = join(root, 'restored');
  await restoreBackup({ dataDir: restored, file: backup?.path ?? '' });
  await host.close();
  const stateIn = async (dataDir: string) => {
    const store = await Store.open({ dataDir, zone: 'Europe/Berlin', upkeepMs: 0 });
    const state = (await Sites.open(store)).state('home');
    await store.close();
    return state;
  };
  expect(await stateIn(restored)).toEqual(wanted);
  expect(await stateIn(join(root, 'data'))).toEqual({ version: version + 2, ...plain });
});
