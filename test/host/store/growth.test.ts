import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type CounterSlot, growthBetween, growthOf, roundTo } from '../../../host/store/growth.ts';

const reading = (endS: number, value: number): CounterSlot => ({
  firstEndS: endS,
  first: value,
  lastEndS: endS,
  last: value,
  inner: 0,
});

test('between bounds that were read exactly, growth is the difference of the readings', () => {
  expect(growthBetween([0, 10, 20], [reading(0, 100), reading(10, 107), reading(20, 120)])).toEqual([7, 13]);
});

test('growth over a gap is shared out by time, not heaped on the moment after it', () => {
  const growth = growthBetween([0, 100, 200, 300], [reading(50, 1000), reading(250, 1200)]);
  expect(growth).toEqual([50, 100, 50]);
});

test('a counter that begins again counts from its new reading and is never negative', () => {
  expect(growthOf(900, 12)).toBe(12);
  expect(growthBetween([0, 10, 20], [reading(0, 900), reading(10, 905), reading(20, 3)])).toEqual([5, 3]);
});

test('a counter that slips back a little, as after a power cut, is not counted all over again', () => {
  expect(growthOf(500_000, 499_999.5)).toBe(0);
  expect(
    growthBetween([0, 10, 20, 30], [reading(0, 900), reading(10, 905), reading(20, 903), reading(30, 910)]),
  ).toEqual([5, 0, 7]);
});

test('nothing is claimed before the first reading or after the last', () => {
  expect(growthBetween([0, 10, 20, 30], [reading(10, 500), reading(20, 510)])).toEqual([0, 10, 0]);
  expect(growthBetween([0, 10], [])).toEqual([0]);
  expect(growthBetween([], [])).toEqual([]);
});

test('whatever the bounds, growth adds up to what the readings say', () => {
  const steps = fc.array(fc.record({ s: fc.integer({ min: 1, max: 500 }), wh: fc.nat(1000) }), {
    minLength: 2,
    maxLength: 50,
  });
  const run = fc.property(
    steps,
    fc.array(fc.integer({ min: 1, max: 900 }), { maxLength: 60 }),
    (given, widths) => {
      let [s, wh] = [0, 5000];
      const readings = given.map(step => {
        s += step.s;
        wh += step.wh;
        return reading(s, wh);
      });
      const bounds = [0];
      for (const width of widths) bounds.push((bounds.at(-1) as number) + width);
      bounds.push(Math.max(s, bounds.at(-1) as number) + 1);
      const growth = growthBetween(bounds, readings);
      const total = (readings.at(-1) as CounterSlot).last - (readings[0] as CounterSlot).first;
      expect(growth.every(part => part >= 0)).toBe(true);
      expect(
        roundTo(
          4,
          growth.reduce((sum, part) => sum + part, 0),
        ),
      ).toBe(total);
    },
  );
  fc.assert(run, { numRuns: 300 });
});
