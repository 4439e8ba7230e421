import { expect, test } from 'vitest';
import { brokenLine, heightOf, holesOf, scaleOf } from '../../../web/meter/scale.ts';

test('a scale has round lines, holds all there is, and zero', () => {
  expect(scaleOf(-3420, 11_200)).toEqual({
    from: -5000,
    to: 15_000,
    lines: [-5000, 0, 5000, 10_000, 15_000],
  });
  expect(scaleOf(120, 180).lines[0]).toBe(0);
  for (const [low, high] of [
    [0, 0],
    [-1, -0.5],
    [3, 3],
    [0.001, 0.002],
  ] as const) {
    const { from, to, lines } = scaleOf(low, high);
    expect([from <= Math.min(low, 0), to >= high, lines.includes(0), lines.length < 8]).toEqual([
      true,
      true,
      true,
      true,
    ]);
  }
});

test('heights run from the top', () => {
  const scale = scaleOf(0, 100);
  expect([heightOf(0, scale), heightOf(scale.to, scale)]).toEqual([100, 0]);
});

test('where a value is missing the line is broken, and the hole is told', () => {
  const scale = scaleOf(0, 100);
  expect(brokenLine([100, null, 100], scale).match(/M/g)).toHaveLength(2);
  expect(brokenLine([100, 50], scale).match(/M/g)).toHaveLength(1);
  expect(holesOf([1, null, null, 2])).toEqual([{ from: 25, to: 75 }]);
  expect(holesOf([1, 2])).toEqual([]);
  expect(brokenLine([null, null], scale)).toBe('');
});
