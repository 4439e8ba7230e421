import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { rounds } from '../../faults/chance.ts';
import {
  type HostUnderTest,
  password,
  signInFirst,
  startHostUnderTest,
  user,
} from '../../host/api/host-under-test.ts';

const minuteMs = 60_000;
const guesses = rounds(1000, 10_000);
let host: HostUnderTest;
let cookie: string;

beforeAll(async () => {
  host = await startHostUnderTest();
  cookie = await signInFirst(host);
});
beforeEach(() => {
  // What was tried before is over by then.
  host.clock.nowMs += 60 * minuteMs;
});
afterAll(() => host.close());

const tryOnce = (name: string, secret: string, remoteAddress: string) =>
  host.ask({ method: 'POST', url: '/api/v1/session', body: { user: name, password: secret }, remoteAddress });
const isServed = async () =>
  (await host.ask({ url: '/api/v1/session', headers: { cookie } })).statusCode === 200;

/** Sends all guesses through the API within five minutes of its clock; the account's live session asks beside them. */
async function guess(what: string, addressOf: (index: number) => string) {
  const before = host.auth.passwords.made;
  const tally = { refused: 0, gotIn: 0, served: 0, notServed: 0 };
  for (let index = 0; index < guesses; index++) {
    const { statusCode } = await tryOnce(user, `guess number ${index}`, addressOf(index));
    if (statusCode === 201) tally.gotIn++;
    if (statusCode === 429) tally.refused++;
    if (index % (guesses / 100) === 0) (await isServed()) ? tally.served++ : tally.notServed++;
    host.clock.nowMs += (4.9 * minuteMs) / guesses;
  }
  const checked = host.auth.passwords.made - before;
  const { refused, gotIn, served, notServed } = tally;
  console.info(
    `${guesses} guesses ${what}: ${checked} checked, ${refused} refused, ${gotIn} got in; the live session was served ${served} times, ${notServed} times not`,
  );
  return { ...tally, checked };
}

it(`${guesses} guesses from one address: five are looked at, and who is signed in notices nothing`, async () => {
  const tally = await guess('from one address', () => '198.51.100.1');
  expect(tally).toEqual({ checked: 5, refused: guesses - 5, gotIn: 0, served: 100, notServed: 0 });
});

it(`${guesses} guesses from 100 addresses: five are looked at, and the owner comes in from home`, async () => {
  const tally = await guess('from 100 addresses', index => `203.0.113.${index % 100}`);
  expect(tally).toEqual({ checked: 5, refused: guesses - 5, gotIn: 0, served: 100, notServed: 0 });
  // Where the account was made, and from elsewhere.
  expect((await tryOnce(user, password, '127.0.0.1')).statusCode).toBe(201);
  expect((await tryOnce(user, password, '192.0.2.200')).statusCode).toBe(429);
});

it('2,000 that come at once from as many addresses wait in no long line', async () => {
  const before = host.auth.passwords.made;
  const crowd = 2000;
  const answers = await Promise.all(
    Array.from({ length: crowd }, (_, index) =>
      tryOnce(`name${index}`, `guess number ${index}`, `2001:db8:0:${index.toString(16)}::1`),
    ),
  );
  const count = (status: number) => answers.filter(({ statusCode }) => statusCode === status).length;
  const checked = host.auth.passwords.made - before;
  console.info(
    `${crowd} guesses at once from ${crowd} addresses: ${checked} checked, ${count(429)} refused, ${count(201)} got in`,
  );
  expect([count(201), count(401), count(401) + count(429)]).toEqual([0, checked, crowd]);
  expect(count(429)).toBeGreaterThan(crowd / 2);
  expect(await isServed()).toBe(true);
});
