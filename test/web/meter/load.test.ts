import { expect, test } from 'vitest';
import { civilClock } from '../../../web/meter/civil-time.ts';
import { baseLoad, durationCurve, meanDay, reachedFor, thinned } from '../../../web/meter/load-duration.ts';
import { joined, type Stretch, stretchesOf } from '../../../web/meter/quarter-hours.ts';
import { stepOf, weekMap } from '../../../web/meter/week-map.ts';

const hourMs = 3_600_000;
const quarterMs = 900_000;
/** A Monday, midnight in Berlin. */
const mondayMs = Date.UTC(2026, 10, 15, 23);
const berlin = 'Europe/Berlin';

const quarters = (
  fromMs: number,
  count: number,
  mean: (index: number) => number,
  measuredS = 900,
): Stretch[] =>
  Array.from({ length: count }, (_, index) => ({
    startMs: fromMs + index * quarterMs,
    endMs: fromMs + (index + 1) * quarterMs,
    mean: mean(index),
    measuredS,
  }));

test('buckets without a value are no stretches, whatever their coverage', () => {
  const columns = { bucketMs: quarterMs, startMs: [0, quarterMs, 2 * quarterMs], min: [], max: [] };
  const mean = [5, null, 7];
  expect(stretchesOf({ ...columns, mean, coverage: [1, 1, 0] })).toEqual([
    { startMs: 0, endMs: quarterMs, mean: 5, measuredS: 900 },
  ]);
});

test('joined means are weighted by the time measured', () => {
  const [half] = quarters(0, 1, () => 100, 450);
  const [, whole] = quarters(0, 2, () => 400);
  expect(joined([half as Stretch, whole as Stretch], hourMs)).toEqual([
    { startMs: 0, endMs: hourMs, mean: (100 * 450 + 400 * 900) / 1350, measuredS: 1350 },
  ]);
});

test('the week of the site is that of its zone, on both days of the year when clocks change', () => {
  const clock = civilClock(berlin);
  expect(clock(mondayMs)).toEqual({ weekday: 0, hour: 0, minute: 0 });
  expect(clock(Date.UTC(2026, 2, 29, 1))).toEqual({ weekday: 6, hour: 3, minute: 0 });
  expect(clock(Date.UTC(2026, 9, 25, 0, 30))).toEqual({ weekday: 6, hour: 2, minute: 30 });
  expect(clock(Date.UTC(2026, 9, 25, 1, 30))).toEqual({ weekday: 6, hour: 2, minute: 30 });
  expect(civilClock('Asia/Kathmandu')(0)).toEqual({ weekday: 3, hour: 5, minute: 30 });
});

test('the hour of the week that comes twice holds both, the one that is left out has no time', () => {
  const autumn = { fromMs: Date.UTC(2026, 9, 18, 22), toMs: Date.UTC(2026, 9, 25, 23) };
  const cells = weekMap([], autumn, berlin).cells;
  expect(cells[6]?.[2]).toEqual({ mean: null, measuredS: 0, elapsedS: 7200 });
  const spring = { fromMs: Date.UTC(2026, 2, 22, 23), toMs: Date.UTC(2026, 2, 29, 22) };
  expect(weekMap([], spring, berlin).cells[6]?.[2]?.elapsedS).toBe(0);
});

test('all that is measured is in the map once: its parts sum to the whole', () => {
  const stretches = quarters(mondayMs, 14 * 96, index => (index * 7919) % 1000, 600);
  const range = { fromMs: mondayMs, toMs: mondayMs + 14 * 24 * hourMs };
  const { cells, coverage } = weekMap(stretches, range, berlin);
  const sum = cells.flat().reduce((total, { mean, measuredS }) => total + (mean ?? 0) * measuredS, 0);
  expect(sum).toBeCloseTo(
    stretches.reduce((total, { mean, measuredS }) => total + mean * measuredS, 0),
    3,
  );
  expect(coverage).toBeCloseTo(600 / 900, 9);
  expect(cells.flat().every(({ elapsedS }) => elapsedS === 2 * 3600)).toBe(true);
});

