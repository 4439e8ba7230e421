import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decide } from '../../../host/ingest/sequence.ts';

test('records that follow the watermark are taken and move it', () => {
  expect(decide(10, { oldest: 11, first: 11, count: 3 })).toEqual({
    watermark: 13,
    lost: undefined,
    isOutOfOrder: false,
    duplicates: 0,
    taken: 3,
  });
});

test('records at or below the watermark are duplicates, those behind them are taken', () => {
  expect(decide(10, { oldest: 5, first: 9, count: 4 })).toMatchObject({
    watermark: 12,
    duplicates: 2,
    taken: 2,
  });
  expect(decide(10, { oldest: 1, first: 2, count: 3 })).toMatchObject({
    watermark: 10,
    duplicates: 3,
    taken: 0,
  });
});

test('a message past the watermark is refused whole while the gateway still has what lies between', () => {
  expect(decide(10, { oldest: 8, first: 13, count: 2 })).toMatchObject({
    watermark: 10,
    isOutOfOrder: true,
    taken: 0,
    lost: undefined,
  });
});

test('what the journal dropped is counted lost, and the rest goes on from there', () => {
  expect(decide(10, { oldest: 15, first: 15, count: 2 })).toMatchObject({
    watermark: 16,
    lost: { from: 11, to: 14 },
    taken: 2,
  });
  expect(decide(10, { oldest: 15, first: 20, count: 2 })).toMatchObject({
    watermark: 14,
    lost: { from: 11, to: 14 },
    isOutOfOrder: true,
  });
});

/** One message as a gateway would send it, in any order, and how far its journal has dropped by then. */
const delivery = fc.record({ first: fc.integer({ min: 1, max: 60 }), count: fc.integer({ min: 1, max: 8 }) });

test('shuffled, doubled, cut and overflowing deliveries take each record once or count it lost once', () => {
  const run = fc.property(
    fc.array(fc.record({ message: delivery, drop: fc.integer({ min: 0, max: 3 }) }), { maxLength: 80 }),
    steps => {
      const taken: number[] = [];
      const lost: number[] = [];
      let watermark = 0;
      let oldest = 1;
      const deliver = (first: number, count: number) => {
        const decision = decide(watermark, { oldest, first, count });
        for (let n = decision.lost?.from ?? 1; n <= (decision.lost?.to ?? 0); n++) lost.push(n);
        for (let n = first + decision.duplicates; n < first + decision.duplicates + decision.taken; n++)
          taken.push(n);
        expect(decision.watermark).toBeGreaterThanOrEqual(watermark);
        watermark = decision.watermark;
      };
      for (const { message, drop } of steps) {
        oldest = Math.min(oldest + drop, 60);
        deliver(Math.max(message.first, oldest), message.count);
        const accounted = [...taken, ...lost].sort((a, b) => a - b);
        expect(accounted).toEqual(Array.from({ length: watermark }, (_, index) => index + 1));
      }
      // The gateway sends again from the watermark: nothing it still has is missed.
      if (watermark < 100) deliver(Math.max(watermark + 1, oldest), 100 - Math.max(watermark, oldest - 1));
      expect(watermark).toBe(100);
      expect(new Set([...taken, ...lost]).size).toBe(100);
    },
  );
  fc.assert(run, { numRuns: 300 });
});
