import { Secret, TOTP } from 'otpauth';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Seal, SecondFactors } from '../../../host/auth/second-factors.ts';
import { createAuthTables } from '../../../host/auth/tables.ts';
import { Secrets } from '../../../host/secrets/secrets.ts';
import { Store } from '../../../host/store/store.ts';

let store: Store;
let seal: Seal;
const clock = { nowMs: 0 };
const open = () => SecondFactors.open(store, seal, () => clock.nowMs);
/** What an app that was told the secret shows. */
const shownBy = (secret: string, timestamp = clock.nowMs) =>
  new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp });

beforeAll(async () => {
  store = await Store.open({ zone: 'UTC' });
  seal = await Secrets.open();
  await createAuthTables(store);
});
beforeEach(async () => {
  clock.nowMs = Date.UTC(2026, 10, 21, 12);
  await store.run('DELETE FROM second_factor');
});
afterAll(() => store.close());

async function withFactor(): Promise<{ factors: SecondFactors; secret: string; codes: readonly string[] }> {
  const factors = await open();
  const { secret } = factors.offer('ada');
  const codes = await factors.accept('ada', shownBy(secret));
  if (codes === undefined) throw new Error('the code was not taken');
  clock.nowMs += 30_000;
  return { factors, secret, codes };
}

describe('what is offered', () => {
  it('is 160 bits in a link that apps know, and counts only once a code of it came back', async () => {
    const factors = await open();
    const { link, secret } = factors.offer('ada lovelace');
    const url = new URL(link);
    expect(link).toMatch(/^otpauth:\/\/totp\/Joulegate:ada%20lovelace\?/);
    expect(url.searchParams.get('secret')).toBe(secret);
    expect(Secret.fromBase32(secret).bytes).toHaveLength(20);
    expect(factors.has('ada lovelace')).toBe(false);
    expect(await factors.accept('ada lovelace', '000000')).toBeUndefined();
    expect(factors.has('ada lovelace')).toBe(false);
    expect(await factors.accept('ada lovelace', shownBy(secret))).toHaveLength(10);
    expect(factors.has('ada lovelace')).toBe(true);
  });

  it('is over after 15 minutes, and when another was offered', async () => {
    const factors = await open();
    const first = factors.offer('ada').secret;
    const second = factors.offer('ada').secret;
    expect(await factors.accept('ada', shownBy(first))).toBeUndefined();
    clock.nowMs += 15 * 60_000;
    expect(factors.hasOffer('ada')).toBe(false);
    expect(await factors.accept('ada', shownBy(second))).toBeUndefined();
  });
});

describe('a code', () => {
  it('is good for its 30 s and the steps beside them, and no longer', async () => {
    const steps = [-2, -1, 0, 1, 2];
    const taken: boolean[] = [];
    for (const step of steps) {
      const { factors, secret } = await withFactor();
      clock.nowMs += 120_000;
      taken.push(await factors.check('ada', shownBy(secret, clock.nowMs + step * 30_000)));
    }
    expect(taken).toEqual([false, true, true, true, false]);
  });

  it('is good once: also for two who bring it at once, after a restart, and none that came before it', async () => {
    const { factors, secret } = await withFactor();
    const code = shownBy(secret);
    const before = shownBy(secret, clock.nowMs - 30_000);
    const both = await Promise.all([factors.check('ada', code), factors.check('ada', code)]);
    expect(both).toEqual([true, false]);
    expect(await factors.check('ada', code)).toBe(false);
    expect(await factors.check('ada', before)).toBe(false);
    expect(await (await open()).check('ada', code)).toBe(false);
    clock.nowMs += 30_000;
    expect(await (await open()).check('ada', shownBy(secret))).toBe(true);
  });

  it('that proved the app does not sign in, too', async () => {
    const factors = await open();
    const { secret } = factors.offer('ada');
    const code = shownBy(secret);
    await factors.accept('ada', code);
    expect(await factors.check('ada', code)).toBe(false);
  });

  it('of another account, of none, or of a wrong form is refused', async () => {
    const { factors, secret } = await withFactor();
    for (const code of ['', '12345', '1234567', 'abcdef', '１２３４５６', ' ', 'x'.repeat(32)])
      expect(await factors.check('ada', code), code).toBe(false);
    expect(await factors.check('eve', shownBy(secret))).toBe(false);
  });
});

describe('spare codes', () => {
  it('are ten, each good once, however it is typed, also after a restart', async () => {
    const { factors, codes } = await withFactor();
    expect(new Set(codes).size).toBe(10);
    const [first = '', second = ''] = codes;
    expect(first).toMatch(/^([2-9A-Z]{4}-){3}[2-9A-Z]{4}$/);
    expect(await factors.check('ada', first)).toBe(true);
    expect(await factors.check('ada', first)).toBe(false);
    const reopened = await open();
    expect(await reopened.check('ada', first)).toBe(false);
    expect(await reopened.check('ada', second.toLowerCase().replaceAll('-', ' '))).toBe(true);
  });

  it('and the secret are not to be read in the database, and are of no use to another account there', async () => {
    const { secret, codes } = await withFactor();
    const stored = JSON.stringify(await store.all('SELECT * FROM second_factor'));
    for (const told of [secret, ...codes, ...codes.map(code => code.replaceAll('-', ''))])
      expect(stored).not.toContain(told);
    await store.run("INSERT INTO second_factor SELECT 'eve', sealed, 0 FROM second_factor");
    const moved = await open();
    expect(moved.has('eve')).toBe(true);
    expect(await moved.check('eve', shownBy(secret))).toBe(false);
  });
});

it('with other secrets of the host no code is right, and nobody comes in without one', async () => {
  const { secret, codes } = await withFactor();
  const other = await SecondFactors.open(store, await Secrets.open(), () => clock.nowMs);
  expect(other.has('ada')).toBe(true);
  expect(await other.check('ada', shownBy(secret))).toBe(false);
  expect(await other.check('ada', codes[0] ?? '')).toBe(false);
});

it('taken off it is gone, from the database, too', async () => {
  const { factors } = await withFactor();
  await factors.remove('ada');
  expect(factors.has('ada')).toBe(false);
  expect((await open()).has('ada')).toBe(false);
});
