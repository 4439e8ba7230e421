import { expect, test } from 'vitest';
import { quantities, quantityIds } from '#core/quantities.ts';
import { counterRule } from '../../../host/counters/counter-rule.ts';
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
  expect(steps.rollovers.slice(0, 3)).toEqual([1e11, 1e12, 2_147_483_648_000]);
});

test('a display of five digits of kWh, a register of 32 bits of Wh: both go on behind their end', () => {
  const rule = counterRule('energyImportWh', { largest: 5000 });
  for (const size of [1e8, 2 ** 32]) {
    const readings = [-20, -10, 0, 10, 20, 30].map((wh, index) => ({
      endS: 10 * index + 10,
      value: (size + wh) % size,
      windowS: 10,
    }));
    const history = growthsOf(readings, rule);
    expect([totalOf(history), kindsOf(history)]).toEqual([50, ['rollover']]);
  }
});
