import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { agreeingZeros, beginCounter, CounterGuard, mostOdd } from '#core/aggregate/counter-guard.ts';
import { counterRule, paceOf } from '#core/aggregate/counter-rule.ts';
import { Window } from '#core/aggregate/window.ts';
import type { QuantityId } from '#core/quantities.ts';
import { growthsOf } from '../../../../host/counters/growths.ts';
import type { CounterEvent, Reading } from '../../../../host/counters/types.ts';
import { anyReadings, totalOf } from '../../../host/counters/counter-readings.ts';

const quantity: QuantityId = 'energyImportWh';

interface Told {
  readonly atS: number;
  readonly what: string;
  readonly keptOut: number;
}

/** A guard in its window, as a meter has them; each reading is in a window of its own, which closes behind it. */
function setUp(largestW: number | undefined, windowS = 10) {
  const told: Told[] = [];
  const delivered = new Map<number, Reading>();
  let atS = 0;
  const guard = new CounterGuard(windowS, {
    happened: (_quantity, what, keptOut) => told.push({ atS, what, keptOut }),
    confirmed: (_quantity, { reading }) => delivered.set(reading.endS, reading),
  });
  const window = new Window(3000, 0, guard);
  for (let shown = 0; largestW !== undefined && shown < 2; shown++) window.sample('powerW', largestW, 0);
  const take = ({ endS, value, windowS: lengthS }: Reading) => {
    atS = endS;
    window.sample(quantity, value, endS * 1000);
    guard.closing(endS * 1000, id => window.has(id));
    for (const { quantity: id, ...rest } of window.close(endS * 1000).values) {
      if (id === quantity) delivered.set(endS, { endS, value: rest.last, windowS: lengthS });
    }
  };
  const outcome = () => [...delivered.values()].sort((one, other) => one.endS - other.endS);
  return { take, told, outcome, guard };
}

/** Readings each 10 s. */
const eachTen = (...values: number[]): Reading[] =>
  values.map((value, index) => ({ endS: 10 * (index + 1), value, windowS: 10 }));

function course(values: readonly number[], largestW?: number) {
  const { take, told, outcome } = setUp(largestW);
  for (const reading of eachTen(...values)) take(reading);
  return {
    delivered: outcome().map(({ value }) => value),
    told: told.map(({ what, keptOut }) => `${what} ${keptOut}`),
  };
}

const zeros = (length: number) => new Array<number>(length).fill(0);

