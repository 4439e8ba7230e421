import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bucketsFor } from '../../../host/store/buckets.ts';

const hourMs = 3_600_000;

test('an hour of 10 s windows comes as it is, a year in longer buckets', () => {
  const fromMs = Date.UTC(2026, 0, 1);
  expect(bucketsFor(fromMs, fromMs + hourMs, 1000, 10).bucketS).toBe(10);
  expect(bucketsFor(fromMs, fromMs + 24 * hourMs, 1000, 10).bucketS).toBe(300);
  expect(bucketsFor(fromMs, fromMs + 365 * 24 * hourMs, 2000, 10).bucketS).toBe(6 * 3600);
});

test('buckets are never shorter than the windows they are made of', () => {
  expect(bucketsFor(0, hourMs, 10_000, 900).bucketS).toBe(900);
  expect(bucketsFor(0, hourMs, 10_000, 7).bucketS).toBe(7);
});

test('any range is covered by whole buckets and by no more of them than asked for', () => {
  const run = fc.property(
    fc.integer({ min: 0, max: 8.64e15 }),
    fc.integer({ min: 1, max: 1e12 }),
    fc.integer({ min: 1, max: 10_000 }),
    fc.integer({ min: 1, max: 900 }),
    (fromMs, lengthMs, points, windowS) => {
      const { bucketS, fromS, toS } = bucketsFor(fromMs, fromMs + lengthMs, points, windowS);
      expect(fromS % bucketS).toBe(0);
      expect(toS % bucketS).toBe(0);
      expect(fromS * 1000).toBeLessThanOrEqual(fromMs);
      expect(toS * 1000).toBeGreaterThanOrEqual(fromMs + lengthMs);
      expect((toS - fromS) / bucketS).toBeLessThanOrEqual(points);
      expect(bucketS).toBeGreaterThanOrEqual(windowS);
    },
  );
  fc.assert(run, { numRuns: 500 });
});
