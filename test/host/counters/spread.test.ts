import fc from 'fast-check';
import { expect, test } from 'vitest';
import { growthsOf } from '../../../host/counters/growths.ts';
import { spread } from '../../../host/counters/spread.ts';
import { anyReadings, anyRule, plainRule } from './counter-readings.ts';

const sum = (parts: readonly number[]) => parts.reduce((total, part) => total + part, 0);

test('what was used in a gap is shared out by time in whole steps and marked as estimated', () => {
  const gap = { fromS: 50, toS: 250, amount: 9, isEstimated: true };
  const sure = { fromS: 250, toS: 260, amount: 4, isEstimated: false };
  expect(spread([0, 100, 200, 300], [gap, sure])).toEqual({ amount: [2, 5, 6], estimated: [2, 5, 2] });
});

test('a share is a whole multiple of the step that is asked for', () => {
  const gap = { fromS: 0, toS: 40, amount: 10, isEstimated: false };
  expect(spread([0, 10, 20, 30, 40], [gap], 5).amount).toEqual([5, 0, 5, 0]);
  expect(spread([0, 10, 20, 30, 40], [gap], 0).amount).toEqual([2.5, 2.5, 2.5, 2.5]);
});

test('nothing is claimed outside the bounds, nor without any', () => {
  const growth = { fromS: 0, toS: 40, amount: 40, isEstimated: false };
  expect(spread([10, 20, 30], [growth]).amount).toEqual([10, 10]);
  expect(spread([50, 60], [growth]).amount).toEqual([0]);
  expect(spread([10], [growth])).toEqual({ amount: [], estimated: [] });
  expect(spread([], [growth])).toEqual({ amount: [], estimated: [] });
});

const widths = fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 40 });

const boundsOf = (given: readonly number[], untilS: number): number[] => {
  const bounds = [0];
  for (const width of given) bounds.push((bounds.at(-1) as number) + width);
  bounds.push(Math.max(untilS, bounds.at(-1) as number) + 1);
  return bounds;
};

test('a counter that only counts has grown by exactly last less first, in buckets of any length', () => {
  const steps = fc.array(fc.record({ s: fc.nat(500), growth: fc.nat(1000) }), {
    minLength: 1,
    maxLength: 50,
  });
  const run = fc.property(steps, widths, (given, lengths) => {
    let [endS, value] = [10, 5000];
    const readings = [{ endS, value, windowS: 10 }];
    for (const { s, growth } of given) {
      endS += s + 1;
      value += growth;
      readings.push({ endS, value, windowS: 10 });
    }
    const { growths } = growthsOf(readings, { ...plainRule, maxPerS: 1000 });
    const { amount, estimated } = spread(boundsOf(lengths, endS), growths);
    expect(sum(amount)).toBe(value - 5000);
    expect(sum(estimated)).toBe(sum(growths.map(growth => (growth.isEstimated ? growth.amount : 0))));
    expect(amount.every((part, index) => Number.isInteger(part) && part >= (estimated[index] ?? 0))).toBe(
      true,
    );
    expect(estimated.every(part => part >= 0)).toBe(true);
  });
  fc.assert(run, { numRuns: 300 });
});

test('a bucket is the same whatever is asked around it, and has what the finer ones in it have', () => {
  const run = fc.property(
    anyReadings,
    anyRule,
    widths,
    fc.nat(),
    fc.nat(),
    (readings, rule, lengths, one, two) => {
      const { growths } = growthsOf(readings, rule);
      const bounds = boundsOf(lengths, readings.at(-1)?.endS ?? 0);
      const fine = spread(bounds, growths);
      const [from, to] = [one % bounds.length, two % bounds.length].sort((a, b) => a - b) as [number, number];
      expect(spread(bounds.slice(from, to + 1), growths).amount).toEqual(fine.amount.slice(from, to));
      expect(spread(bounds, growths.toReversed())).toEqual(fine);
      const all = spread([bounds[from] ?? 0, bounds[to] ?? 0], growths);
      expect(all).toEqual({
        amount: [sum(fine.amount.slice(from, to))],
        estimated: [sum(fine.estimated.slice(from, to))],
      });
    },
  );
  fc.assert(run, { numRuns: 300 });
});
