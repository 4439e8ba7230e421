import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Page, pageOf } from '../../../host/api/pages.ts';
import { type HostUnderTest, startHostUnderTest } from './host-under-test.ts';
import { type Person, personOf, personWith } from './signed-in.ts';
import { siteStartMs, storeSite } from './stored-site.ts';

let host: HostUnderTest;
let ada: Person;

beforeAll(async () => {
  host = await startHostUnderTest();
  ada = await personOf(host, 'ada', { '*': 'admin' });
  await storeSite(host);
});
afterAll(() => host.close());

const withHeader = (name: string, value: string) => personWith(host, { ...ada.headers, [name]: value });
const bodyOf = (version: number, name: string) => ({ version, name, meters: {}, tariff: null });

describe('what seldom changes', () => {
  it.each([
    'profiles',
    'firmware',
    'sites',
    'sites/home',
    'series',
    'gateways/cellar/settings',
    'corrections?meter=cellar.house',
    'imports',
    `readings?series=cellar.house.powerW&from=${siteStartMs}&to=${siteStartMs + 300_000}&points=30`,
  ])('has a tag, and who has it gets 304 without a body: %s', async path => {
    const first = await ada.ask('GET', `/api/v1/${path}`);
    const tag = String(first.headers.etag);
    expect(tag).toMatch(/^"[\w.-]+"$/);
    for (const tags of [tag, `W/${tag}`, `"x", ${tag}`, '*']) {
      const again = await withHeader('if-none-match', tags).ask('GET', `/api/v1/${path}`);
      expect([again.statusCode, again.body, again.headers.etag], tags).toEqual([304, '', tag]);
    }
    const other = await withHeader('if-none-match', '"x"').ask('GET', `/api/v1/${path}`);
    expect([other.statusCode, other.body]).toEqual([200, first.body]);
  });

  it('has another tag once it has changed', async () => {
    const tag = async () => String((await ada.ask('GET', '/api/v1/sites/home')).headers.etag);
    const before = await tag();
    const { version } = (await ada.ask('GET', '/api/v1/sites/home')).json();
    expect((await ada.ask('PUT', '/api/v1/sites/home', bodyOf(version, 'Home'))).statusCode).toBe(200);
    expect(await tag()).not.toBe(before);
  });

  it('is refused to strangers, whatever tag they have', async () => {
    const tag = String((await ada.ask('GET', '/api/v1/sites')).headers.etag);
    const headers = { 'if-none-match': tag };
    expect((await host.ask({ url: '/api/v1/sites', headers })).statusCode).toBe(401);
  });

  it('and what is secret or alive is kept by no browser', async () => {
    const { headers } = await ada.ask('GET', '/api/v1/profiles');
    expect(headers['cache-control']).toBe('private, no-cache');
    for (const path of ['meters', 'gateways', 'tokens', 'audit', 'session', 'sites', 'accounts'])
      expect((await ada.ask('GET', `/api/v1/${path}`)).headers['cache-control'], path).toBe('no-store');
  });
});

describe('a change that names what its sender has seen', () => {
  const settings = { lines: [], meters: [] };

  it('is taken while that stands, and refused when somebody else was faster', async () => {
    const path = '/api/v1/gateways/cellar/settings';
    const tag = String((await ada.ask('GET', path)).headers.etag);
    expect((await withHeader('if-match', tag).ask('PUT', path, settings)).statusCode).toBe(200);
    const late = await withHeader('if-match', tag).ask('PUT', path, settings);
    expect([late.statusCode, late.json().code, late.json().field]).toEqual([
      412,
      'version.changed',
      'if-match',
    ]);
    expect((await withHeader('if-match', '*').ask('PUT', path, settings)).statusCode).toBe(200);
    expect((await ada.ask('PUT', path, settings)).statusCode).toBe(200);
  });

  it('be it settings or a site', async () => {
    const path = '/api/v1/sites/home';
    const read = await ada.ask('GET', path);
    const body = bodyOf(read.json().version, 'Another');
    expect((await withHeader('if-match', '"stale"').ask('PUT', path, body)).statusCode).toBe(412);
    expect((await withHeader('if-match', String(read.headers.etag)).ask('PUT', path, body)).statusCode).toBe(
      200,
    );
  });
});

describe('a list that grows for ever', () => {
  const list = Array.from({ length: 1200 }, (_, index) => ({ id: index + 1 }));

  it('is told in pages that miss nothing and repeat nothing', () => {
    const seen: number[] = [];
    let url: string | undefined = '/api/v1/imports?limit=500';
    while (url !== undefined) {
      const { searchParams } = new URL(url, 'http://host');
      const before = searchParams.get('before');
      const asked = { limit: 500, ...(before !== null && { before: Number(before) }) };
      const { items, next }: Page<{ id: number }> = pageOf(list, asked, url);
      seen.push(...items.map(({ id }) => id));
      url = next;
    }
    expect(seen.length).toBe(1200);
    expect([...new Set(seen)].sort((a, b) => a - b)).toEqual(list.map(({ id }) => id));
  });

  it('tells corrections and imports so', async () => {
    const correction = (factor: number) => ({
      ...{ series: 'cellar.house.powerW', kind: 'scale', factor, why: 'a transformer' },
      ...{ fromMs: siteStartMs, toMs: siteStartMs + 60_000 },
    });
    for (const factor of [2, 3, 4]) await ada.ask('POST', '/api/v1/corrections', correction(factor));
    const first = await ada.ask('GET', '/api/v1/corrections?meter=cellar.house&limit=2');
    expect(first.json().map(({ factor }: { factor: number }) => factor)).toEqual([4, 3]);
    const [, next = ''] = /^<(.*)>; rel="next"$/.exec(String(first.headers.link)) ?? [];
    const second = await ada.ask('GET', next);
    expect(second.json().map(({ factor }: { factor: number }) => factor)).toEqual([2]);
    expect(second.headers.link).toBeUndefined();
    expect((await ada.ask('GET', '/api/v1/imports?limit=1')).json()).toEqual([]);
  });
});
