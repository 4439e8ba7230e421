import { expect, test } from 'vitest';
import { counterRule } from '#core/aggregate/counter-rule.ts';
import { quantities, quantityIds } from '#core/quantities.ts';
import { growthsOf } from '../../../host/counters/growths.ts';
import { kindsOf, totalOf } from './counter-readings.ts';

test('every counter of the vocabulary has a rule, and no gauge has one', () => {
  for (const quantity of quantityIds) {
    if (quantities[quantity].kind === 'gauge') {
      expect(() => counterRule(quantity)).toThrow(`${quantity} is no counter`);
    } else {
      const { maxPerS, rollovers } = counterRule(quantity);
      expect(maxPerS).toBeGreaterThan(0);
      expect(rollovers.every(size => size > 0 && size <= quantities[quantity].max)).toBe(true);
    }
  }
});

test('the bound is what the vocabulary holds for possible, and tighter where the largest power is known', () => {
  const wattsOf = (largest?: number) =>
    Math.round(counterRule('energyImportWh', largest === undefined ? {} : { largest }).maxPerS * 3600);
  expect([wattsOf(), wattsOf(0), wattsOf(9000), wattsOf(40_000), wattsOf(9e7)]).toEqual([
    1e8, 50_000, 50_000, 160_000, 1e8,
  ]);
  expect(counterRule('chargeAh', { largest: 10 }).maxPerS).toBe(200 / 3600);
});

test('a rule in whole steps is the rule in units, in finer numbers', () => {
  const units = counterRule('energyImportWh', { largest: 40_000 });
  const steps = counterRule('energyImportWh', { largest: 40_000, stepsPerUnit: 10_000 });
  expect(steps.maxPerS).toBeCloseTo(units.maxPerS * 10_000, 6);
  expect(steps.rollovers.slice(0, 3)).toEqual([1e11, 655_360_000_000, 1e12]);
  expect(steps.smallRollovers).toEqual([655_360_000, 1e9, 6_553_600_000, 1e10, 65_536_000_000]);
});

test('displays of five and six digits with a decimal, registers of 16 and 32 bits: all go on behind their end', () => {
  const rule = counterRule('energyImportWh', { largest: 5000 });
  for (const size of [1e5, 1e6, 1e8, 1e9, 2 ** 16, 2 ** 16 * 100, 2 ** 32, 2 ** 32 * 10]) {
    const readings = [-20, -10, 0, 10, 20, 30].map((wh, index) => ({
      endS: 10 * index + 10,
      value: (size + wh) % size,
      windowS: 10,
    }));
    const history = growthsOf(readings, rule);
    expect([totalOf(history), kindsOf(history)]).toEqual([50, ['rollover']]);
  }
  // Short of the end of a small one by more than a thousandth: it was rather reset.
  const readings = [65_000, 65_010, 0, 10, 20, 30].map((value, index) => ({
    endS: 10 * index + 10,
    value,
    windowS: 10,
  }));
  expect(kindsOf(growthsOf(readings, rule))).toEqual(['reset']);
});
