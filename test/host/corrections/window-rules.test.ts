import { expect, test } from 'vitest';
import type { Correction } from '../../../host/corrections/types.ts';
import { isTurnedOver, windowRules } from '../../../host/corrections/window-rules.ts';

const base = { meter: 1, series: 1, factorMillionths: 1_000_000, offset: 0, before: 0, after: 0 } as const;
const scale = (id: number, fromS: number, toS: number, factor: number): Correction => ({
  ...base,
  id,
  kind: 'scale',
  fromS,
  toS,
  factorMillionths: factor * 1_000_000,
});
const exclude = (id: number, fromS: number, toS: number): Correction => ({
  ...base,
  id,
  kind: 'exclude',
  fromS,
  toS,
});

test('corrections that overlap are cut where one begins or ends, and are applied in order of their ids', () => {
  expect(windowRules([scale(2, 50, 150, 3), scale(1, 0, 100, 2)])).toEqual([
    { fromS: 0, toS: 50, isExcluded: false, steps: [{ factorMillionths: 2e6 }] },
    {
      fromS: 50,
      toS: 100,
      isExcluded: false,
      steps: [{ factorMillionths: 2e6 }, { factorMillionths: 3e6 }],
    },
    { fromS: 100, toS: 150, isExcluded: false, steps: [{ factorMillionths: 3e6 }] },
  ]);
});

test('what one excludes no other brings back, and between two of them nothing is said', () => {
  expect(windowRules([exclude(1, 0, 10), scale(2, 5, 10, 2), exclude(3, 20, 30)])).toEqual([
    { fromS: 0, toS: 5, isExcluded: true, steps: [] },
    { fromS: 5, toS: 10, isExcluded: true, steps: [] },
    { fromS: 20, toS: 30, isExcluded: true, steps: [] },
  ]);
});

test('an odd number of negative factors turns a window over', () => {
  const minus = { factorMillionths: -1 };
  const plus = { factorMillionths: 1 };
  expect(isTurnedOver([minus, { offset: -5 }, plus])).toBe(true);
  expect(isTurnedOver([minus, minus])).toBe(false);
});
