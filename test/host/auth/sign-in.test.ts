import { Secret, TOTP } from 'otpauth';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Auth, openAuth } from '../../../host/auth/auth.ts';
import { Store } from '../../../host/store/store.ts';

const minuteMs = 60_000;
const clock = { nowMs: Date.UTC(2026, 10, 21, 12) };
const password = 'a long enough password';
const home = '192.0.2.1';
let store: Store;
let auth: Auth;

const open = () =>
  openAuth(store, {
    nowMs: () => clock.nowMs,
    passwordCost: { memoryCost: 8, timeCost: 1, parallelism: 1 },
  });

beforeAll(async () => {
  store = await Store.open({ zone: 'UTC' });
});
beforeEach(async () => {
  await open();
  for (const table of ['account', 'account_right', 'session', 'session_origin', 'second_factor'])
    await store.run(`DELETE FROM ${table}`);
  auth = await open();
  await auth.accounts.create('ada', password, { '*': 'admin' });
});
afterAll(() => store.close());

const states = async (tries: readonly { password: string; address: string; user?: string }[]) => {
  const found: string[] = [];
  for (const tried of tries) found.push((await auth.signIn.check({ user: 'ada', ...tried })).state);
  return found;
};
const guesses = (count: number, address: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => ({ password: `guess ${index}`, address: address(index) }));

describe('wrong tries', () => {
  it('are five of an account in five minutes, from all strangers together, also when all come at once', async () => {
    const before = auth.passwords.made;
    const outcomes = await Promise.all(
      guesses(30, index => `198.51.100.${index}`).map(tried => auth.signIn.check({ user: 'ada', ...tried })),
    );
    expect(outcomes.filter(({ state }) => state === 'wrong')).toHaveLength(5);
    expect(outcomes.filter(({ state }) => state === 'throttled')).toHaveLength(25);
    expect(auth.passwords.made - before).toBe(5);
    clock.nowMs += 5 * minuteMs - 1;
    expect(await states(guesses(1, () => '203.0.113.1'))).toEqual(['throttled']);
    clock.nowMs += 1;
    expect(await states(guesses(6, index => `203.0.113.${index}`))).toEqual([
      ...Array(5).fill('wrong'),
      'throttled',
    ]);
  });

  it('of names that are not there are counted, checked and refused alike', async () => {
    const found: string[][] = [];
    const made: number[] = [];
    for (const user of ['ada', 'nobody']) {
      const before = auth.passwords.made;
      found.push(
        await states(
          guesses(8, index => `198.51.${user.length}.${index}`).map(tried => ({ ...tried, user })),
        ),
      );
      made.push(auth.passwords.made - before);
    }
    expect(found[0]).toEqual(found[1]);
    expect(made).toEqual([5, 5]);
  });

  it('stay counted when the owner signs in between', async () => {
    await states(guesses(4, index => `198.51.100.${index}`));
    expect(await states([{ password, address: home }])).toEqual(['right']);
    expect(await states(guesses(3, index => `203.0.113.${index}`))).toEqual([
      'wrong',
      'throttled',
      'throttled',
    ]);
  });

  it('do not count where the host was too busy to look', async () => {
    const outcomes = await Promise.allSettled(
      Array.from({ length: 60 }, (_, index) =>
        auth.signIn.check({ user: `name${index}`, password, address: `198.51.100.${index}` }),
      ),
    );
    const busy = outcomes.flatMap(({ status }, index) => (status === 'rejected' ? [index] : []));
    expect(busy.length).toBeGreaterThan(0);
    const [index = 0] = busy;
    const again = guesses(6, () => `198.51.100.${index}`).map(tried => ({ ...tried, user: `name${index}` }));
    expect(await states(again)).toEqual([...Array(5).fill('wrong'), 'throttled']);
  });
});

