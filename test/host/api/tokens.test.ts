import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MadeToken, NewToken } from '../../../host/api/contract.ts';
import { rolesWithin } from '../../../host/auth/api-tokens.ts';
import { openAuth } from '../../../host/auth/auth.ts';
import { type HostUnderTest, startHostUnderTest } from './host-under-test.ts';
import { bearer, type Person, personOf, personWith } from './signed-in.ts';

const dayMs = 86_400_000;
let host: HostUnderTest;
let ada: Person;
let vera: Person;

beforeAll(async () => {
  host = await startHostUnderTest();
  ada = await personOf(host, 'ada', { '*': 'admin' });
  vera = await personOf(host, 'vera', { home: 'viewer' });
  await host.fleet.register('cellar');
});
afterAll(() => host.close());

const wanted = (more: Partial<NewToken> = {}): NewToken => ({
  name: 'a program',
  scopes: ['read'],
  sites: ['*'],
  expiresMs: host.clock.nowMs + 30 * dayMs,
  ...more,
});

async function made(person: Person, more: Partial<NewToken> = {}): Promise<MadeToken> {
  const response = await person.ask('POST', '/api/v1/tokens', wanted(more));
  expect(response.statusCode, response.body).toBe(201);
  return response.json();
}

const statusOf = async (person: Person, path: string) => (await person.ask('GET', path)).statusCode;

