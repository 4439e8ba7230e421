import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type CounterRule, settlingS } from '#core/aggregate/counter-rule.ts';
import { isRise } from '#core/aggregate/counter-steps.ts';
import { growthsOf } from '../../../host/counters/growths.ts';
import { spread } from '../../../host/counters/spread.ts';
import type { Reading } from '../../../host/counters/types.ts';
import { anyReadings, anyRule, bySlots, eachTen, kindsOf, plainRule, totalOf } from './counter-readings.ts';

const outcome = (readings: readonly Reading[], rule = plainRule) => {
  const history = growthsOf(readings, rule);
  return [totalOf(history), kindsOf(history)];
};

const shuffled = <T>(list: readonly T[]) =>
  fc.shuffledSubarray([...list], { minLength: list.length, maxLength: list.length });

test('a counter that counts has grown by the last reading less the first', () => {
  expect(growthsOf(eachTen(50, 60, 60, 75), plainRule)).toEqual({
    growths: [
      { fromS: 10, toS: 20, amount: 10, isEstimated: false },
      { fromS: 30, toS: 40, amount: 15, isEstimated: false },
    ],
    events: [],
  });
  expect(growthsOf([], plainRule)).toEqual({ growths: [], events: [] });
  expect(growthsOf(eachTen(7), plainRule)).toEqual({ growths: [], events: [] });
});

test('one wrong reading, far down or far up, changes nothing', () => {
  expect(outcome(eachTen(1000, 1010, 0, 1030, 1040))).toEqual([40, ['glitch']]);
  expect(outcome(eachTen(1000, 1010, 4_000_000, 1030, 1040))).toEqual([40, ['glitch']]);
  expect(outcome(eachTen(1000, 1010, 0, 1020))).toEqual([20, ['glitch']]);
  // Three times the usual pace, but faster than any: no climb.
  expect(outcome(eachTen(800, 900, 1000, 760, 1010, 1020))).toEqual([220, ['glitch']]);
});

test('where the bound is wide, a leap back to the old height is a glitch all the same', () => {
  const wide = { ...plainRule, maxPerS: 1e6 };
  expect(outcome(eachTen(1000, 1010, 0, 1030, 1040), wide)).toEqual([40, ['glitch']]);
  expect(outcome(eachTen(50, 50, 0, 0, 0, 51, 52, 0, 53), wide)).toEqual([3, ['glitch', 'glitch']]);
});

test('the pace of a counter is what it had since the last oddity', () => {
  const wide = { ...plainRule, maxPerS: 1e6 };
  expect(outcome(eachTen(1000, 1400, 0, 1410, 600, 1420, 1430), wide)).toEqual([430, ['glitch', 'glitch']]);
});

test('several wrong readings, each different, are one glitch', () => {
  expect(growthsOf(eachTen(1000, 1010, 77_777, 3, 400, 1050, 1060), plainRule)).toEqual({
    growths: [
      { fromS: 10, toS: 20, amount: 10, isEstimated: false },
      { fromS: 20, toS: 60, amount: 40, isEstimated: true },
      { fromS: 60, toS: 70, amount: 10, isEstimated: false },
    ],
    events: [{ kind: 'glitch', fromS: 20, toS: 60, before: 1010, after: 77_777, amount: 40 }],
  });
});

test('a counter that trembles by a step counts no more than it rose', () => {
  expect(totalOf(growthsOf(eachTen(1000, 999, 1000, 999, 1001, 1000, 1001, 1001), plainRule))).toBe(1);
});

test('a glitch into which a counter slips back counts nothing, and no spike', () => {
  expect(outcome(eachTen(1000, 1010, 0, 1005, 1015, 1025))).toEqual([30, ['glitch']]);
});

test('a counter that begins again has used what it shows, as an estimate', () => {
  expect(growthsOf(eachTen(900, 910, 3, 13, 23, 33), plainRule)).toEqual({
    growths: [
      { fromS: 10, toS: 20, amount: 10, isEstimated: false },
      { fromS: 20, toS: 30, amount: 3, isEstimated: true },
      { fromS: 30, toS: 40, amount: 10, isEstimated: false },
      { fromS: 40, toS: 50, amount: 10, isEstimated: false },
      { fromS: 50, toS: 60, amount: 10, isEstimated: false },
    ],
    events: [{ kind: 'reset', fromS: 20, toS: 30, before: 910, after: 3, amount: 3 }],
  });
});

test('a counter that began at zero, began again soon and passed its height in steps is counted whole', () => {
  expect(outcome(eachTen(0, 1, 2, 3, 0, 1, 2, 3, 4))).toEqual([7, ['reset']]);
  expect(outcome(eachTen(0, 5, 9, 0, 4, 12, 16))).toEqual([25, ['reset']]);
});

test('a display that is full goes on from zero with nothing lost', () => {
  expect(growthsOf(eachTen(99_960, 99_980, 5, 25, 45, 65), plainRule).events).toEqual([
    { kind: 'rollover', fromS: 20, toS: 30, before: 99_980, after: 5, amount: 25 },
  ]);
  expect(outcome(eachTen(99_960, 99_980, 5, 25, 45, 65))).toEqual([105, ['rollover']]);
});