describe('an owner whose name strangers try for ever', () => {
  it('comes in from where they came in before, and has tries of their own there; from elsewhere they wait', async () => {
    await states([{ password, address: home }]);
    for (let round = 0; round < 52; round++) {
      await states(guesses(6, index => `198.51.${round}.${index}`));
      clock.nowMs += minuteMs;
    }
    expect(await states([{ password, address: '203.0.113.9' }])).toEqual(['throttled']);
    expect(
      await states([
        { password: 'mistyped', address: home },
        { password, address: home },
      ]),
    ).toEqual(['wrong', 'right']);
  });

  it('does so after a restart of the host, as long as a session from there stands', async () => {
    await auth.sessions.begin('ada', { address: home, agent: '' });
    auth = await open();
    await states(guesses(5, index => `198.51.100.${index}`));
    expect(await states([{ password, address: home }])).toEqual(['right']);
  });

  it('is known at five addresses, the latest, for 30 days', async () => {
    for (let index = 0; index < 6; index++) await states([{ password, address: `192.0.2.${index}` }]);
    expect(auth.signIn.known.has('ada', '192.0.2.0')).toBe(false);
    expect(auth.signIn.known.has('ada', '192.0.2.5')).toBe(true);
    expect(auth.signIn.known.has('eve', '192.0.2.5')).toBe(false);
    clock.nowMs += 30 * 24 * 60 * minuteMs;
    expect(auth.signIn.known.has('ada', '192.0.2.5')).toBe(false);
  });
});

describe('a second factor', () => {
  const shown = (secret: string) =>
    new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: clock.nowMs });
  const check = (tried: { password?: string; secondFactor?: string; address?: string }) =>
    auth.signIn.check({ user: 'ada', password, address: home, ...tried }).then(({ state }) => state);
  let secret: string;

  beforeEach(async () => {
    ({ secret } = auth.secondFactors.offer('ada'));
    await auth.secondFactors.accept('ada', shown(secret));
    clock.nowMs += 30_000;
  });

  it('is asked for once the password is right, and says nothing before', async () => {
    expect(await check({ password: 'wrong', secondFactor: shown(secret) })).toBe('wrong');
    expect(await check({ password: 'wrong' })).toBe('wrong');
    expect(await check({})).toBe('factorMissing');
    expect(await check({ secondFactor: '000000' })).toBe('factorWrong');
    // The wrong password beside it did not use it up.
    expect(await check({ secondFactor: shown(secret) })).toBe('right');
  });

  it('is guessed no quicker than a password, and no more than 20 times a day', async () => {
    let tried = 0;
    for (let minute = 0; minute < 12 * 60; minute++) {
      for (let index = 0; index < 6; index++)
        if (
          (await check({ secondFactor: `00000${index}`, address: `198.51.${minute % 250}.${index}` })) ===
          'factorWrong'
        )
          tried++;
      clock.nowMs += minuteMs;
      if (minute === 4) expect(tried).toBe(5);
    }
    expect(tried).toBe(20);
  });

  it('does not make who only has to type it a guesser', async () => {
    for (let index = 0; index < 12; index++) expect(await check({})).toBe('factorMissing');
    expect(await check({ secondFactor: shown(secret) })).toBe('right');
  });
});

it('a setup code is guessed ten times from an address, and does not help twice', async () => {
  await auth.removeAccount('ada').catch(() => {});
  const code = auth.setupCode.renew();
  const tries = await Promise.all(
    Array.from({ length: 12 }, () => auth.signIn.setUp('AAAA-BBBB-CCCC', 'eve', password, home)),
  );
  expect(tries.filter(({ state }) => state === 'wrong')).toHaveLength(10);
  expect((await auth.signIn.setUp(code, 'eve', password, '192.0.2.2')).state).toBe('right');
  expect((await auth.signIn.setUp(code, 'mallory', password, '192.0.2.2')).state).toBe('wrong');
  expect(auth.accounts.rolesOf('eve')).toEqual({ '*': 'admin' });
});
