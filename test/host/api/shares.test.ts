import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MadeShare, NewShare } from '../../../host/api/contract.ts';
import { openAuth } from '../../../host/auth/auth.ts';
import { type HostUnderTest, startHostUnderTest } from './host-under-test.ts';
import { type Person, personOf, personWith } from './signed-in.ts';
import { storeSite } from './stored-site.ts';

const dayMs = 86_400_000;
let host: HostUnderTest;
let ada: Person;

beforeAll(async () => {
  host = await startHostUnderTest();
  ada = await personOf(host, 'ada', { '*': 'admin' });
  await storeSite(host);
  await host.sites.create('barn', null);
  await host.fleet.register('stable');
  await host.sites.move('stable', 'barn');
});
afterAll(() => host.close());

const wanted = (more: Partial<NewShare> = {}): NewShare => ({
  name: 'for the neighbours',
  site: 'home',
  view: '#/history?meter=cellar.house',
  meters: null,
  expiresMs: host.clock.nowMs + 2 * dayMs,
  ...more,
});

async function made(person: Person, more: Partial<NewShare> = {}): Promise<MadeShare> {
  const response = await person.ask('POST', '/api/v1/shares', wanted(more));
  expect(response.statusCode, response.body).toBe(201);
  return response.json();
}

/** Who opens a link in a browser that has no session. */
async function opened({ share }: { readonly share: string }): Promise<Person> {
  const response = await host.ask({ method: 'POST', url: '/api/v1/session', body: { share } });
  expect(response.statusCode, response.body).toBe(201);
  const [cookie] = response.cookies;
  return personWith(host, { cookie: `${cookie?.name}=${cookie?.value}` });
}

describe('a link', () => {
  it('signs in whoever has it, for its view, and not for longer than it is good', async () => {
    const link = await made(ada);
    const response = await host.ask({ method: 'POST', url: '/api/v1/session', body: { share: link.share } });
    expect(response.json()).toEqual({
      kind: 'share',
      user: 'ada',
      expiresMs: link.expiresMs,
      roles: { home: 'viewer' },
      meters: null,
      view: '#/history?meter=cellar.house',
      hasSecondFactor: false,
      mustChangePassword: false,
    });
    const [cookie] = response.cookies;
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict', maxAge: 2 * 86_400 });
    const visitor = await opened(link);
    expect((await visitor.ask('GET', '/api/v1/session')).json()).toMatchObject({ kind: 'share' });
  });

  it('lets look, and change nothing', async () => {
    const visitor = await opened(await made(ada));
    expect((await visitor.ask('GET', '/api/v1/gateways/cellar')).statusCode).toBe(200);
    const about = { name: 'about' };
    expect((await visitor.ask('POST', '/api/v1/gateways/cellar/commands', about)).statusCode).toBe(403);
    expect((await visitor.ask('POST', '/api/v1/gateways', { id: 'attic' })).statusCode).toBe(403);
    expect((await visitor.ask('POST', '/api/v1/shares', wanted())).statusCode).toBe(403);
    for (const path of ['tokens', 'shares', 'account/sessions', 'audit', 'accounts'])
      expect((await visitor.ask('GET', `/api/v1/${path}`)).statusCode, path).toBe(403);
  });

  it('shows its own site and its own meters alone', async () => {
    const visitor = await opened(await made(ada, { meters: ['cellar.house'] }));
    const keys = async (path: string) =>
      (await visitor.ask('GET', path)).json().map(({ key }: { key: string }) => key);
    expect(await keys('/api/v1/meters')).toEqual(['cellar.house']);
    expect((await visitor.ask('GET', '/api/v1/meters/cellar.heat')).statusCode).toBe(404);
    expect((await visitor.ask('GET', '/api/v1/gateways/stable')).statusCode).toBe(404);
    const whole = await opened(await made(ada));
    expect((await whole.ask('GET', '/api/v1/gateways/stable')).statusCode).toBe(404);
  });

  it('is kept as a hash', async () => {
    const { share } = await made(ada);
    const secret = share.slice(4);
    expect((await ada.ask('GET', '/api/v1/shares')).body).not.toContain(secret);
    expect(JSON.stringify(await host.store.all('SELECT * FROM share_link'))).not.toContain(secret);
    expect(JSON.stringify(await host.audit.list({ sites: 'all', limit: 9 }))).not.toContain(secret);
  });

  it('outlives the host, and so do those who look by it', async () => {
    const { share } = await made(ada);
    const again = await openAuth(host.store, { nowMs: () => host.clock.nowMs });
    expect(again.shares.check(share)?.access).toMatchObject({ kind: 'share', roles: { home: 'viewer' } });
  });
});