test('a display that was not full, or could not have been filled in the time, did not roll over', () => {
  expect(outcome(eachTen(98_000, 98_020, 5, 25, 45, 65))).toEqual([85, ['reset']]);
  expect(outcome(eachTen(99_100, 99_120, 5, 25, 45, 65))).toEqual([85, ['reset']]);
});

test('another meter in its place, higher or lower, is an event and no energy', () => {
  expect(outcome(eachTen(900, 910, 5_000_000, 5_000_010, 5_000_020, 5_000_030))).toEqual([40, ['swap']]);
  expect(outcome(eachTen(90_000, 90_010, 500, 510, 520, 530))).toEqual([40, ['swap']]);
});

test('a meter replaced by one that shows what could be is replaced in the gap, also where its number is known later', () => {
  // Away for a minute; the number comes with the second window of the new meter.
  const readings = [
    ...eachTen(900, 910, 920),
    ...[90, 100, 110].map((endS, index) => ({ endS, value: 1200 + 10 * index, windowS: 10 })),
  ];
  const rule = { ...plainRule, replaced: [{ fromS: 0, atS: 100 }] };
  expect(outcome(readings, { ...rule, replaced: [] })).toEqual([320, ['gap']]);
  expect(outcome(readings, rule)).toEqual([40, ['swap']]);
  // Without a gap it is just when the number was known, and an odd step tells more than a gap.
  expect(outcome(eachTen(900, 910, 920, 930, 940), { ...rule, replaced: [{ fromS: 0, atS: 40 }] })).toEqual([
    30,
    ['swap'],
  ]);
  const odd = readings.map(each => (each.endS > 90 ? { ...each, value: each.value + 5000 } : each));
  expect(outcome(odd, { ...rule, replaced: [{ fromS: 0, atS: 110 }] })).toEqual([310, ['gap', 'swap']]);
});

test('nonsense before another meter is left out as well', () => {
  expect(outcome(eachTen(900, 910, 7_777_777, 500, 510, 520, 530))).toEqual([40, ['glitch', 'swap']]);
});

test('a counter that slips back counts on from there', () => {
  expect(outcome(eachTen(1000, 1010, 960, 970, 980, 990, 1000, 1010, 1020))).toEqual([70, ['slip']]);
});

test('at the end of the data an odd reading counts only when enough agree with it', () => {
  expect(outcome(eachTen(900, 910, 0, 10, 20))).toEqual([10, []]);
  expect(outcome(eachTen(900, 910, 0, 10, 20, 30))).toEqual([40, ['reset']]);
  expect(outcome(eachTen(900, 910, 5_000_000))).toEqual([10, []]);
});

test('readings agree for long enough before an old line is given up', () => {
  const zeros = (count: number) => Array.from({ length: count }, () => 0);
  expect(outcome(eachTen(900, 910, ...zeros(6), 920, 930))).toEqual([30, ['glitch']]);
  expect(outcome(eachTen(900, 910, ...zeros(8), 920, 930))).toEqual([10, ['reset']]);
  expect(outcome(eachTen(900, 910, ...zeros(8), 920, 930, 940, 950))).toEqual([40, ['reset', 'swap']]);
});

test('a meter that shows its energy in leaps loses none of it', () => {
  const rule = { ...plainRule, maxPerS: 1, refreshS: 120 };
  const values = Array.from({ length: 60 }, (_, index) => 500 + 60 * Math.floor(index / 12));
  const history = growthsOf(eachTen(...values), rule);
  expect([totalOf(history), history.events]).toEqual([240, []]);
  expect(history.growths[1]).toEqual({ fromS: 130, toS: 250, amount: 60, isEstimated: true });
  // Also where it leaps again before it has been believed for long enough.
  expect(outcome(eachTen(...values), { ...rule, agreeingS: 600 })).toEqual([240, []]);
});

test('a step of the display may come all at once', () => {
  const rule = { ...plainRule, maxPerS: 1, grain: 100 };
  expect(outcome(eachTen(500, 500, 600, 600, 600, 700), rule)).toEqual([200, []]);
});

test('a hole is a gap when readings are further apart than two of their windows; a new length of window is none', () => {
  const read = (...pairs: [endS: number, windowS: number][]) =>
    pairs.map(([endS, windowS]) => ({ endS, windowS, value: 1000 + endS }));
  const isEstimated = (readings: Reading[]) =>
    growthsOf(readings, plainRule).growths.map(growth => growth.isEstimated);
  expect(isEstimated(read([100, 10], [120, 10], [150, 10]))).toEqual([false, true]);
  expect(isEstimated(read([100, 10], [900, 900], [910, 10], [970, 60]))).toEqual([false, false, false]);
  // Registers that are read each 5 s leave most windows of 1 s empty.
  expect(isEstimated(read([100, 1], [105, 1], [111, 1], [127, 1]))).toEqual([false, false, true]);
});

