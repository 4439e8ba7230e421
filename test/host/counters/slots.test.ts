import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type CounterSlot, slotsOf } from '../../../host/counters/counter-slot.ts';
import { growthsOf } from '../../../host/counters/growths.ts';
import { growthsOfSlots, resolved, type Stretch } from '../../../host/counters/slots.ts';
import type { CounterHistory, Reading } from '../../../host/counters/types.ts';
import { anyReadings, anyRule, bySlots, eachTen, plainRule } from './counter-readings.ts';

const within = (readings: readonly Reading[], { fromS, toS }: Stretch): Reading[] =>
  readings.filter(({ endS }) => endS >= fromS && endS <= toS);

const inOrderOfTime = ({ growths, events }: CounterHistory): boolean =>
  [growths, events].every(list =>
    list.every(({ fromS }, index) => index === 0 || fromS >= (list[index - 1]?.fromS ?? 0)),
  );

test('slots and the raw readings of their odd stretches say of each bucket exactly what all raw readings say', () => {
  let stretches = 0;
  let spared = 0;
  const run = fc.property(
    anyReadings,
    anyRule,
    fc.constantFrom(7, 10, 30, 60, 300, 3600),
    fc.nat(40),
    (readings, rule, slotS, oddAt) => {
      const raw = growthsOf(readings, rule);
      const slots = slotsOf(readings, slotS, rule).map(
        (slot, index): CounterSlot => (index === oddAt ? { ...slot, isOdd: true } : slot),
      );
      const outline = growthsOfSlots(slots, rule);
      const whole = resolved(
        outline,
        outline.stretches.map(stretch => within(readings, stretch)),
        rule,
      );
      stretches += outline.stretches.length;
      if (outline.growths.length > 0 && outline.stretches.length > 0) spared++;
      expect(bySlots(readings, slotS, whole)).toEqual(bySlots(readings, slotS, raw));
      const isNoGap = ({ kind }: { kind: string }) => kind !== 'gap';
      expect(whole.events.filter(isNoGap)).toEqual(raw.events.filter(isNoGap));
      expect(inOrderOfTime(whole)).toBe(true);
    },
  );
  fc.assert(run, { numRuns: 800 });
  // The promise is empty where nothing was odd or where all was read raw.
  expect(stretches).toBeGreaterThan(400);
  expect(spared).toBeGreaterThan(200);
});

test('a counter that only counts needs no raw readings, whatever gaps it has', () => {
  const readings = eachTen(...Array.from({ length: 500 }, (_, index) => index * 7)).filter(
    ({ endS }) => endS < 1000 || endS > 2500,
  );
  const { stretches, events } = growthsOfSlots(slotsOf(readings, 300, plainRule), plainRule);
  expect(stretches).toEqual([]);
  expect(events).toEqual([
    { kind: 'gap', fromS: 990, toS: 2510, before: 98 * 7, after: 250 * 7, amount: 152 * 7 },
  ]);
});

test('a year of quarters of an hour with one reset asks for less than an hour of raw readings', () => {
  const rule = { ...plainRule, agreeingS: 600, refreshS: 900 };
  const slots = Array.from({ length: 35_040 }, (_, index): CounterSlot => {
    const first = (index >= 20_000 ? index - 20_000 : index) * 900;
    const firstEndS = index * 900 + 10;
    return {
      ...{ firstEndS, first, firstWindowS: 10, lastEndS: index * 900 + 900, last: first + 890 },
      ...{ lastWindowS: 10, readings: 90, estimated: 0, isOdd: false },
    };
  });
  const { stretches, growths } = growthsOfSlots(slots, rule);
  expect(stretches).toHaveLength(1);
  const [{ fromS, toS } = { fromS: 0, toS: 0 }] = stretches;
  expect(fromS).toBeLessThanOrEqual(20_000 * 900 - 900);
  expect(toS).toBeGreaterThanOrEqual(20_000 * 900 + 600);
  expect(toS - fromS).toBeLessThanOrEqual(3600);
  expect(growths.length).toBeGreaterThan(2 * 35_000);
});

test('readings that are missing for a stretch are refused with their number', () => {
  const outline = growthsOfSlots(slotsOf(eachTen(500, 0, 1, 2), 10, plainRule), plainRule);
  expect(() => resolved(outline, [], plainRule)).toThrow('readings of 0 stretches were given for 1');
});
