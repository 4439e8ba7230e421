import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SiteRoles } from '../../../host/auth/roles.ts';
import {
  cookieOf,
  type HostUnderTest,
  password,
  signInFirst,
  startHostUnderTest,
} from './host-under-test.ts';
import { type Person, personOf, personWith } from './signed-in.ts';

let host: HostUnderTest;
/** Admin of the host; of farm and mill; of the farm, and viewer of the mill; operator of the farm. */
let ada: Person;
let fay: Person;
let moe: Person;
let olga: Person;

const newPassword = 'lantern rabbit coffee';
const url = '/api/v1/accounts';
const make = (who: Person, user: string, roles: SiteRoles, secret = newPassword) =>
  who.ask('POST', url, { user, password: secret, roles });
const change = (who: Person, user: string, body: object) =>
  who.ask('PATCH', `${url}/${encodeURIComponent(user)}`, body);
const namesFor = async (who: Person) =>
  (await who.ask('GET', url)).json().map((account: { user: string }) => account.user);
const signIn = (user: string, secret: string, more: object = {}) =>
  host.ask({ method: 'POST', url: '/api/v1/session', body: { user, password: secret, ...more } });

beforeAll(async () => {
  host = await startHostUnderTest();
  ada = personWith(host, { cookie: await signInFirst(host) });
  for (const site of ['farm', 'mill']) await host.sites.create(site, null);
  fay = await personOf(host, 'fay', { farm: 'admin', mill: 'admin' });
  moe = await personOf(host, 'moe', { farm: 'admin', mill: 'viewer' });
  olga = await personOf(host, 'olga', { farm: 'operator' });
});
afterAll(() => host.close());

describe('an account', () => {
  it('is made with a password that its person has to change before anything else', async () => {
    const made = await make(ada, 'ben', { farm: 'viewer' });
    expect(made.statusCode).toBe(201);
    expect(made.json()).toEqual({
      user: 'ben',
      roles: { farm: 'viewer' },
      createdMs: host.clock.nowMs,
      lastSignInMs: null,
      hasSecondFactor: false,
      mustChangePassword: true,
      sessions: 0,
    });
    const response = await signIn('ben', newPassword);
    expect(response.json()).toMatchObject({ user: 'ben', mustChangePassword: true });
    const ben = personWith(host, { cookie: cookieOf(response) });
    for (const path of [
      '/api/v1/meters',
      '/api/v1/sites',
      '/api/v1/tokens',
      '/api/v1/shares',
      '/api/v1/nothing',
    ]) {
      const refused = await ben.ask('GET', path);
      expect([refused.statusCode, refused.json().code], path).toEqual([403, 'account.mustChange']);
    }
    const token = { name: 'x', scopes: ['read'], sites: ['farm'], expiresMs: host.clock.nowMs + 86_400_000 };
    expect((await ben.ask('POST', '/api/v1/tokens', token)).json().code).toBe('account.mustChange');
    expect((await ben.ask('GET', '/api/v1/session')).statusCode).toBe(200);
    expect((await ben.ask('GET', '/api/v1/account/sessions')).json()).toHaveLength(1);
    const chosen = { password: newPassword, newPassword: 'seven yellow teapots' };
    expect((await ben.ask('PUT', '/api/v1/account/password', chosen)).statusCode).toBe(204);
    expect((await ben.ask('GET', '/api/v1/meters')).statusCode).toBe(200);
    const [told] = (await ada.ask('GET', url)).json().filter((one: { user: string }) => one.user === 'ben');
    expect(told).toMatchObject({ mustChangePassword: false, lastSignInMs: host.clock.nowMs, sessions: 1 });
  });

  it.each([
    ['password1234', 422, 'password.common'],
    ['xaveriaxaveria', 422, 'password.personal'],
    ['joulegate-farm', 422, 'password.personal'],
    ['short', 400, 'request.invalid'],
    ['x'.repeat(257), 400, 'request.invalid'],
  ])('is not made with the password %s', async (secret, status, code) => {
    const refused = await make(ada, 'xaveria', {}, secret);
    expect([refused.statusCode, refused.json().code, refused.json().field]).toEqual([
      status,
      code,
      'password',
    ]);
    expect(refused.body).not.toContain(secret);
  });

  it('is not made twice, nor at a site that is not there, nor with roles that are none', async () => {
    expect((await make(ada, 'FAY', {})).json()).toMatchObject({ code: 'account.exists' });
    expect((await make(ada, 'carla', { moon: 'viewer' })).json()).toMatchObject({
      code: 'site.unknown',
      field: 'roles.moon',
    });
    for (const roles of [{ farm: 'owner' }, { 'not a site': 'admin' }, []])
      expect((await ada.ask('POST', url, { user: 'carla', password: newPassword, roles })).statusCode).toBe(
        400,
      );
    expect(host.auth.accounts.find('carla')).toBeUndefined();
  });

  it('whose password an admin chose anew has no session any more, and the old password is worthless', async () => {
    const dora = await personOf(host, 'dora', { farm: 'viewer' });
    expect((await change(ada, 'dora', { password: newPassword })).json()).toMatchObject({
      mustChangePassword: true,
      sessions: 0,
    });
    expect((await dora.ask('GET', '/api/v1/session')).statusCode).toBe(401);
    expect((await signIn('dora', password)).statusCode).toBe(401);
    expect((await signIn('dora', newPassword)).statusCode).toBe(201);
  });

  it('that lost its rights or is gone is stopped at its next request', async () => {
    const emil = await personOf(host, 'emil', { farm: 'admin' });
    expect((await emil.ask('GET', '/api/v1/sites/farm')).statusCode).toBe(200);
    await change(ada, 'emil', { roles: { mill: 'viewer' } });
    expect((await emil.ask('GET', '/api/v1/sites/farm')).json()).toMatchObject({ code: 'site.unknown' });
    expect((await emil.ask('GET', url)).json()).toMatchObject({ code: 'access.role' });
    expect((await ada.ask('DELETE', `${url}/emil`)).statusCode).toBe(204);
    expect((await emil.ask('GET', '/api/v1/session')).statusCode).toBe(401);
    expect((await signIn('emil', password)).json()).toEqual((await signIn('nobody', password)).json());
  });

  it('with any name that may be can be changed and removed', async () => {
    for (const name of [
      'a/b',
      '100%',
      '?x=1',
      '...',
      'ünï cödé',
      '__proto__',
      '<b>',
      'ü'.repeat(64),
      '🦉'.repeat(32),
    ]) {
      expect((await make(ada, name, { farm: 'viewer' })).statusCode, name).toBe(201);
      expect((await change(ada, name, { roles: {} })).json(), name).toMatchObject({ user: name, roles: {} });
      expect((await ada.ask('DELETE', `${url}/${encodeURIComponent(name)}`)).statusCode, name).toBe(204);
    }
  });
});