test('hours that were never measured have no mean, not zero', () => {
  const { cells, low, high } = weekMap(
    quarters(mondayMs, 4, () => 40),
    { fromMs: mondayMs, toMs: mondayMs + 7 * 24 * hourMs },
    berlin,
  );
  expect(cells[0]?.[0]?.mean).toBe(40);
  expect(cells.flat().filter(({ mean }) => mean !== null)).toHaveLength(1);
  expect([low, high]).toEqual([40, 40]);
});

test('colours go from nothing to the strongest, feeding in on the other side', () => {
  expect(stepOf(0, { low: 0, high: 600 })).toBe(0);
  expect(stepOf(600, { low: 0, high: 600 })).toBe(6);
  expect(stepOf(-600, { low: -600, high: 300 })).toBe(-6);
  expect(stepOf(300, { low: -600, high: 300 })).toBe(3);
  expect(stepOf(1000, { low: 1000, high: 1100 })).toBeLessThan(stepOf(1100, { low: 1000, high: 1100 }));
  expect(stepOf(0, { low: 0, high: 0 })).toBe(0);
});

test('the duration curve falls from the highest to the lowest, and its area is the energy', () => {
  const stretches = quarters(0, 400, index => (index * 7919) % 1000);
  const curve = durationCurve(stretches);
  expect(curve[0]).toMatchObject({ percent: 0, mean: 999 });
  expect(curve.at(-1)?.percent).toBeCloseTo(100, 9);
  let area = 0;
  for (const [index, { percent, mean }] of curve.entries()) {
    const before = curve[index - 1];
    if (before === undefined) continue;
    expect(mean).toBeLessThanOrEqual(before.mean);
    area += (mean * (percent - before.percent)) / 100;
  }
  const whole = stretches.reduce((sum, { mean }) => sum + mean, 0) / 400;
  expect(area).toBeCloseTo(whole, 6);
  expect(thinned(curve, 50)).toHaveLength(50);
  expect(thinned(curve, 50).at(-1)).toEqual(curve.at(-1));
});

test('what was reached for a share of the time is read off the curve', () => {
  const curve = durationCurve(quarters(0, 10, index => 100 * index));
  expect([0, 10, 50, 95, 100].map(percent => reachedFor(curve, percent))).toEqual([900, 900, 500, 0, 0]);
  expect(reachedFor([], 5)).toBeNull();
});

test('the base load is of the nights, and of all hours where there are too few', () => {
  const nightly = quarters(mondayMs, 4 * 96, index => (index % 96 < 24 ? 80 : 900));
  expect(baseLoad(nightly, berlin)).toEqual({ mean: 80, of: 'nights', count: 96 });
  const daily = quarters(mondayMs, 2 * 96, index => (index % 96 < 24 ? 80 : 900));
  expect(baseLoad(daily, berlin)).toMatchObject({ mean: 80, of: 'all', count: 192 });
  expect(baseLoad(nightly.slice(0, 95), berlin)).toBeNull();
  // Feeding in at night hides what is used.
  expect(
    baseLoad(
      quarters(mondayMs, 4 * 96, () => -5),
      berlin,
    ),
  ).toBeNull();
});

test('one low quarter in twenty is no base', () => {
  const nights = quarters(mondayMs, 4 * 96, index => (index % 96 === 3 ? 10 : 80));
  expect(baseLoad(nights, berlin)?.mean).toBe(80);
});

test('a mean day has working days and weekends apart', () => {
  const week = quarters(mondayMs, 7 * 96, index => (index < 5 * 96 ? 100 : 300));
  const { workday, weekend } = meanDay(week, berlin);
  expect(new Set(workday)).toEqual(new Set([100]));
  expect(new Set(weekend)).toEqual(new Set([300]));
  expect(meanDay(week.slice(0, 96), berlin).weekend.every(mean => mean === null)).toBe(true);
});
