import { Secret, TOTP } from 'otpauth';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  cookieOf,
  type HostUnderTest,
  password,
  signInFirst,
  startHostUnderTest,
} from './host-under-test.ts';
import { type Person, personWith } from './signed-in.ts';

let host: HostUnderTest;
let ada: Person;
let number = 0;
/** A person of each test's own. */
let user: string;
let eve: Person;

const signIn = async (secret = password, more: object = {}, headers: Record<string, string> = {}) =>
  host.ask({
    method: 'POST',
    url: '/api/v1/session',
    body: { user, password: secret, ...more },
    headers,
    remoteAddress: '192.0.2.7',
  });
const entered = async (secret = password, more: object = {}) =>
  personWith(host, { cookie: cookieOf(await signIn(secret, more)) });
const isIn = async (person: Person) => (await person.ask('GET', '/api/v1/session')).statusCode === 200;
const shown = (secret: string) =>
  new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: host.clock.nowMs });

beforeAll(async () => {
  host = await startHostUnderTest();
  ada = personWith(host, { cookie: await signInFirst(host) });
});
beforeEach(async () => {
  // Tries of the test before are over by then.
  host.clock.nowMs += 10 * 60_000;
  user = `eve${number++}`;
  await host.auth.accounts.create(user, password, { '*': 'viewer' });
  eve = await entered();
});
afterAll(() => host.close());

describe('one’s own sessions', () => {
  it('are listed with where they came from, the newest first, and never with what signs in', async () => {
    host.clock.nowMs += 1000;
    const agent = 'Mozilla/5.0 (X11) Firefox/140.0';
    const phone = await signIn(password, {}, { 'user-agent': agent });
    const response = await eve.ask('GET', '/api/v1/account/sessions');
    const [newest, first] = response.json();
    expect(newest).toMatchObject({ address: '192.0.2.7', agent, isThis: false, createdMs: host.clock.nowMs });
    expect(first).toMatchObject({ isThis: true, createdMs: host.clock.nowMs - 1000 });
    expect(newest.id).toMatch(/^[0-9a-f]{16}$/);
    expect(response.body).not.toContain(cookieOf(phone).split('=')[1]);
  });

  it('are ended one by one, and all others at once', async () => {
    const [second, third] = [await entered(), await entered()];
    const [newest] = (await eve.ask('GET', '/api/v1/account/sessions')).json();
    expect((await eve.ask('DELETE', `/api/v1/account/sessions/${newest.id}`)).statusCode).toBe(204);
    expect([await isIn(eve), await isIn(second), await isIn(third)]).toEqual([true, true, false]);
    expect((await eve.ask('DELETE', '/api/v1/account/sessions')).statusCode).toBe(204);
    expect([await isIn(eve), await isIn(second)]).toEqual([true, false]);
  });

  it('of others are not there', async () => {
    const [own] = (await ada.ask('GET', '/api/v1/account/sessions')).json();
    const refused = await eve.ask('DELETE', `/api/v1/account/sessions/${own.id}`);
    expect([refused.statusCode, refused.json().code]).toEqual([404, 'session.unknown']);
    expect(await isIn(ada)).toBe(true);
  });
});

describe('one’s own password', () => {
  const change = (body: object, who = eve) => who.ask('PUT', '/api/v1/account/password', body);

  it('is changed by who knows it, and ends the other sessions', async () => {
    const other = await entered();
    const changed = await change({ password, newPassword: 'lantern rabbit coffee' });
    expect(changed.statusCode).toBe(204);
    expect([await isIn(eve), await isIn(other)]).toEqual([true, false]);
    expect((await signIn()).statusCode).toBe(401);
    expect((await signIn('lantern rabbit coffee')).statusCode).toBe(201);
  });

  it('is not changed without the old one, which is not to be guessed here either', async () => {
    const codes: string[] = [];
    for (let index = 0; index < 7; index++)
      codes.push(
        (await change({ password: `guess ${index}`, newPassword: 'lantern rabbit coffee' })).json().code,
      );
    expect(codes).toEqual([...Array(5).fill('account.wrongPassword'), 'signIn.tooMany', 'signIn.tooMany']);
    expect(await isIn(eve)).toBe(true);
  });

  it.each([
    ['password1234', 'password.common'],
    ['a long enough password', 'password.same'],
    ['short', 'request.invalid'],
  ])('does not become %s', async (newPassword, code) => {
    const refused = await change({ password, newPassword });
    expect(refused.json()).toMatchObject({ code, field: 'newPassword' });
  });
});