it('a name that nobody could tell from another, or no address could name, is none', async () => {
  for (const name of ['', '.', '..', 'ada\u200b', 'x\u202ey', 'a\nb', 'x'.repeat(65)])
    expect((await make(ada, name, {})).statusCode, JSON.stringify(name)).toBe(400);
});

describe('the last admin of the host', () => {
  it('cannot be removed or lowered, in words', async () => {
    for (const refused of [
      await change(ada, 'ada', { roles: { farm: 'admin' } }),
      await ada.ask('DELETE', `${url}/ada`),
    ]) {
      expect(refused.statusCode).toBe(409);
      expect(refused.json()).toMatchObject({
        code: 'account.lastAdmin',
        help: expect.stringContaining('(*)'),
      });
    }
    expect((await ada.ask('GET', url)).statusCode).toBe(200);
  });

  it('changes their own password where they prove the old one, not here', async () => {
    for (const body of [{ password: newPassword }, { hasSecondFactor: false }])
      expect((await change(ada, 'ada', body)).json()).toMatchObject({ code: 'account.own' });
  });
});

describe('an admin of sites', () => {
  beforeAll(async () => {
    await make(ada, 'gina', { farm: 'viewer' });
    await make(ada, 'hugo', { farm: 'viewer', mill: 'viewer' });
    await make(ada, 'ines', { farm: 'viewer', home: 'viewer' });
    await make(ada, 'jona', { '*': 'viewer' });
    await make(ada, 'karl', {});
  });

  it('sees those accounts alone whose every role lies at these sites', async () => {
    expect(await namesFor(ada)).toEqual(
      expect.arrayContaining(['gina', 'hugo', 'ines', 'jona', 'karl', 'ada']),
    );
    const ofFay = await namesFor(fay);
    expect(ofFay).toEqual(expect.arrayContaining(['fay', 'moe', 'olga', 'gina', 'hugo']));
    for (const other of ['ada', 'ines', 'jona', 'karl']) expect(ofFay).not.toContain(other);
    const ofMoe = await namesFor(moe);
    expect(ofMoe).toContain('gina');
    for (const other of ['hugo', 'fay', 'moe', 'ines']) expect(ofMoe).not.toContain(other);
    expect((await olga.ask('GET', url)).json()).toMatchObject({ code: 'access.role' });
  });

  it('is answered of others’ people as of people that are not there, and they are not touched', async () => {
    const before = JSON.stringify(host.auth.accounts.list());
    let tried = 0;
    for (const user of ['ada', 'ines', 'jona', 'karl']) {
      for (const [method, body] of [
        ['PATCH', { roles: { farm: 'admin' } }],
        ['PATCH', { password: newPassword }],
        ['PATCH', { hasSecondFactor: false }],
        ['DELETE', undefined],
      ] as const) {
        const refused = await fay.ask(method, `${url}/${user}`, body);
        const unknown = await fay.ask(method, `${url}/nobody`, body);
        expect(refused.statusCode).toBe(404);
        expect(refused.body.replace(user, 'nobody')).toBe(unknown.body);
        tried++;
      }
    }
    expect(JSON.stringify(host.auth.accounts.list())).toBe(before);
    console.info(`${tried} changes to accounts of other sites: ${tried} refused, 0 made`);
  });

  it('gives roles at these sites, and never at others, at all, or at none', async () => {
    expect((await make(fay, 'lena', { farm: 'admin', mill: 'operator' })).statusCode).toBe(201);
    const given: [SiteRoles, string][] = [
      [{ '*': 'viewer' }, 'account.roles'],
      [{ farm: 'viewer', '*': 'admin' }, 'account.roles'],
      [{ home: 'viewer' }, 'site.unknown'],
      [{ farm: 'viewer', home: 'viewer' }, 'site.unknown'],
      [{}, 'account.roles'],
    ];
    let made = 0;
    for (const [roles, code] of given)
      for (const refused of [await make(fay, 'mara', roles), await change(fay, 'lena', { roles })]) {
        expect(refused.json().code, JSON.stringify(roles)).toBe(code);
        if (refused.statusCode < 300) made++;
      }
    // A viewer of the mill sees it, and gives nothing there.
    expect((await make(moe, 'mara', { farm: 'viewer', mill: 'viewer' })).json().code).toBe('account.roles');
    console.info(`${given.length * 2 + 1} tries to give greater roles than one has: ${made} got through`);
    expect(host.auth.accounts.rolesOf('lena')).toEqual({ farm: 'admin', mill: 'operator' });
    expect(host.auth.accounts.find('mara')).toBeUndefined();
  });

  it('cannot make themself more, and a token of theirs makes nobody anything', async () => {
    expect((await change(fay, 'fay', { roles: { '*': 'admin' } })).json().code).toBe('account.roles');
    const { token } = (
      await fay.ask('POST', '/api/v1/tokens', {
        name: 'all',
        scopes: ['read', 'manage'],
        sites: ['*'],
        expiresMs: host.clock.nowMs + 86_400_000,
      })
    ).json();
    const program = personWith(host, { authorization: `Bearer ${token}` });
    expect((await program.ask('GET', url)).statusCode).toBe(200);
    expect((await make(program, 'mara', { farm: 'viewer' })).json().code).toBe('access.account');
    expect((await change(program, 'gina', { roles: { farm: 'admin' } })).json().code).toBe('access.account');
    expect((await program.ask('DELETE', `${url}/gina`)).json().code).toBe('access.account');
  });
});

it('every change is taken down, with roles and without passwords, at the sites that it concerns', async () => {
  await make(ada, 'nora', { farm: 'viewer', mill: 'viewer' });
  await change(ada, 'nora', { roles: { farm: 'operator' }, password: 'seven yellow teapots' });
  await ada.ask('DELETE', `${url}/nora`);
  const audit = (await ada.ask('GET', '/api/v1/audit')).body;
  const { entries } = JSON.parse(audit);
  const ofNora = entries.filter(({ subject }: { subject: string }) => subject === 'nora').reverse();
  expect(ofNora.map(({ action, site }: { action: string; site: string }) => [action, site])).toEqual([
    ['account.create', null],
    ['account.create', 'farm'],
    ['account.create', 'mill'],
    ['account.roles', null],
    ['account.roles', 'farm'],
    ['account.roles', 'mill'],
    ['account.password', 'farm'],
    ['account.remove', 'farm'],
  ]);
  expect(ofNora[4]).toMatchObject({ user: 'ada', after: { roles: { farm: 'operator' } } });
  for (const secret of [newPassword, 'seven yellow teapots', password]) expect(audit).not.toContain(secret);
});
