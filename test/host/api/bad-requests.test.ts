import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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

const readings = 'readings?series=cellar.house.powerW';
const totals = 'totals?meter=cellar.house&from=1&to=2';
const time = 'a whole number from 0 to 4294967295000';

/** Path below /api/v1, the field named, what was wrong and what is allowed. */
const badQueries: readonly [path: string, field: string, wrong: string, allowed: string][] = [
  ['readings?from=1&to=2', 'series', 'is missing', 'gateway.meter.quantity'],
  [`${readings}&to=2`, 'from', 'is missing', time],
  [`${readings}&from=&to=2`, 'from', '"" given', time],
  [`${readings}&from=yesterday&to=2`, 'from', '"yesterday" given', time],
  [`${readings}&from=1.5&to=2`, 'from', '1.5 given', time],
  [`${readings}&from=-1&to=2`, 'from', '-1 given', time],
  [`${readings}&from=0x10&to=20`, 'from', '"0x10" given', time],
  [`${readings}&from=1e3&to=2000`, 'from', '"1e3" given', time],
  [`${readings}&from=+1&to=2`, 'from', '" 1" given', time],
  [`${readings}&from=true&to=2`, 'from', '"true" given', time],
  [`${readings}&from=1&from=2&to=3`, 'from', '["1","2"] given', time],
  [`${readings}&from=1&to=99999999999999999`, 'to', '100000000000000000 given', time],
  [`${readings}&from=2&to=1`, 'to', '1 given', 'a time after from (2)'],
  [`${readings}&from=1&to=1`, 'to', '1 given', 'a time after from (1)'],
  [`${readings}&from=1&to=2&points=0`, 'points', '0 given', 'a whole number from 2 to 10000'],
  [`${readings}&from=1&to=2&points=10001`, 'points', '10001 given', 'a whole number from 2 to 10000'],
  [`${readings}&from=1&to=2&colour=red`, 'colour', 'is not known', 'series, from, to, points'],
  [`${readings}&from=1&to=2&__proto__=1`, '__proto__', 'is not known', 'series, from, to, points'],
  [`${totals}`, 'period', 'is missing', 'one of hour, day, month, all'],
  [`${totals}&period=week`, 'period', '"week" given', 'one of hour, day, month, all'],
  ['totals?meter=house&from=1&to=2&period=day', 'meter', '"house" given', 'gateway.meter'],
  ['missing?meter=cellar.house&from=x&to=2', 'from', '"x" given', time],
  ['missing?meter=cellar.house&from=3&to=2', 'to', '2 given', 'a time after from (3)'],
  ['gateways/CELLAR', 'id', '"CELLAR" given', '1 to 64 lower-case letters, digits, - and _'],
  ['meters/cellar', 'key', '"cellar" given', 'gateway.meter'],
];

describe('a bad parameter is refused with its field, what was wrong and what is allowed', () => {
  it.each(badQueries)('%s', async (path, field, wrong, allowed) => {
    const response = await host.ask({ url: `/api/v1/${path}`, headers: { cookie } });
    expect(response.statusCode, response.body).toBe(400);
    const error = response.json();
    expect(error.field).toBe(field);
    expect(error.mistakes[0].field).toBe(field);
    for (const part of [field, wrong, allowed]) expect(error.message).toContain(part);
  });

  it('and so is each of several', async () => {
    const response = await host.ask({ url: `/api/v1/${readings}&from=x&points=y&z=1`, headers: { cookie } });
    const fields = response.json().mistakes.map(({ field }: { field: string }) => field);
    expect(fields.sort()).toEqual(['from', 'points', 'to', 'z']);
  });

  it('a range of more periods than are told at once says so', async () => {
    const url = `/api/v1/totals?meter=cellar.house&from=0&to=${siteStartMs}&period=hour`;
    const response = await host.ask({ url, headers: { cookie } });
    expect(response.statusCode).toBe(400);
    expect(response.json()).toMatchObject({ code: 'range.tooLong', field: 'period' });
  });

  it.each([
    'readings?series=cellar.house.powerW&from=0&to=4294967295000',
    'readings?series=cellar.house.energyImportWh&from=0&to=4294967295000&points=2',
    'readings?series=cellar.house.powerW&from=4294967294999&to=4294967295000',
    'totals?meter=cellar.house&from=0&to=4294967295000&period=month',
    'totals?meter=cellar.house&from=0&to=4294967295000&period=all',
    'missing?meter=cellar.house&from=0&to=4294967295000',
  ])('but the widest that is allowed is answered: %s', async path => {
    const response = await host.ask({ url: `/api/v1/${path}`, headers: { cookie } });
    expect(response.statusCode, response.body + host.faults.join()).toBe(200);
  });
});

