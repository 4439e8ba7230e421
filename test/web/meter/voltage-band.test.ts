import { expect, test } from 'vitest';
import { nominalOf, voltageBand, voltageSpan } from '../../../web/meter/voltage-band.ts';

const fiveMs = 300_000;
const columns = (means: readonly (number | null)[], coverage: readonly number[] = means.map(() => 1)) => ({
  bucketMs: fiveMs,
  startMs: means.map((_, index) => index * fiveMs),
  mean: [...means],
  min: means.map(mean => (mean === null ? null : mean - 2)),
  max: means.map(mean => (mean === null ? null : mean + 3)),
  coverage: [...coverage],
});
const all = (count: number) => ({ fromMs: 0, toMs: count * fiveMs });

test('voltages belong to the nominal voltage of a public grid, or to none', () => {
  expect([231, 222, 242, 118, 401, 12.3, 48, 60].map(nominalOf)).toEqual([
    230,
    230,
    230,
    120,
    400,
    null,
    null,
    null,
  ]);
});

test('means of ten minutes are judged, not shorter dips', () => {
  // 200 V and 214 V: the mean of ten minutes is right at the edge of 207 V.
  expect(voltageBand(columns([230, 230, 200, 214]), all(4))).toMatchObject({
    nominalV: 230,
    means: 2,
    within: 2,
    meanMs: 600_000,
    isKept: true,
  });
  expect(voltageBand(columns([230, 230, 200, 213]), all(4))).toMatchObject({ within: 1, isKept: false });
});

test('one mean in twenty may be outside, but none beyond +10 % and −15 %', () => {
  const with19 = (odd: number) => columns([...Array.from({ length: 38 }, () => 230), odd, odd]);
  expect(voltageBand(with19(200), all(40))).toMatchObject({ within: 19, means: 20, isKept: true });
  expect(voltageBand(with19(190), all(40))).toMatchObject({ within: 19, isKept: false });
  expect(voltageBand(with19(254), all(40))).toMatchObject({ within: 19, isKept: false });
});

test('ten minutes of which less than half was measured are not judged', () => {
  expect(voltageBand(columns([230, null, 180, 230], [0.9, 0, 1, 1]), all(4))).toMatchObject({
    means: 1,
    within: 0,
  });
  expect(voltageBand(columns([null, null]), all(2))).toBeNull();
  expect(voltageBand(columns([12, 12]), all(2))).toBeNull();
});

test('a span tells lowest, mean and highest of what was measured, and how much that was', () => {
  expect(
    voltageSpan(columns([230, null, 240, 250], [1, 0, 0.5, 1]), { fromMs: 0, toMs: 3 * fiveMs }),
  ).toEqual({
    low: 228,
    mean: (230 + 240 * 0.5) / 1.5,
    high: 243,
    coverage: 0.5,
  });
  expect(voltageSpan(columns([230]), { fromMs: fiveMs, toMs: 2 * fiveMs })).toBeNull();
});