describe('the guard of a counter', () => {
  test('takes what a counter shows that counts, and the first reading whatever it is', () => {
    expect(course([99_999, 99_999, 100_010, 100_020])).toEqual({
      delivered: [99_999, 99_999, 100_010, 100_020],
      told: [],
    });
  });

  test('keeps a glitch out: to zero, to nines, by a bit, in a row', () => {
    expect(course([1010, 0, 1020, 1021])).toEqual({ delivered: [1010, 1020, 1021], told: ['glitch 1'] });
    expect(course([1010, 9_999_900, 1011, 1012])).toEqual({
      delivered: [1010, 1011, 1012],
      told: ['glitch 1'],
    });
    for (let bit = 8; bit < 32; bit++) {
      const flipped = (100_000 ^ (1 << bit)) >>> 0;
      expect(course([99_990, flipped, 100_010, 100_020], 5000)).toEqual({
        delivered: [99_990, 100_010, 100_020],
        told: ['glitch 1'],
      });
    }
    expect(course([1010, 0, 0, 77_777_777, 3, 1020])).toEqual({
      delivered: [1010, 1020],
      told: ['glitch 4'],
    });
  });

  test('takes a reset, a roll-over, a slip and another meter with the fourth reading that agrees, and loses none', () => {
    for (const [name, values] of [
      ['reset', [5_000_000, 5_000_001, 0, 1, 1, 2, 3]],
      ['rollover', [65_535, 65_535, 2, 3, 3, 4, 5]],
      ['rollover', [999_999_900, 999_999_900, 200, 200, 300, 400]],
      ['rollover', [4_294_967_290, 4_294_967_290, 2, 3, 4, 5, 6]],
      ['slip', [5000, 5000, 4990, 4991, 4992, 4993]],
      ['swap', [5000, 5001, 7_000_000, 7_000_001, 7_000_002, 7_000_002, 7_000_003]],
      ['swap', [5_000_000, 5_000_001, 70_000, 70_000, 70_000, 70_000]],
    ] as const) {
      expect(course(values)).toEqual({ delivered: [...values], told: [`${name} 0`] });
    }
  });

  test('keeps zeros out until ten of them agree, and what comes back before was a glitch', () => {
    expect(course([5_000_000, ...zeros(9), 5_000_001, 5_000_002])).toEqual({
      delivered: [5_000_000, 5_000_001, 5_000_002],
      told: ['glitch 9'],
    });
    const reset = [5_000_000, ...zeros(10), 1, 1, 2];
    expect(course(reset)).toEqual({ delivered: reset, told: ['reset 0'] });
  });

  test('a plant of megawatts whose meter tells no power loses nothing, when it starts, stops and starts again', () => {
    const values: number[] = [];
    let value = 1_000_000;
    for (let at = 0; at < 200; at++) {
      // 10 s at 20 MW, more or less; pauses, and a tenth of it.
      if (at % 60 >= 20) value += at % 60 < 40 ? 50_000 + (at % 7) * 3000 : 500;
      values.push(value);
    }
    expect(course(values)).toEqual({ delivered: values, told: [] });
    const { events, growths } = growthsOf(eachTen(...values), {
      ...counterRule(quantity),
      ...paceOf(quantity, undefined),
    });
    expect([events, totalOf({ events, growths })]).toEqual([[], (values.at(-1) ?? 0) - 1_000_000]);
    expect(growths.every(({ isEstimated }) => !isEstimated)).toBe(true);
  });

  test('such a plant is believed again after a reset, a glitch and another meter, by gateway and host', () => {
    const rule = { ...counterRule(quantity), ...paceOf(quantity, undefined) };
    const runs = (...starts: number[]) =>
      starts.flatMap(start => Array.from({ length: 80 }, (_, at) => start + at * 50_000));
    const grown = 79 * 50_000;
    for (const [values, least] of [
      [runs(1e9, 0), 2 * grown],
      [runs(1e9, 7e8, 2e9), 3 * grown],
      // A glitch that a restart let through, or that came in by an import.
      [[...runs(1e9), 0, 3, ...runs(1e9 + grown + 150_000)], 2 * grown + 150_000],
      [[5, ...runs(1e9)], grown],
    ] as const) {
      const shown = growthsOf(eachTen(...values), rule);
      expect(totalOf(shown)).toBe(least);
      expect(
        shown.growths.every(({ amount, fromS, toS }) => amount <= rule.fastestPerS * (toS - fromS)),
      ).toBe(true);
      const passed = growthsOf(eachTen(...course(values).delivered), rule);
      expect(totalOf(passed)).toBeGreaterThanOrEqual(least - 50_000);
    }
  });

  test('a display in coarse steps that its plant moves by several at once counts on, up to what is possible', () => {
    for (const [step, powerW, seconds] of [
      [100_000, 90e6, 10],
      [1_000_000, 90e6, 60],
      [1000, 2e6, 1],
    ] as const) {
      const readings = Array.from({ length: 200 }, (_, at) => ({
        endS: at * seconds,
        value: 3e9 + Math.floor((at * seconds * powerW) / 3600 / step) * step,
        windowS: seconds,
      }));
      const whole = (readings.at(-1)?.value ?? 0) - 3e9;
      for (const largestW of [undefined, powerW]) {
        const rule = { ...counterRule(quantity), ...paceOf(quantity, largestW) };
        expect(totalOf(growthsOf(readings, rule))).toBeGreaterThanOrEqual(whole - 3 * step);
      }
    }
  });

  test('with its power unknown a leap is kept out as ever, and with its power known a fast run, too', () => {
    expect(course([1000, 1001, 500_000, 1002, 1003])).toEqual({
      delivered: [1000, 1001, 1002, 1003],
      told: ['glitch 1'],
    });
    const run = [1000, 1001, 60_000, 120_000, 180_000, 1002, 1003];
    expect(course(run)).toEqual({ delivered: [1000, 1001, 1002, 1003], told: ['glitch 3'] });
    const longer = [1000, 1001, 60_000, 120_000, 180_000, 240_000, 300_000, 1002, 1003];
    expect(course(longer, 5000)).toEqual({ delivered: [1000, 1001, 1002, 1003], told: ['glitch 5'] });
  });

  test('displays in MWh and in hundredths of them count on by their steps, whatever power is known', () => {
    for (const step of [1_000_000, 100_000, 10_000]) {
      const values = [41, 41, 41, 42, 42, 42, 43, 43, 43, 43].map(shown => shown * step);
      for (const largestW of [undefined, 3000]) {
        expect(course(values, largestW)).toEqual({ delivered: values, told: [] });
      }
      const { events, growths } = growthsOf(eachTen(...values), counterRule(quantity, { largest: 3000 }));
      expect([events, totalOf({ events, growths })]).toEqual([[], 2 * step]);
      // By as much, but not from one mark of such a display to the next.
      expect(course([41 * step + 7, 42 * step + 7, 41 * step + 8], 3000).told).toEqual(['glitch 1']);
    }
  });

  test('a display that moves in steps far above its power is not held for that', () => {
    const values = [1000, ...new Array<number>(20).fill(1000), 2000, 2000, 2000, 2000, 2000];
    expect(course(values, 3000)).toEqual({ delivered: values, told: [] });
    // In tenths of a kWh, read each second: full, and on.
    const { take, told, guard } = setUp(3000, 1);
    for (const [index, value] of [99_999_800, 99_999_800, 99_999_900, ...zeros(10)].entries())
      take({ endS: index + 1, value, windowS: 1 });
    expect([told.map(({ what }) => what), guard.isHolding]).toEqual([['rollover'], false]);
  });

  test('a glitch of the power opens no way for one of a counter', () => {
    for (const glitchW of [65e6, -90e6]) {
      const { take, told, outcome, guard } = setUp(3600);
      guard.power(glitchW);
      for (const reading of eachTen(5000, 5010, 25_020, 5030, 5040)) take(reading);
      expect([outcome().length, told.map(({ what }) => what)]).toEqual([4, ['glitch']]);
    }
    // What is shown again is no glitch.
    const { take, told, guard } = setUp(3600);
    for (const powerW of [2e6, 3600, 1.9e6]) guard.power(powerW);
    for (const reading of eachTen(5000, 15_000, 25_000, 25_010)) take(reading);
    expect(told).toEqual([]);
  });

  test('never holds a reading back for more than ten, whatever comes', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(4_000_000_000), { minLength: 1, maxLength: 200 }), values => {
        const { take, guard } = setUp(undefined);
        let held = 0;
        for (const reading of eachTen(...values)) {
          take(reading);
          held = guard.isHolding ? held + 1 : 0;
          expect(held).toBeLessThan(10);
        }
      }),
    );
  });

  test('after an outage of hours what a counter has grown meanwhile is no leap', () => {
    const { take, told, outcome } = setUp(undefined);
    take({ endS: 10, value: 1000, windowS: 10 });
    take({ endS: 50_000, value: 1_001_000, windowS: 10 });
    expect([outcome().length, told]).toEqual([2, []]);
  });

  test('another serial number is another meter at once: nothing is held, and what was held is taken', () => {
    const { take, told, outcome, guard } = setUp(undefined);
    const rows = { cells: new Float64Array(4), spans: new Float32Array(2) };
    beginCounter(rows, 0);
    expect(guard.take(rows, 0, quantity, 5000, 1000)).toBe(1);
    expect(guard.take(rows, 0, quantity, 10, 2000)).toBe(0);
    expect(guard.replaced(rows, 0, quantity)).toBe(1);
    expect([rows.cells[0], guard.isHolding]).toEqual([10, false]);
    expect(guard.replaced(rows, 0, quantity)).toBe(0);
    expect(guard.take(rows, 0, quantity, 9e9, 3000)).toBe(1);
    expect([told, outcome()]).toEqual([[], []]);
    take({ endS: 10, value: 1, windowS: 10 });
  });
});