/** What is not there, by what it is asked by. */
const unknown: readonly [path: string, code: string, field: string | undefined][] = [
  ['readings?series=cellar.house.voltageV&from=1&to=2', 'series.unknown', 'series'],
  ['totals?meter=cellar.attic&from=1&to=2&period=day', 'meter.unknown', 'meter'],
  ['missing?meter=attic.house&from=1&to=2', 'meter.unknown', 'meter'],
  ['meters/cellar.attic', 'meter.unknown', 'key'],
  ['gateways/attic', 'gateway.unknown', 'id'],
  ['gateways/attic/settings', 'gateway.unknown', 'id'],
  ['nothing', 'route.unknown', undefined],
  [`gateways/${'a'.repeat(300)}`, 'route.unknown', undefined],
];

it.each(unknown)('what is not there is said not to be: %s', async (path, code, field) => {
  const response = await host.ask({ url: `/api/v1/${path}`, headers: { cookie } });
  expect(response.statusCode).toBe(404);
  expect(response.json().code).toBe(code);
  expect(response.json().field).toBe(field);
});

const json = 'application/json';

/** Body and type, posted to /api/v1/gateways: status, code, field. */
const badBodies: readonly [body: string, type: string, status: number, code: string, field?: string][] = [
  ['{"id":', json, 400, 'body.notJson'],
  ['{"id":"a"} x', json, 400, 'body.notJson'],
  ['{"id":"a","__proto__":{"admin":true}}', json, 400, 'body.notJson'],
  ['{"id":"a","constructor":{"prototype":{}}}', json, 400, 'body.notJson'],
  ['', json, 400, 'body.missing'],
  ['null', json, 400, 'body.missing'],
  ['[]', json, 400, 'request.invalid', '(all)'],
  ['"a"', json, 400, 'request.invalid', '(all)'],
  ['{}', json, 400, 'request.invalid', 'id'],
  ['{"id":1}', json, 400, 'request.invalid', 'id'],
  ['{"id":"-a"}', json, 400, 'request.invalid', 'id'],
  [`{"id":"${'a'.repeat(65)}"}`, json, 400, 'request.invalid', 'id'],
  ['{"id":"a","role":"admin"}', json, 400, 'request.invalid', 'role'],
  ['id=a', 'application/x-www-form-urlencoded', 415, 'body.type'],
  ['{"id":"a"}', 'text/plain', 415, 'body.type'],
  [`{"id":"${'a'.repeat(1_100_000)}"}`, json, 413, 'body.tooLarge'],
];

describe('a bad body is refused and changes nothing', () => {
  it.each(badBodies.map(row => [row[0].slice(0, 50), row] as const))('%s', async (_name, row) => {
    const [body, type, status, code, field] = row;
    const before = host.auth.credentials.size;
    const response = await host.ask({
      method: 'POST',
      url: '/api/v1/gateways',
      body,
      headers: { cookie, 'content-type': type },
    });
    expect(response.statusCode, response.body).toBe(status);
    expect(response.json().code).toBe(code);
    expect(response.json().field).toBe(field);
    expect(host.auth.credentials.size).toBe(before);
  });

  it('without showing a password that was given', async () => {
    const body = { code: 'x', user: 'ada', password: 'too short' };
    const response = await host.ask({ method: 'POST', url: '/api/v1/setup', body });
    expect(response.json().message).toBe(
      'password: something else was given; text of 12 to 256 characters is allowed.',
    );
  });
});

it.each(['/api', '/api/', '/api?x=1', '/api/v2/meters'])('%s is not the page but an error', async url => {
  const response = await host.ask({ url, headers: { cookie } });
  expect(response.statusCode).toBe(404);
  expect(response.json().code).toBe('route.unknown');
  expect((await host.ask({ method: 'POST', url, headers: { cookie } })).statusCode).toBe(404);
});

it('a method that an address does not know is refused with those it knows', async () => {
  for (const [method, path, allow] of [
    ['DELETE', 'gateways', 'GET, HEAD, POST'],
    ['POST', 'statistics', 'GET, HEAD'],
    ['GET', 'setup', 'POST'],
    ['PATCH', 'gateways/cellar/settings', 'GET, HEAD, PUT'],
  ] as const) {
    const response = await host.ask({ method, url: `/api/v1/${path}`, headers: { cookie } });
    expect(response.statusCode, path).toBe(405);
    expect(response.headers.allow).toBe(allow);
    expect(response.json()).toMatchObject({ code: 'route.method', field: 'method' });
    expect(response.json().message).toContain(`${method} given`);
  }
});

it('a path that cannot be decoded is refused', async () => {
  for (const url of ['/%zz', '/api/v1/gateways/%ff']) {
    const response = await host.ask({ url, headers: { cookie } });
    expect(response.json().code).toBe('path.invalid');
  }
});

it('half a character is no text: two of them would be stored as the same', async () => {
  for (const body of ['{"id":"\\ud800"}', '{"id":"a","\\udfff":1}']) {
    const headers = { cookie, 'content-type': json };
    const response = await host.ask({ method: 'POST', url: '/api/v1/gateways', body, headers });
    expect(response.statusCode).toBe(400);
    expect(response.json().message).toContain('half of a character');
  }
});
