import fc from 'fast-check';
import { expect, test } from 'vitest';
import { spreadScaled } from '../../../host/corrections/spread-scaled.ts';
import { spread } from '../../../host/counters/spread.ts';

const growth = (fromS: number, toS: number, amount: number, isEstimated = false) => ({
  fromS,
  toS,
  amount,
  isEstimated,
});
const scale = (fromS: number, toS: number, factor: number) => ({
  fromS,
  toS,
  factor: { top: BigInt(Math.round(factor * 1e6)), bottom: 1_000_000n },
});

test('growth within a scale is taken times its factor, growth across its bound is shared out there', () => {
  const growths = [growth(0, 10, 100), growth(10, 30, 100, true), growth(30, 40, 100)];
  expect(spreadScaled([0, 10, 30, 40], growths, [scale(20, 35, 3)])).toEqual({
    amount: [100, 50 + 150, 150 + 50],
    estimated: [0, 200, 0],
  });
});

test('a bucket is rounded half up to a whole number, however large', () => {
  expect(spreadScaled([0, 10], [growth(0, 10, 1)], [scale(0, 10, 0.5)]).amount).toEqual([1]);
  expect(
    spreadScaled([0, 10], [growth(0, 10, 9_000_000_000_000_001)], [scale(0, 10, 0.999_999)]).amount,
  ).toEqual([8_999_991_000_000_001]);
});

test('a factor of 1 changes nothing, wherever its bounds are', () => {
  const bounds = [0, 60, 120, 300];
  const anyGrowths = fc
    .array(fc.tuple(fc.nat(60), fc.nat(1000), fc.boolean()), { maxLength: 20 })
    .map(list => {
      let atS = -20;
      return list.map(([lengthS, amount, isEstimated]) => {
        const fromS = atS;
        atS += lengthS + 1;
        return growth(fromS, atS, amount, isEstimated);
      });
    });
  fc.assert(
    fc.property(anyGrowths, fc.integer({ min: -10, max: 310 }), fc.nat(200), (growths, fromS, lengthS) => {
      const plain = spread(bounds, growths);
      expect(spreadScaled(bounds, growths, [scale(fromS, fromS + lengthS + 1, 1)])).toEqual(plain);
      expect(spreadScaled(bounds, growths, [])).toEqual(plain);
    }),
  );
});