describe('a token', () => {
  it('is shown once and kept as a hash', async () => {
    const { token, id } = await made(ada);
    expect(token).toMatch(/^jg_[A-Za-z0-9_-]{43}$/);
    const listed = (await ada.ask('GET', '/api/v1/tokens')).body;
    expect(listed).toContain(id);
    expect(listed).not.toContain(token);
    expect(JSON.stringify(await host.store.all('SELECT * FROM api_token'))).not.toContain(token.slice(3));
    expect(JSON.stringify(await host.audit.list({ sites: 'all', limit: 9 }))).not.toContain(token.slice(3));
  });

  it('lets a program do what its scopes say, and nothing more', async () => {
    const create = (person: Person, id: string) => person.ask('POST', '/api/v1/gateways', { id });
    const command = (person: Person) =>
      person.ask('POST', '/api/v1/gateways/cellar/commands', { name: 'about' });
    const reader = bearer(host, (await made(ada, { scopes: ['read'] })).token);
    expect(await statusOf(reader, '/api/v1/gateways')).toBe(200);
    expect((await command(reader)).statusCode).toBe(403);
    expect((await create(reader, 'attic')).statusCode).toBe(403);
    const operator = bearer(host, (await made(ada, { scopes: ['operate'] })).token);
    // Let through, and the gateway is away.
    expect((await command(operator)).json().code).toBe('gateway.offline');
    expect((await create(operator, 'attic')).statusCode).toBe(403);
    const manager = bearer(host, (await made(ada, { scopes: ['manage'] })).token);
    expect((await create(manager, 'attic')).statusCode).toBe(201);
    const [entry] = await host.audit.list({ sites: 'all', limit: 1 });
    expect(entry).toMatchObject({ by: 'token', user: 'ada', action: 'gateway.create', subject: 'attic' });
  });

  it('for metrics opens /metrics and no data', async () => {
    const scraper = bearer(host, (await made(ada, { scopes: ['metrics'] })).token);
    expect(await statusOf(scraper, '/metrics')).toBe(200);
    for (const path of ['gateways', 'meters', 'counters', 'audit'])
      expect(await statusOf(scraper, `/api/v1/${path}`), path).toBe(403);
    // Of somebody who does not see every site it opens nothing.
    const narrow = bearer(host, (await made(vera, { scopes: ['metrics'] })).token);
    expect(await statusOf(narrow, '/metrics')).toBe(403);
  });

  it('never lets do more than its owner may at the moment', async () => {
    const olga = await personOf(host, 'olga', { home: 'admin' });
    const program = bearer(host, (await made(olga, { scopes: ['manage'], sites: ['home'] })).token);
    const put = () => program.ask('DELETE', '/api/v1/gateways/cellar/credential');
    expect((await put()).statusCode).toBe(204);
    await host.auth.accounts.setRoles('olga', { home: 'viewer' });
    expect((await put()).statusCode).toBe(403);
    expect(await statusOf(program, '/api/v1/gateways/cellar')).toBe(200);
    await host.auth.accounts.setRoles('olga', {});
    expect(await statusOf(program, '/api/v1/gateways/cellar')).not.toBe(200);
  });

  it('ends with its owner, and does not come back with the name', async () => {
    const tom = await personOf(host, 'tom', { '*': 'admin' });
    const program = bearer(host, (await made(tom)).token);
    await host.auth.removeAccount('tom');
    await host.auth.accounts.create('tom', 'a long enough password', { '*': 'admin' });
    expect(await statusOf(program, '/api/v1/gateways')).toBe(401);
  });

  it('ends when it is revoked, and when its time is over', async () => {
    const short = await made(ada, { expiresMs: host.clock.nowMs + 1000 });
    const revoked = await made(ada);
    expect((await ada.ask('DELETE', `/api/v1/tokens/${revoked.id}`)).statusCode).toBe(204);
    const gone = await bearer(host, revoked.token).ask('GET', '/api/v1/gateways');
    expect(gone.json()).toMatchObject({ code: 'token.invalid' });
    host.clock.nowMs += 1000;
    const late = await bearer(host, short.token).ask('GET', '/api/v1/gateways');
    expect(late.statusCode).toBe(401);
    expect(late.json()).toMatchObject({ code: 'token.expired' });
  });

  it('outlives the host', async () => {
    const { token } = await made(ada);
    const again = await openAuth(host.store, { nowMs: () => host.clock.nowMs });
    expect(again.apiTokens.check(token)).toMatchObject({ state: 'right', access: { user: 'ada' } });
  });

  it('tells when it was used last, to the hour', async () => {
    const { token, id } = await made(ada);
    const lastUsed = async () =>
      (await ada.ask('GET', '/api/v1/tokens')).json().find((one: { id: string }) => one.id === id).lastUsedMs;
    expect(await lastUsed()).toBeNull();
    host.clock.nowMs += 90 * 60_000;
    await bearer(host, token).ask('GET', '/api/v1/gateways');
    expect(await lastUsed()).toBe(Math.floor(host.clock.nowMs / 3_600_000) * 3_600_000);
  });

  it('lasts a year at most', async () => {
    for (const expiresMs of [host.clock.nowMs, host.clock.nowMs - 1, host.clock.nowMs + 367 * dayMs]) {
      const refused = await ada.ask('POST', '/api/v1/tokens', wanted({ expiresMs }));
      expect(refused.statusCode).toBe(400);
      expect(refused.json()).toMatchObject({ field: 'expiresMs' });
    }
  });

  it('is no person: it makes no tokens or links, changes no password and signs nobody out', async () => {
    const program = bearer(host, (await made(ada, { scopes: ['manage'] })).token);
    expect((await program.ask('POST', '/api/v1/tokens', wanted())).json().code).toBe('access.account');
    expect((await program.ask('GET', '/api/v1/tokens')).statusCode).toBe(403);
    expect((await program.ask('DELETE', '/api/v1/session')).statusCode).toBe(403);
    const share = { name: 'x', site: 'home', view: '#/', meters: null, expiresMs: host.clock.nowMs + dayMs };
    expect((await program.ask('POST', '/api/v1/shares', share)).json().code).toBe('access.account');
    expect((await program.ask('GET', '/api/v1/session')).json()).toMatchObject({
      kind: 'token',
      user: 'ada',
    });
  });

  it('alone decides where there is a cookie, too, and needs no origin', async () => {
    const { token } = await made(ada, { scopes: ['read'] });
    const both = personWith(host, { ...ada.headers, authorization: `Bearer ${token}` });
    expect((await both.ask('POST', '/api/v1/gateways', { id: 'garage' })).statusCode).toBe(403);
    const wrong = personWith(host, { ...ada.headers, authorization: 'Bearer jg_wrong' });
    expect((await wrong.ask('GET', '/api/v1/gateways')).json().code).toBe('token.invalid');
    const manager = (await made(ada, { scopes: ['manage'] })).token;
    const elsewhere = personWith(host, {
      origin: 'http://dashboard.example',
      authorization: `Bearer ${manager}`,
    });
    expect((await elsewhere.ask('POST', '/api/v1/gateways', { id: 'garage' })).statusCode).toBe(201);
    // Another scheme is somebody else's, such as a proxy's.
    const proxied = personWith(host, { ...ada.headers, authorization: 'Basic YTpi' });
    expect((await proxied.ask('GET', '/api/v1/gateways')).statusCode).toBe(200);
  });
});

