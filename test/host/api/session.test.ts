import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hashToken } from '../../../host/auth/tokens.ts';
import {
  cookieOf,
  type HostUnderTest,
  password,
  signInFirst,
  startHostUnderTest,
  user,
} from './host-under-test.ts';

const dayMs = 86_400_000;
const proxy = '198.51.100.1';
let host: HostUnderTest;

beforeAll(async () => {
  host = await startHostUnderTest({ network: { trustedProxies: proxy } });
  await signInFirst(host);
});
// Sessions and tries of the test before are over by then.
beforeEach(() => {
  host.clock.nowMs += 31 * dayMs;
});
afterAll(() => host.close());

const signIn = async () => cookieOf(await post('session', { user, password }));

const post = (url: string, body: object, remoteAddress = '192.0.2.1') =>
  host.ask({ method: 'POST', url: `/api/v1/${url}`, body, remoteAddress });
const sessionOf = (cookie: string) => host.ask({ url: '/api/v1/session', headers: { cookie } });

describe('a name with an accent', () => {
  const composed = 'Zoë Gonçalves'.normalize('NFC');
  const apart = composed.normalize('NFD');

  it('is the same name from a keyboard that sends letter and accent apart', async () => {
    const cookie = await signIn();
    const ask = (method: 'POST' | 'DELETE', url: string, body?: object) =>
      host.ask({ method, url: `/api/v1/${url}`, headers: { cookie }, ...(body && { body }) });
    const secret = 'a quiet lamp under the eaves';
    const made = await ask('POST', 'accounts', { user: apart, password: secret, roles: { '*': 'viewer' } });
    expect([made.statusCode, made.json().user]).toEqual([201, composed]);
    for (const typed of [apart, composed]) {
      const begun = await post('session', { user: typed, password: secret.normalize('NFD') });
      expect([begun.statusCode, begun.json().user]).toEqual([201, composed]);
    }
    expect((await ask('DELETE', `accounts/${encodeURIComponent(apart)}`)).statusCode).toBe(204);
    expect((await post('session', { user: composed, password: secret })).statusCode).toBe(401);
  });
});

describe('a session', () => {
  it('is a cookie that scripts cannot read and other sites cannot use', async () => {
    const response = await post('session', { user, password });
    expect(response.statusCode).toBe(201);
    const [cookie] = response.cookies;
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict', path: '/' });
    expect(cookie?.secure).toBeUndefined();
    expect(Buffer.from(cookie?.value ?? '', 'base64url')).toHaveLength(32);
  });

  it('is kept to TLS where it began there, as a trusted proxy says, and nobody else', async () => {
    const begun = async (remoteAddress: string) => {
      const headers = { 'x-forwarded-proto': 'https' };
      const body = { user, password };
      const request = { method: 'POST', url: '/api/v1/session', body, headers, remoteAddress } as const;
      return (await host.ask(request)).cookies[0];
    };
    expect(await begun(proxy)).toMatchObject({ name: '__Host-joulegate', secure: true, path: '/' });
    const other = await begun('198.51.100.2');
    expect(other).toMatchObject({ name: 'joulegate' });
    expect(other?.secure).toBeUndefined();
  });

  it('is stored as a hash, and so is the password', async () => {
    const token = (await signIn()).split('=')[1] ?? '';
    const stored = JSON.stringify([
      ...(await host.store.all('SELECT * FROM session')),
      ...(await host.store.all('SELECT * FROM account')),
    ]);
    expect(stored).toContain('$argon2id$');
    expect(stored).not.toContain(token);
    expect(stored).not.toContain(password);
  });

  it('ends when signed out, and its cookie is worthless', async () => {
    const cookie = await signIn();
    const out = await host.ask({ method: 'DELETE', url: '/api/v1/session', headers: { cookie } });
    expect(out.statusCode).toBe(204);
    expect((await sessionOf(cookie)).statusCode).toBe(401);
    expect(host.auth.sessions.isOpen(hashToken(cookie.split('=')[1] ?? ''))).toBe(false);
  });

  it('ends after 7 days without use', async () => {
    const cookie = await signIn();
    host.clock.nowMs += 6.9 * dayMs;
    expect((await sessionOf(cookie)).statusCode).toBe(200);
    host.clock.nowMs += 7.1 * dayMs;
    expect((await sessionOf(cookie)).statusCode).toBe(401);
  });

  it('ends after 30 days, however much it is used', async () => {
    const cookie = await signIn();
    for (let day = 0; day < 29; day += 5) {
      host.clock.nowMs += 5 * dayMs - 1000;
      expect((await sessionOf(cookie)).statusCode).toBe(200);
    }
    host.clock.nowMs += 7000;
    expect((await sessionOf(cookie)).statusCode).toBe(401);
  });

  it('gives way to the new one when somebody signs in again', async () => {
    const before = await signIn();
    const again = await host.ask({
      method: 'POST',
      url: '/api/v1/session',
      body: { user, password },
      headers: { cookie: before },
    });
    expect((await sessionOf(before)).statusCode).toBe(401);
    expect((await sessionOf(cookieOf(again))).statusCode).toBe(200);
  });
});

describe('signing in', () => {
  it('answers the same for a wrong password and for a user that is not there', async () => {
    const wrong = await post('session', { user, password: 'wrong' });
    const unknown = await post('session', { user: 'eve', password: 'wrong' });
    expect(wrong.statusCode).toBe(401);
    expect(wrong.body).toBe(unknown.body);
  });

  it('is stopped after five wrong tries for one account, and says for how long', async () => {
    for (let index = 0; index < 5; index++) {
      const tried = await post('session', { user, password: 'wrong' }, `192.0.2.${index}`);
      expect(tried.statusCode).toBe(401);
    }
    const stopped = await post('session', { user, password }, '192.0.2.9');
    expect(stopped.statusCode).toBe(429);
    expect(stopped.headers['retry-after']).toBe('300');
    host.clock.nowMs += 300_000;
    expect((await post('session', { user, password }, '192.0.2.9')).statusCode).toBe(201);
  });

  it('is stopped after ten wrong tries from one address, whatever the names', async () => {
    const tries = Array.from({ length: 12 }, (_, index) =>
      post('session', { user: `name${index}`, password }),
    );
    const codes = (await Promise.all(tries)).map(({ statusCode }) => statusCode).sort();
    expect(codes).toEqual([...Array(10).fill(401), 429, 429]);
    expect((await post('session', { user, password }, '192.0.2.2')).statusCode).toBe(201);
  });

  it('that succeeds does not count', async () => {
    for (let index = 0; index < 12; index++) {
      expect((await post('session', { user, password })).statusCode).toBe(201);
    }
  });

  it('counts what it refused', async () => {
    const cookie = await signIn();
    const count = async () =>
      (await host.ask({ url: '/api/v1/counters', headers: { cookie } })).json().counters[
        'http.signInsRefused'
      ];
    const before = await count();
    await post('session', { user, password: 'wrong' });
    expect(await count()).toBe(before + 1);
  });
});
