import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AllRefused, sendDivided } from '../../../host/forward/divide.ts';
import type { ForwardWindow } from '../../../host/forward/window.ts';
import { DeliveryError } from '../../../host/notify/delivery-error.ts';

const windowOf = (n: number): ForwardWindow => ({
  site: 'home',
  gateway: 'attic',
  meter: `m${n % 3}`,
  startMs: n * 1000,
  windowS: 1,
  arrivedMs: n * 1000,
  values: {},
  missing: [],
});
const refusal = () => new DeliveryError('bad', { isFinal: true });
const unitOf = (seed: number) => () => {
  seed = (seed * 48_271) % 2_147_483_647;
  return seed / 2_147_483_647;
};

describe('what is refused whole is divided', () => {
  it('until all that can be taken is, whichever is bad, and only what is bad is refused', async () => {
    const cases = fc.record({
      count: fc.integer({ min: 1, max: 60 }),
      bad: fc.uniqueArray(fc.integer({ min: 0, max: 59 }), { maxLength: 12 }),
      seed: fc.integer({ min: 1, max: 2_000_000_000 }),
      flipAt: fc.integer({ min: 0, max: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(cases, async ({ count, bad, seed, flipAt }) => {
        const windows = Array.from({ length: count }, (_, n) => windowOf(n));
        const isBad = ({ startMs }: ForwardWindow) => bad.includes(startMs / 1000);
        const taken = new Set<ForwardWindow>();
        let tries = 0;
        const send = async (part: readonly ForwardWindow[]) => {
          // At first nothing is taken: the other side is set up while it is tried.
          if (tries++ < flipAt || part.some(isBad)) throw refusal();
          for (const window of part) taken.add(window);
          return { said: 'ok' };
        };
        const good = windows.filter(window => !isBad(window));
        const outcome = await sendDivided(windows, send, unitOf(seed)).catch((error: unknown) => error);
        if (outcome instanceof AllRefused) {
          // Nothing is refused for good then: all of it is tried again.
          expect(good.length === 0 || flipAt > 0).toBe(true);
          return;
        }
        expect(taken).toEqual(new Set(good));
        expect(outcome).toMatchObject({ refused: expect.any(Array) });
        const { refused } = outcome as { refused: ForwardWindow[] };
        expect(new Set(refused)).toEqual(new Set(windows.filter(isBad)));
      }),
      { numRuns: 200 },
    );
  });

  it('for some tries, where nothing at all is taken; another fault ends it at once', async () => {
    const windows = Array.from({ length: 500 }, (_, n) => windowOf(n));
    let tries = 0;
    const refusing = async () => {
      tries++;
      throw refusal();
    };
    await expect(sendDivided(windows, refusing, unitOf(1))).rejects.toThrow(AllRefused);
    expect(tries).toBe(40);
    const broken = async () => {
      tries++;
      throw new DeliveryError('no answer within 15 s');
    };
    await expect(sendDivided(windows, broken, unitOf(1))).rejects.toThrow('no answer');
    expect(tries).toBe(41);
  });
});
