import { afterAll, beforeAll, expect, it } from 'vitest';
import { cookieOf, type HostUnderTest, password, startHostUnderTest, user } from './host-under-test.ts';

// One host, set up in the course of the file: the tests are in the order of its life.
let host: HostUnderTest;

beforeAll(async () => {
  host = await startHostUnderTest();
});
afterAll(() => host.close());

const setUp = (code: string, name = user, remoteAddress = '192.0.2.1') =>
  host.ask({ method: 'POST', url: '/api/v1/setup', body: { code, user: name, password }, remoteAddress });
const isSetUp = async () => (await host.ask({ url: '/api/v1/health' })).json().setUp;

it('a new host says that it wants to be set up, and signs nobody in', async () => {
  expect(await isSetUp()).toBe(false);
  const body = { user, password };
  expect((await host.ask({ method: 'POST', url: '/api/v1/session', body })).json().code).toBe('setup.needed');
});

it('a wrong and an expired code are refused, and told where the right one is', async () => {
  const code = host.auth.setupCode.renew();
  const wrong = await setUp('AAAA-BBBB-CCCC');
  expect(wrong.statusCode).toBe(403);
  expect(wrong.json()).toMatchObject({ code: 'setup.wrongCode', field: 'code' });
  expect(wrong.json().help).toContain('printed');
  host.clock.nowMs += 15 * 60_000;
  expect((await setUp(code)).statusCode).toBe(403);
  expect(await isSetUp()).toBe(false);
});

it('who guesses codes is stopped after ten tries, and nobody else is', async () => {
  for (let index = 0; index < 10; index++)
    expect((await setUp('AAAA', user, '192.0.2.9')).statusCode).toBe(403);
  const code = host.auth.setupCode.renew();
  expect((await setUp(code, user, '192.0.2.9')).statusCode).toBe(429);
  expect(await isSetUp()).toBe(false);
});

it('the code makes the first account and a session, once, also for two who come at once', async () => {
  const code = host.auth.setupCode.renew();
  const both = await Promise.all([setUp(code, 'ada', '192.0.2.2'), setUp(code, 'eve', '192.0.2.3')]);
  expect(both.map(({ statusCode }) => statusCode)).toEqual([201, 403]);
  const [made] = both;
  const session = await host.ask({ url: '/api/v1/session', headers: { cookie: cookieOf(made) } });
  expect(session.json()).toMatchObject({
    user: 'ada',
    roles: { '*': 'admin' },
    expiresMs: host.clock.nowMs + 7 * 86_400_000,
  });
  expect(await isSetUp()).toBe(true);
});

it('with an account there is no other set-up, not with a good code either', async () => {
  const again = await setUp(host.auth.setupCode.renew(), 'eve', '192.0.2.4');
  expect(again.statusCode).toBe(409);
  expect(again.json().code).toBe('setup.done');
});