test('no order of arrival and no copy of a reading changes anything', () => {
  const run = fc.property(
    anyReadings.chain(readings =>
      fc.tuple(fc.constant(readings), shuffled([...readings, ...readings.slice(0, 3)])),
    ),
    anyRule,
    ([readings, mixed], rule) => {
      expect(growthsOf(mixed, rule)).toEqual(growthsOf(readings, rule));
    },
  );
  fc.assert(run, { numRuns: 100 });
});

test('whatever a counter does, growth is never negative, never too fast and never counted twice', () => {
  const run = fc.property(anyReadings, anyRule, (readings, rule) => {
    let untilS = 0;
    const wrong = growthsOf(readings, rule).growths.filter(({ fromS, toS, amount }) => {
      const isTrue = amount > 0 && amount <= mostIn(toS - fromS, rule) && fromS >= untilS;
      untilS = toS;
      return !isTrue;
    });
    expect(wrong).toEqual([]);
  });
  fc.assert(run, { numRuns: 300 });
});

/** What is ever counted in so many seconds. */
const mostIn = (seconds: number, { maxPerS, fastestPerS, grain, coarsestStep }: CounterRule): number =>
  (Math.max(maxPerS * seconds + grain, fastestPerS * seconds) + coarsestStep) * (1 + 1e-12);

const tooLow = fc.nat(8000);
const tooHigh = fc.integer({ min: 40_000, max: 1e9 });

/** A counter's true readings, and the same with some of them wrong, never more than three in a row. */
const spoiltReadings = (wrong: fc.Arbitrary<number>) =>
  fc
    .array(
      fc.record({
        growth: fc.nat(100),
        spoilt: fc.array(wrong, { maxLength: 3 }),
      }),
      { minLength: 6, maxLength: 20 },
    )
    .map(steps => {
      const good: Reading[] = [];
      const all: Reading[] = [];
      let [endS, value] = [0, 10_000];
      for (const { growth, spoilt } of steps) {
        // Three good ones between wrong ones: the counter is known by its readings.
        for (let index = 0; index < 3; index++) {
          endS += 10;
          value += growth;
          good.push({ endS, value, windowS: 10 });
          all.push({ endS, value, windowS: 10 });
        }
        if (endS >= steps.length * 30) continue;
        for (const value of spoilt) {
          endS += 10;
          all.push({ endS, value, windowS: 10 });
        }
      }
      return { good, all };
    });

test('a few wrong readings, down or up, at any time, change nothing', () => {
  let glitches = 0;
  const run = fc.property(spoiltReadings(fc.oneof(tooLow, tooHigh)), ({ good, all }) => {
    const history = growthsOf(all, plainRule);
    glitches += history.events.filter(({ kind }) => kind === 'glitch').length;
    expect(bySlots(all, 60, history).amount).toEqual(bySlots(all, 60, growthsOf(good, plainRule)).amount);
  });
  fc.assert(run, { numRuns: 100 });
  expect(glitches).toBeGreaterThan(100);
});

test('wrong readings that are too low change nothing even where any growth is believed', () => {
  const rule = { ...plainRule, maxPerS: 1e9 };
  const run = fc.property(spoiltReadings(tooLow), ({ good, all }) => {
    expect(totalOf(growthsOf(all, rule))).toBe(totalOf(growthsOf(good, rule)));
  });
  fc.assert(run, { numRuns: 100 });
});

test('a range that begins a settling time earlier has the growth that it has in the whole', () => {
  let compared = 0;
  const run = fc.property(anyReadings, anyRule, fc.nat(), (readings, rule, chance) => {
    const from = chance % readings.length;
    const settled = settledAt(readings, from, rule);
    if (settled === undefined) return;
    compared++;
    const bounds = [settled, settled + 50, settled + 200, 1e6];
    const part = spread(bounds, growthsOf(readings.slice(from), rule).growths);
    expect(part).toEqual(spread(bounds, growthsOf(readings, rule).growths));
  });
  fc.assert(run, { numRuns: 300 });
  expect(compared).toBeGreaterThan(60);
});

/** When all is settled for one that begins at a reading: after readings enough, and time enough, without an odd step. */
function settledAt(readings: readonly Reading[], from: number, rule: CounterRule): number | undefined {
  // Where another meter came is told by what was before, too.
  const firstS = readings[from]?.endS ?? 0;
  if (rule.replaced.some(({ fromS, atS }) => fromS < firstS && atS > firstS)) return undefined;
  let start = from;
  for (let index = from; index < readings.length; index++) {
    const [before, after] = [readings[index - 1], readings[index] as Reading];
    const isOdd =
      before !== undefined &&
      index > from &&
      !isRise(before.value, before.endS, after.value, after.endS, rule);
    if (isOdd) start = index;
    const startS = readings[start]?.endS ?? 0;
    if (index - start > rule.agreeing && after.endS - startS >= settlingS(rule)) return after.endS;
  }
  return undefined;
}