describe('gateway and host', () => {
  const largestW = 3600;
  const hostRule = counterRule(quantity, { largest: largestW });
  /** Courses in steps of which some come too fast and some do not; no display that moves in whole tens or more. */
  const courses = fc.tuple(anyReadings, fc.constantFrom(1, 10, 139)).map(([readings, step]) =>
    readings.map(({ endS, value }) => ({
      endS,
      value: value * step + 0.5,
      windowS: readings[0]?.windowS ?? 10,
    })),
  );

  /** What a guard makes of a course; undefined where it had to give up holding. */
  function guarded(readings: readonly Reading[]) {
    const { take, told, outcome, guard } = setUp(largestW, readings[0]?.windowS);
    let held = 0;
    for (const reading of readings) {
      take(reading);
      held = guard.isHolding ? held + 1 : 0;
      if (held >= mostOdd - 2) return undefined;
    }
    return { told, delivered: outcome(), held };
  }

  test('give the same verdicts on the same course, with the same readings kept out', () => {
    let verdicts = 0;
    fc.assert(
      fc.property(courses, readings => {
        const made = guarded(readings);
        fc.pre(made !== undefined);
        const { events } = growthsOf(readings, { ...hostRule, agreeingS: 0, agreeingZeros });
        const expected = events
          .filter(({ kind }) => kind !== 'gap')
          .map(({ kind, fromS, toS }) => {
            const keptOut = readings.filter(({ endS }) => endS > fromS && endS < toS).length;
            return `${kind} ${kind === 'glitch' ? keptOut : 0}`;
          });
        expect(made.told.map(({ what, keptOut }) => `${what} ${keptOut}`)).toEqual(expected);
        verdicts += expected.length;
      }),
      { numRuns: 200 },
    );
    expect(verdicts).toBeGreaterThan(200);
  });

  test('the host counts the same energy of what is let through as of all that was shown, decided at once', () => {
    let keptOut = 0;
    fc.assert(
      fc.property(courses, readings => {
        const made = guarded(readings);
        fc.pre(made !== undefined && made.held === 0);
        const rule = { ...hostRule, agreeingS: 0, agreeingZeros };
        const whole = growthsOf(readings, rule);
        fc.pre(whole.events.every(event => isClear(event, readings)));
        expect(totalOf(growthsOf(made.delivered, rule))).toBe(totalOf(whole));
        keptOut += readings.length - made.delivered.length;
      }),
      { numRuns: 200 },
    );
    expect(keptOut).toBeGreaterThan(50);
  });

  test('and where it waits for ten minutes, too, if counters are odd no more often than that', () => {
    const kinds = new Map<string, number>();
    fc.assert(
      fc.property(fc.array(incident, { minLength: 1, maxLength: 4 }), incidents => {
        const readings = spaced(incidents);
        const made = guarded(readings);
        if (made === undefined) throw new Error('held for too long');
        const [whole, kept] = [growthsOf(readings, hostRule), growthsOf(made.delivered, hostRule)];
        fc.pre(whole.events.every(event => isClear(event, readings)));
        expect(totalOf(kept)).toBe(totalOf(whole));
        const lines = (history: typeof whole) =>
          history.events.filter(({ kind }) => kind !== 'gap' && kind !== 'glitch');
        expect(lines(kept)).toEqual(lines(whole));
        const told = made.told.map(({ what }) => what).sort();
        const seen = whole.events.map(({ kind }) => kind).filter(kind => kind !== 'gap');
        expect(told).toEqual(seen.sort());
        // What was kept out the host is never asked about.
        expect(kept.events.filter(({ kind }) => kind === 'glitch')).toEqual([]);
        for (const what of told) kinds.set(what, (kinds.get(what) ?? 0) + 1);
      }),
      { numRuns: 60 },
    );
    expect([...kinds.keys()].sort()).toEqual(['glitch', 'reset', 'rollover', 'slip', 'swap']);
  });

  /** Where a glitch ends below the old height there are two ways to tell the fall. */
  const isClear = ({ kind, toS, before }: CounterEvent, readings: readonly Reading[]) =>
    kind !== 'glitch' || (readings.find(({ endS }) => endS === toS)?.value ?? 0) >= before;

  const incident = fc.record({
    kind: fc.constantFrom('glitch', 'reset', 'rollover', 'slip', 'swap'),
    level: fc.oneof(fc.constantFrom(0, 99_999, 2 ** 31), fc.nat(4_000_000)),
    length: fc.integer({ min: 1, max: 3 }),
    growth: fc.integer({ min: 0, max: 20 }),
  });

  /** A counter that meets these, each after half an hour in which it counts; one of 16 bits and 1 Wh rolls over in it. */
  function spaced(incidents: readonly { kind: string; level: number; length: number; growth: number }[]) {
    const readings: Reading[] = [];
    let value = 30_000;
    const show = (shown: number) =>
      readings.push({ endS: 10 * (readings.length + 1), value: shown + 0.5, windowS: 10 });
    for (const { kind, level, length, growth } of incidents) {
      const size = kind === 'rollover' ? 2 ** 16 : Number.POSITIVE_INFINITY;
      if (kind === 'rollover') value = size - 100 * growth - 1;
      for (let calm = 0; calm < 200; calm++) {
        value += growth;
        if (value >= size) value -= size;
        show(value);
      }
      if (kind === 'glitch') for (let wrong = 0; wrong < length; wrong++) show(level);
      if (kind === 'reset') value = 0;
      if (kind === 'slip') value -= Math.floor(value / 20);
      if (kind === 'swap') value = level;
    }
    for (let calm = 0; calm < 100; calm++) show(value + calm);
    return readings;
  }
});
