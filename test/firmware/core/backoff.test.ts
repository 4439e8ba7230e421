import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Backoff } from '#core/backoff.ts';

describe('back-off', () => {
  it('doubles from the first wait to the longest and stays there', () => {
    const backoff = new Backoff(1000, 60_000, () => 0.999_999_999);
    const waitsMs = Array.from({ length: 9 }, () => Math.round(backoff.next()));
    expect(waitsMs).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000]);
  });

  it('spreads every wait over the upper half of its step', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 0.999, noNaN: true }), fc.nat(20), (unit, tries) => {
        const backoff = new Backoff(1000, 60_000, () => unit);
        for (let index = 0; index < tries; index++) backoff.next();
        const stepMs = Math.min(1000 * 2 ** tries, 60_000);
        const waitMs = backoff.next();
        expect(waitMs).toBeGreaterThanOrEqual(stepMs / 2);
        expect(waitMs).toBeLessThanOrEqual(stepMs);
      }),
    );
  });

  it('starts anew after a success', () => {
    const backoff = new Backoff(1000, 60_000, () => 0);
    backoff.next();
    backoff.next();
    backoff.reset();
    expect(backoff.next()).toBe(500);
  });
});
