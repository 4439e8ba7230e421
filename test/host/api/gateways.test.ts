import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GatewaySettings } from '#core/wire/settings.ts';
import { type HostUnderTest, signInFirst, startHostUnderTest } from './host-under-test.ts';

let host: HostUnderTest;
let cookie: string;
const published: [string, GatewaySettings][] = [];

beforeAll(async () => {
  host = await startHostUnderTest();
  cookie = await signInFirst(host);
  host.fleet.onDesired((gateway, settings) => published.push([gateway, settings]));
});
afterAll(async () => {
  expect(host.faults).toEqual([]);
  await host.close();
});

const call = (method: 'GET' | 'POST' | 'PUT', path: string, body?: object) =>
  host.ask({ method, url: `/api/v1/${path}`, headers: { cookie }, ...(body && { body }) });

describe('a gateway', () => {
  it('gets a password of 192 random bits, once, that opens the broker for it alone', async () => {
    const made = await call('POST', 'gateways', { id: 'cellar' });
    expect(made.statusCode).toBe(201);
    const { username, password } = made.json();
    expect(username).toBe('cellar');
    expect(Buffer.from(password, 'base64url')).toHaveLength(24);
    const { credentials } = host.auth;
    expect(await credentials.verify('cellar', password)).toBe(true);
    expect(await credentials.verify('cellar', `${password}x`)).toBe(false);
    expect(await credentials.verify('attic', password)).toBe(false);
    expect(await credentials.verify('attic', '')).toBe(false);
    expect(JSON.stringify(await host.store.all('SELECT * FROM gateway_credential'))).not.toContain(password);
    expect((await call('GET', 'gateways')).body).not.toContain(password);
  });

  it('is known from then on, though it has not spoken', async () => {
    const gateway = (await call('GET', 'gateways/cellar')).json();
    expect(gateway).toMatchObject({ id: 'cellar', online: false, firmware: null, meters: [] });
  });

  it('cannot be made twice', async () => {
    const again = await call('POST', 'gateways', { id: 'cellar' });
    expect(again.statusCode).toBe(409);
    expect(again.json()).toMatchObject({ code: 'gateway.exists', field: 'id' });
  });

  it('gets a new password when the old one was lost, and the old one ends', async () => {
    const old = (await call('POST', 'gateways', { id: 'attic' })).json().password;
    const renewed = await call('POST', 'gateways/attic/credential');
    expect(renewed.statusCode).toBe(201);
    expect(await host.auth.credentials.verify('attic', old)).toBe(false);
    expect(await host.auth.credentials.verify('attic', renewed.json().password)).toBe(true);
    expect((await call('POST', 'gateways/nobody/credential')).statusCode).toBe(404);
  });
});

const bus = { id: 'bus', kind: 'rs485', port: 'uart1' };
const ir = { id: 'ir', kind: 'ir', port: 'uart2' };
const house = { id: 'house', name: 'House', profile: 'eastron-sdm630', line: 'bus', address: 1 };
const sun = { id: 'sun', name: 'Sun', profile: 'eastron-sdm120', line: 'bus', address: 2 };
const head = { id: 'head', name: 'Head', profile: 'sml-meter', line: 'ir' };

/** Lines, meters, and the mistake: its field and a part of its text. */
const badSettings: readonly [lines: object[], meters: object[], field: string, part: string][] = [
  [[{ ...bus, kind: 'can' }], [], 'lines[0].kind', 'one of rs485, ir, i2c'],
  [[{ ...bus, baud: 50 }], [], 'lines[0].baud', 'from 1200 to 115200'],
  [[{ id: 'bus', kind: 'rs485' }], [], 'lines[0].port', 'is missing'],
  [[bus, bus], [], 'lines[1].id', 'lines[0]'],
  [[bus], [{ ...house, colour: 'red' }], 'meters[0].colour', 'is not known'],
  [[bus], [{ ...house, address: 0 }], 'meters[0].address', 'from 1 to 247'],
  [[bus], [{ ...house, windowS: 0.5 }], 'meters[0].windowS', 'a whole number from 1 to 900'],
  [[bus], [{ ...house, profile: 'sdm999' }], 'meters[0].profile', 'eastron-sdm630'],
  [[bus], [{ ...house, line: 'can' }], 'meters[0].line', 'one of bus is allowed'],
  [[], [house], 'meters[0].line', 'there are no lines'],
  [[ir], [{ ...house, line: 'ir' }], 'meters[0].line', 'a line of kind rs485'],
  [[bus], [house, { ...sun, id: 'house' }], 'meters[1].id', 'meters[0]'],
  [[bus], [house, { ...sun, address: 1 }], 'meters[1].address', 'meters[0] has it'],
  [[ir], [head, { ...head, id: 'head2' }], 'meters[1].line', 'one meter'],
];

describe('settings', () => {
  it('are kept, counted up and published', async () => {
    const wanted = { lines: [bus, ir], meters: [house, sun, head] };
    const first = await call('PUT', 'gateways/cellar/settings', wanted);
    expect(first.statusCode, first.body).toBe(200);
    expect(first.json()).toMatchObject({ desired: { ...wanted, version: 1 }, running: null, refused: [] });
    const second = await call('PUT', 'gateways/cellar/settings', { lines: [bus], meters: [] });
    expect(second.json().desired.version).toBe(2);
    expect(published.map(([gateway, { version }]) => [gateway, version])).toEqual([
      ['cellar', 1],
      ['cellar', 2],
    ]);
    expect((await call('GET', 'gateways/cellar/settings')).json()).toEqual(second.json());
  });

  it.each(badSettings)('with a mistake are refused: %j %j', async (lines, meters, field, part) => {
    const before = (await call('GET', 'gateways/cellar/settings')).body;
    const response = await call('PUT', 'gateways/cellar/settings', { lines, meters });
    expect(response.statusCode, response.body).toBe(422);
    const error = response.json();
    expect(error.code).toBe('settings.invalid');
    const mistake = error.mistakes.find((found: { field: string }) => found.field === field);
    expect(mistake?.message, response.body).toContain(part);
    expect((await call('GET', 'gateways/cellar/settings')).body).toBe(before);
  });

  it('tell all mistakes at once', async () => {
    const meters = [
      { ...house, profile: 'x', line: 'y' },
      { ...sun, windowS: 3 },
    ];
    const response = await call('PUT', 'gateways/cellar/settings', { lines: [bus], meters });
    expect(response.json().mistakes.map(({ field }: { field: string }) => field)).toEqual([
      'meters[0].line',
      'meters[0].profile',
    ]);
  });

  it('that are too large for the gateway are refused', async () => {
    const name = '\u0001'.repeat(64);
    const id = (index: number) => `${'x'.repeat(60)}${index}`;
    const lines = Array.from({ length: 8 }, (_, index) => ({ ...bus, id: id(index), port: 'p'.repeat(128) }));
    const meters = Array.from({ length: 32 }, (_, index) => ({
      ...house,
      id: id(index),
      name,
      line: id(index % 8),
      address: index + 1,
      windowS: 900,
      sampleMs: 100_000,
      timeoutMs: 10_000,
      shuntOhm: 0.123_456_789,
      maxCurrentA: 123.456_789,
    }));
    const response = await call('PUT', 'gateways/cellar/settings', { lines, meters });
    expect(response.statusCode, response.body.slice(0, 200)).toBe(422);
    expect(response.json().field).toBe('(all)');
  });
});