describe('a second factor', () => {
  const path = '/api/v1/account/second-factor';
  const turnOn = async () => {
    const { secret, link } = (await eve.ask('POST', path, { password })).json();
    const { codes } = (await eve.ask('PUT', path, { password, code: shown(secret) })).json();
    host.clock.nowMs += 30_000;
    return { secret, link, codes };
  };

  it('is offered, proven, asked for at each sign-in, and taken off again by who knows the password', async () => {
    const other = await entered();
    const { secret, link, codes } = await turnOn();
    expect(link).toContain(`otpauth://totp/Joulegate:${user}`);
    expect(codes).toHaveLength(10);
    expect([await isIn(eve), await isIn(other)]).toEqual([true, false]);

    const asked = await signIn();
    expect([asked.statusCode, asked.json().code]).toEqual([401, 'signIn.secondFactor']);
    expect(asked.cookies).toEqual([]);
    const wrong = await signIn(password, { secondFactor: '000000' });
    expect([wrong.statusCode, wrong.json().code]).toEqual([401, 'signIn.wrongSecondFactor']);
    const code = shown(secret);
    const both = await Promise.all([
      signIn(password, { secondFactor: code }),
      signIn(password, { secondFactor: code }),
    ]);
    expect(both.map(({ statusCode }) => statusCode).sort()).toEqual([201, 401]);
    expect((await signIn(password, { secondFactor: codes[0] })).json()).toMatchObject({
      hasSecondFactor: true,
    });
    expect((await signIn(password, { secondFactor: codes[0] })).statusCode).toBe(401);

    expect((await eve.ask('POST', `${path}/off`, { password: 'wrong' })).json().code).toBe(
      'account.wrongPassword',
    );
    expect((await eve.ask('POST', `${path}/off`, { password })).statusCode).toBe(204);
    expect((await signIn()).statusCode).toBe(201);
  });

  it('says nothing before the password is right: the same bytes with code, without, and for nobody', async () => {
    const { secret } = await turnOn();
    const answers = [
      await signIn('wrong', { secondFactor: shown(secret) }),
      await signIn('wrong'),
      await host.ask({ method: 'POST', url: '/api/v1/session', body: { user: 'nobody', password: 'wrong' } }),
    ];
    expect(new Set(answers.map(({ statusCode, body }) => `${statusCode} ${body}`)).size).toBe(1);
  });

  it('is not on before a code came back, and not without an offer', async () => {
    expect((await eve.ask('PUT', path, { password, code: '123456' })).json().code).toBe(
      'secondFactor.noOffer',
    );
    await eve.ask('POST', path, { password });
    expect((await eve.ask('PUT', path, { password, code: '000000' })).json().code).toBe(
      'secondFactor.wrongCode',
    );
    expect((await eve.ask('PUT', path, { password: 'wrong', code: '000000' })).json().code).toBe(
      'account.wrongPassword',
    );
    expect((await eve.ask('POST', path, { password: 'wrong' })).json().code).toBe('account.wrongPassword');
    expect((await signIn()).statusCode).toBe(201);
  });

  it('that is lost is taken off by an admin', async () => {
    await turnOn();
    const changed = await ada.ask('PATCH', `/api/v1/accounts/${user}`, { hasSecondFactor: false });
    expect(changed.json()).toMatchObject({ hasSecondFactor: false });
    expect((await signIn()).statusCode).toBe(201);
  });

  it('leaves no secret in the audit log', async () => {
    const { secret, codes } = await turnOn();
    const { body } = await ada.ask('GET', '/api/v1/audit?limit=500');
    for (const told of [secret, ...codes]) expect(body).not.toContain(told);
    expect(JSON.parse(body).entries[0]).toMatchObject({
      user,
      action: 'account.secondFactor',
      after: { hasSecondFactor: true },
    });
  });
});
