import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { SignInOutcome } from '../../host/auth/sign-in.ts';
import {
  type HostUnderTest,
  password,
  signInFirst,
  startHostUnderTest,
  user,
} from '../host/api/host-under-test.ts';

// The same through the whole API: `wires/guessing.test.ts`.
const minuteMs = 60_000;
const guesses = 10_000;
let host: HostUnderTest;

beforeAll(async () => {
  host = await startHostUnderTest();
  await signInFirst(host);
});
beforeEach(() => {
  // What was tried before is over by then.
  host.clock.nowMs += 24 * 60 * minuteMs;
});
afterAll(() => host.close());

/** 10,000 tries, one after the other, within so many minutes of the clock. */
async function guess(
  what: string,
  withinMinutes: number,
  one: (index: number) => Promise<SignInOutcome>,
): Promise<{ checked: number; refused: number; gotIn: number; hashes: number }> {
  const before = host.auth.passwords.made;
  const states: string[] = [];
  for (let index = 0; index < guesses; index++) {
    states.push((await one(index)).state);
    host.clock.nowMs += (withinMinutes * minuteMs) / guesses;
  }
  const count = (state: string) => states.filter(one => one === state).length;
  const tally = {
    checked: guesses - count('throttled'),
    refused: count('throttled'),
    gotIn: count('right'),
    hashes: host.auth.passwords.made - before,
  };
  console.info(
    `${guesses} guesses ${what}: ${tally.checked} checked, ${tally.refused} refused, ${tally.gotIn} got in`,
  );
  return tally;
}

const check = (name: string, index: number, address: string) =>
  host.auth.signIn.check({ user: name, password: `guess number ${index}`, address });

it('at one account from one address in 5 minutes: five are looked at', async () => {
  const tally = await guess('at one account from one address in 5 min', 4.9, index =>
    check(user, index, '198.51.100.1'),
  );
  expect(tally).toEqual({ checked: 5, refused: guesses - 5, gotIn: 0, hashes: 5 });
});

it('at 10,000 names from one address in 5 minutes: ten are looked at', async () => {
  const tally = await guess('at 10000 names from one address in 5 min', 4.9, index =>
    check(`name${index}`, index, '198.51.100.2'),
  );
  expect(tally).toEqual({ checked: 10, refused: guesses - 10, gotIn: 0, hashes: 10 });
});

it('at one account from 100 addresses in 5 minutes: five are looked at', async () => {
  const tally = await guess('at one account from 100 addresses in 5 min', 4.9, index =>
    check(user, index, `203.0.113.${index % 100}`),
  );
  expect(tally).toEqual({ checked: 5, refused: guesses - 5, gotIn: 0, hashes: 5 });
});

it('at one account from 100 addresses in a day: as many as five in 5 minutes, of millions that it would take', async () => {
  const tally = await guess('at one account from 100 addresses in a day', 24 * 60, index =>
    check(user, index, `203.0.113.${index % 100}`),
  );
  expect(tally.checked).toBeLessThanOrEqual(((24 * 60) / 5) * 5);
  expect(tally.gotIn).toBe(0);
});

it('at one account, each from another address, with as many made-up names between them: five are looked at', async () => {
  // What is kept of made-up names must not push out what is kept of the account.
  let madeUp = 0;
  const tally = await guess('at one account with 10000 made-up names between them', 4.9, async index => {
    await check(`made up ${index}`, index, `2001:db8:1:${index.toString(16)}::1`);
    madeUp++;
    return check(user, index, `2001:db8:2:${index.toString(16)}::1`);
  });
  expect(tally).toEqual({ checked: 5, refused: guesses - 5, gotIn: 0, hashes: madeUp + 5 });
});

it('of a setup code from one address: ten are looked at', async () => {
  host.auth.setupCode.renew();
  const tally = await guess('of the setup code from one address in 5 min', 4.9, index =>
    host.auth.signIn.setUp(index.toString(36).padStart(12, 'A'), 'eve', password, '198.51.100.3'),
  );
  expect(tally).toEqual({ checked: 10, refused: guesses - 10, gotIn: 0, hashes: 0 });
});

it('a name that is not there is answered with the same bytes, after as much work', async () => {
  const ask = async (name: string) => {
    const before = host.auth.passwords.made;
    const answer = await host.ask({
      method: 'POST',
      url: '/api/v1/session',
      body: { user: name, password: 'a password that is wrong' },
      remoteAddress: '198.51.100.4',
    });
    const { date: _date, ...headers } = answer.headers;
    return {
      status: answer.statusCode,
      body: answer.body,
      headers,
      hashes: host.auth.passwords.made - before,
    };
  };
  const known = await ask(user);
  const unknown = await ask('nobody');
  expect(known).toMatchObject({ status: 401, hashes: 1 });
  expect(unknown).toEqual(known);
});
