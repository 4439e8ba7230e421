import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { leastTimeoutMs, SlaveTimeout } from '#app/slave-timeout.ts';

describe("a slave's time-out", () => {
  it('is the one of the settings until something is known, and never more', () => {
    const timeout = new SlaveTimeout(300);
    expect(timeout.ms).toBe(300);
    timeout.missed();
    expect(timeout.ms).toBe(300);
    timeout.answered(2000);
    expect(timeout.ms).toBe(300);
  });

  it('comes down to what the slave needs, and no lower than timers can tell', () => {
    const quick = new SlaveTimeout(300);
    const slow = new SlaveTimeout(300);
    for (let count = 0; count < 50; count++) {
      quick.answered(0);
      slow.answered(60);
    }
    expect(quick.ms).toBe(leastTimeoutMs);
    expect(slow.ms).toBeGreaterThanOrEqual(100);
    expect(slow.ms).toBeLessThan(130);
  });

  it('grows with what varies', () => {
    const steady = new SlaveTimeout(1000);
    const restless = new SlaveTimeout(1000);
    for (let count = 0; count < 50; count++) {
      steady.answered(50);
      restless.answered(count % 2 === 0 ? 10 : 90);
    }
    expect(restless.ms).toBeGreaterThan(steady.ms * 1.5);
  });

  it('is doubled by each miss, so that a slave that became slow is heard again', () => {
    const timeout = new SlaveTimeout(300);
    for (let count = 0; count < 50; count++) timeout.answered(5);
    const before = timeout.ms;
    timeout.missed();
    expect(timeout.ms).toBe(before * 2);
    for (let count = 0; count < 10; count++) timeout.missed();
    expect(timeout.ms).toBe(300);
  });

  it('lies between 20 ms and the settings, whatever comes, and above the latency of a steady slave', () => {
    const step = fc.option(fc.double({ min: 0, max: 5000, noNaN: true }), { nil: undefined });
    fc.assert(
      fc.property(fc.integer({ min: 20, max: 10_000 }), fc.array(step), (mostMs, steps) => {
        const timeout = new SlaveTimeout(mostMs);
        for (const latencyMs of steps) {
          if (latencyMs === undefined) timeout.missed();
          else timeout.answered(latencyMs);
          expect(timeout.ms).toBeGreaterThanOrEqual(leastTimeoutMs);
          expect(timeout.ms).toBeLessThanOrEqual(mostMs);
        }
        const latencyMs = mostMs / 3;
        for (let count = 0; count < 60; count++) timeout.answered(latencyMs);
        expect(timeout.ms).toBeGreaterThanOrEqual(Math.min(latencyMs * 1.99, mostMs));
      }),
    );
  });
});