describe('tokens of others', () => {
  it('are an admin of the host to see and to end, and to nobody else there', async () => {
    const { id } = await made(vera, { sites: ['home'] });
    const other = await personOf(host, 'otto', { home: 'admin' });
    expect((await other.ask('GET', '/api/v1/tokens')).json()).toEqual([]);
    const refused = await other.ask('DELETE', `/api/v1/tokens/${id}`);
    const unknown = await other.ask('DELETE', '/api/v1/tokens/0123456789abcdef');
    expect([refused.statusCode, refused.body]).toEqual([404, unknown.body]);
    expect((await ada.ask('DELETE', `/api/v1/tokens/${id}`)).statusCode).toBe(204);
  });

  it('cannot be made for sites that one does not see', async () => {
    const refused = await vera.ask('POST', '/api/v1/tokens', wanted({ sites: ['home', 'elsewhere'] }));
    expect(refused.json()).toMatchObject({ code: 'site.unknown' });
  });

  it('are at most fifty', async () => {
    const many = await personOf(host, 'mia', { home: 'viewer' });
    for (let index = 0; index < 50; index++) await made(many, { sites: ['home'] });
    const refused = await many.ask('POST', '/api/v1/tokens', wanted({ sites: ['home'] }));
    expect(refused.json().code).toBe('tokens.tooMany');
  });
});

it('the roles of a token are the lesser of its own and its owner, at each of its sites', () => {
  const grant = (scopes: NewToken['scopes'], sites: string[]) => ({ name: '', scopes, sites });
  const owner = { north: 'admin', south: 'viewer' } as const;
  expect(rolesWithin(grant(['operate'], ['*']), owner)).toEqual({ north: 'operator', south: 'viewer' });
  expect(rolesWithin(grant(['manage', 'read'], ['north', 'west']), owner)).toEqual({ north: 'admin' });
  expect(rolesWithin(grant(['metrics'], ['*']), owner)).toEqual({});
  expect(rolesWithin(grant(['read'], ['*']), { '*': 'admin', north: 'viewer' })).toEqual({
    '*': 'viewer',
    north: 'viewer',
  });
  expect(rolesWithin(grant(['read'], ['__proto__', 'constructor']), owner)).toEqual({});
});

it('wrong tokens of an address are answered 429 after a hundred, and a right one is taken all the same', async () => {
  const { token } = await made(ada);
  const ask = (text: string) =>
    host.ask({
      url: '/api/v1/gateways',
      headers: { authorization: `Bearer ${text}` },
      remoteAddress: '192.0.2.77',
    });
  const codes = new Map<number, number>();
  for (let index = 0; index < 1000; index++) {
    const { statusCode } = await ask(`jg_${String(index).padStart(43, 'x')}`);
    codes.set(statusCode, (codes.get(statusCode) ?? 0) + 1);
  }
  expect([...codes]).toEqual([
    [401, 100],
    [429, 900],
  ]);
  expect((await ask(token)).statusCode).toBe(200);
  console.log('1000 guessed tokens from one address: 100 looked up, 900 refused, 0 got in');
});
