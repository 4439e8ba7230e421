import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  cookieOf,
  type HostUnderTest,
  password,
  signInFirst,
  startHostUnderTest,
  user,
} from './host-under-test.ts';

let host: HostUnderTest;

beforeEach(async () => {
  host = await startHostUnderTest();
});
afterEach(() => host.close());

const post = (url: string, body: object, headers: Record<string, string> = {}) =>
  host.ask({ method: 'POST', url, body, headers });

describe('set-up', () => {
  it('makes the first account by the code and signs in at once', async () => {
    expect((await host.ask({ url: '/api/v1/health' })).json()).toMatchObject({ status: 'ok', setUp: false });
    const cookie = await signInFirst(host);
    const session = await host.ask({ url: '/api/v1/session', headers: { cookie } });
    expect(session.json()).toEqual({ user, expiresMs: host.clock.nowMs + 7 * 86_400_000 });
    expect((await host.ask({ url: '/api/v1/health' })).json()).toMatchObject({ setUp: true });
  });

  it('refuses a wrong and an expired code, and says where to find the right one', async () => {
    const code = host.auth.setupCode.renew();
    const wrong = await post('/api/v1/setup', { code: 'AAAA-BBBB-CCCC', user, password });
    expect(wrong.statusCode).toBe(403);
    expect(wrong.json()).toMatchObject({ code: 'setup.wrongCode', field: 'code' });
    host.clock.nowMs += 15 * 60_000;
    expect((await post('/api/v1/setup', { code, user, password })).statusCode).toBe(403);
  });
});