describe('it ends at once', () => {
  const sees = async (visitor: Person) => (await visitor.ask('GET', '/api/v1/gateways/cellar')).statusCode;

  it('when it is taken back', async () => {
    const link = await made(ada);
    const visitor = await opened(link);
    expect(await sees(visitor)).toBe(200);
    expect((await ada.ask('DELETE', `/api/v1/shares/${link.id}`)).statusCode).toBe(204);
    expect(await sees(visitor)).toBe(401);
    const late = await host.ask({ method: 'POST', url: '/api/v1/session', body: { share: link.share } });
    expect([late.statusCode, late.json().code]).toEqual([401, 'share.wrong']);
  });

  it('when its time is over', async () => {
    const visitor = await opened(await made(ada, { expiresMs: host.clock.nowMs + 60_000 }));
    host.clock.nowMs += 60_000;
    expect(await sees(visitor)).toBe(401);
  });

  it('when its maker may not share the site any more, and does not come back with the right', async () => {
    const olga = await personOf(host, 'olga', { home: 'operator' });
    const visitor = await opened(await made(olga));
    expect(await sees(visitor)).toBe(200);
    await host.auth.accounts.setRoles('olga', { home: 'viewer' });
    expect(await sees(visitor)).toBe(401);
    await host.auth.accounts.setRoles('olga', { home: 'admin' });
    expect(await sees(visitor)).toBe(401);
  });

  it('when its maker is gone', async () => {
    const tom = await personOf(host, 'tom', { home: 'admin' });
    const visitor = await opened(await made(tom));
    await host.auth.removeAccount('tom');
    expect(await sees(visitor)).toBe(401);
  });
});

describe('links are made', () => {
  it('by operators of the site, for its meters, and for a year at most', async () => {
    const vera = await personOf(host, 'vera', { home: 'viewer', barn: 'operator' });
    expect((await vera.ask('POST', '/api/v1/shares', wanted())).statusCode).toBe(403);
    expect((await vera.ask('POST', '/api/v1/shares', wanted({ site: 'nowhere' }))).statusCode).toBe(404);
    const foreign = await vera.ask(
      'POST',
      '/api/v1/shares',
      wanted({ site: 'barn', meters: ['cellar.house'] }),
    );
    expect(foreign.json().code).toBe('meter.unknown');
    const long = await ada.ask(
      'POST',
      '/api/v1/shares',
      wanted({ expiresMs: host.clock.nowMs + 400 * dayMs }),
    );
    expect(long.json()).toMatchObject({ code: 'request.invalid', field: 'expiresMs' });
    for (const view of ['https://evil.example', 'javascript:alert(1)', '//evil', ''])
      expect((await ada.ask('POST', '/api/v1/shares', wanted({ view }))).statusCode, view).toBe(400);
  });

  it('and are theirs and the site admins to see and to take back', async () => {
    const walt = await personOf(host, 'walt', { barn: 'operator' });
    const otto = await personOf(host, 'otto', { home: 'admin' });
    const bea = await personOf(host, 'bea', { barn: 'admin' });
    const { id } = await made(walt, { site: 'barn' });
    const seen = async (person: Person) =>
      (await person.ask('GET', '/api/v1/shares')).json().some((share: { id: string }) => share.id === id);
    expect([await seen(walt), await seen(otto), await seen(bea), await seen(ada)]).toEqual([
      true,
      false,
      true,
      true,
    ]);
    const refused = await otto.ask('DELETE', `/api/v1/shares/${id}`);
    const unknown = await otto.ask('DELETE', '/api/v1/shares/0123456789abcdef');
    expect([refused.statusCode, refused.body]).toEqual([404, unknown.body]);
    expect((await bea.ask('DELETE', `/api/v1/shares/${id}`)).statusCode).toBe(204);
  });
});

it('guessed links are answered 429 after a hundred from one address, and a good one opens all the same', async () => {
  const link = await made(ada);
  const open = (share: string) =>
    host.ask({ method: 'POST', url: '/api/v1/session', body: { share }, remoteAddress: '192.0.2.8' });
  const codes = new Map<number, number>();
  for (let index = 0; index < 500; index++) {
    const { statusCode, body } = await open(`jgs_${String(index).padStart(43, 'x')}`);
    expect(body).not.toContain('jgs_');
    codes.set(statusCode, (codes.get(statusCode) ?? 0) + 1);
  }
  expect([...codes]).toEqual([
    [401, 100],
    [429, 400],
  ]);
  expect((await open(link.share)).statusCode).toBe(201);
  console.log('500 guessed links from one address: 100 looked up, 400 refused, 0 opened');
});

it('opening one is taken down once an hour, not each time', async () => {
  const link = await made(ada);
  host.clock.nowMs += 3_600_000;
  for (let index = 0; index < 5; index++) await opened(link);
  const entries = await host.audit.list({ sites: ['home'], limit: 100 });
  const opens = entries.filter(({ action, subject }) => action === 'share.open' && subject === link.id);
  expect(opens).toMatchObject([{ by: 'share', via: link.id, user: 'ada' }]);
});
