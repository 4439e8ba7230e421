import fc from 'fast-check';
import type { CounterRule } from '#core/aggregate/counter-rule.ts';
import { spread } from '../../../host/counters/spread.ts';
import type { CounterHistory, Reading } from '../../../host/counters/types.ts';

/** A rule that is easy to reckon with: windows of 10 s, at most 100 steps in one. */
export const plainRule: CounterRule = Object.freeze({
  maxPerS: 10,
  fastestPerS: 10,
  grain: 0,
  coarsestStep: 0,
  slipShare: 0.1,
  rollovers: [100_000],
  rolloverShare: 0.01,
  smallRollovers: [],
  smallRolloverShare: 0.001,
  gapWindows: 2,
  gapS: 15,
  agreeing: 3,
  agreeingZeros: 3,
  agreeingS: 60,
  refreshS: 0,
  replaced: [],
});

/** Readings each 10 s from 10 s on. */
export const eachTen = (...values: number[]): Reading[] =>
  values.map((value, index) => ({ endS: 10 * (index + 1), value, windowS: 10 }));

export const totalOf = ({ growths }: CounterHistory): number =>
  growths.reduce((sum, { amount }) => sum + amount, 0);

export const kindsOf = ({ events }: CounterHistory): string[] => events.map(({ kind }) => kind);

/** Growth by slots of a length that cover the readings. */
export function bySlots(readings: readonly Reading[], slotS: number, { growths }: CounterHistory) {
  const last = Math.max(...readings.map(({ endS }) => endS), 0);
  const bounds = Array.from({ length: Math.ceil(last / slotS) + 1 }, (_, index) => index * slotS);
  return spread(bounds, growths);
}

/** Small numbers, so that what is ambiguous comes up often. */
export const anyRule: fc.Arbitrary<CounterRule> = fc
  .record({
    maxPerS: fc.constantFrom(0.5, 2, 10, 1000),
    fastestPerS: fc.constantFrom(0, 0, 30, 5000),
    grain: fc.constantFrom(0, 0, 5),
    coarsestStep: fc.constantFrom(0, 0, 100),
    slipShare: fc.constant(0.1),
    rollovers: fc.constantFrom([], [1000], [100, 1000, 10_000]),
    rolloverShare: fc.constantFrom(0.01, 0.1),
    smallRollovers: fc.constantFrom([], [995]),
    smallRolloverShare: fc.constantFrom(0.001, 0.01),
    gapWindows: fc.constant(2),
    gapS: fc.constantFrom(0, 15),
    agreeing: fc.integer({ min: 1, max: 4 }),
    agreeingZeros: fc.constant(0),
    agreeingS: fc.constantFrom(0, 30, 120),
    refreshS: fc.constantFrom(0, 30, 200),
    replaced: fc.constantFrom(
      [],
      [],
      [],
      [{ fromS: 299, atS: 300 }],
      [
        { fromS: 60, atS: 150 },
        { fromS: 200, atS: 400 },
      ],
      [
        { fromS: 300, atS: 400 },
        { fromS: 400, atS: 420 },
      ],
    ),
  })
  .map(rule => ({ ...rule, agreeingZeros: rule.agreeing }));

type Incident = 'none' | 'reset' | 'rollover' | 'swap' | 'slip' | 'noise' | 'glitch' | 'still';

const incidents: readonly Incident[] = [
  'none',
  'reset',
  'rollover',
  'swap',
  'slip',
  'noise',
  'glitch',
  'still',
];

const step = (wild: boolean) =>
  fc.record({
    incident: wild ? fc.constantFrom(...incidents) : fc.constant<Incident>('none'),
    distance: fc.oneof({ weight: wild ? 5 : 20, arbitrary: fc.constant(1) }, fc.constantFrom(2, 3, 30)),
    growth: wild ? fc.oneof(fc.constant(0), fc.nat(30)) : fc.nat(2),
    level: fc.oneof(fc.constantFrom(0, 1, 995, 1000), fc.nat(1500)),
  });

/** Calm times and wild ones in turn. */
const steps = fc
  .array(
    fc.tuple(
      fc.array(step(false), { minLength: 3, maxLength: 40 }),
      fc.array(step(true), { minLength: 1, maxLength: 8 }),
    ),
    { minLength: 1, maxLength: 3 },
  )
  .map(times => times.flat(2));

/** Readings with everything that happens to counters, often several at once, and windows of changing length. */
export const anyReadings: fc.Arbitrary<Reading[]> = fc
  .tuple(
    fc.constantFrom(0, 5, 900, 990, 5000),
    steps,
    fc.constantFrom(1, 5, 10),
    fc.integer({ min: 0, max: 60 }),
    fc.constantFrom(1, 3),
  )
  .map(([start, taken, windowS, changeAt, longer]) => {
    const readings: Reading[] = [{ endS: 100, value: start, windowS }];
    let endS = 100;
    let value: number = start;
    let isStill = false;
    for (const [index, { incident: what, distance, growth, level }] of taken.entries()) {
      const length = index >= changeAt ? windowS * longer : windowS;
      endS += length * distance;
      if (what === 'still') isStill = !isStill;
      if (what === 'reset') value = 0;
      else if (what === 'rollover') value = value >= 900 ? value + growth - 1000 : value;
      else if (what === 'swap') value = level;
      else if (what === 'slip') value -= Math.floor(value / 20);
      else if (!isStill) value += growth;
      value = Math.max(value, 0);
      const shown = what === 'noise' ? level : what === 'glitch' ? 0 : value;
      readings.push({ endS, value: shown, windowS: length });
    }
    return readings;
  });
