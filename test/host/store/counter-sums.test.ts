import fc from 'fast-check';
import { expect, test } from 'vitest';
import { quantities } from '#core/quantities.ts';
import { growthsOf } from '../../../host/counters/growths.ts';
import { spread } from '../../../host/counters/spread.ts';
import { ruleOf } from '../../../host/store/counter-slots.ts';
import { counterWindow, memoryStore } from './memory-store.ts';

const hourMs = 3_600_000;
const t0 = Date.UTC(2026, 2, 28, 23);
const hours = 60;
const scale = 10 ** quantities.energyImportWh.decimals;
const rule = ruleOf({
  number: 1,
  quantity: 'energyImportWh',
  firstS: 0,
  endS: 0,
  longestS: 300,
  largestW: undefined,
  replacements: [],
});

/** Windows of five minutes of which some are missing, alone or for hours; at `resetAt` the counter begins again. */
interface Course {
  readonly growths: number[];
  readonly gaps: { at: number; length: number }[];
  readonly resetAt: number | null;
}

const courses: fc.Arbitrary<Course> = fc.record({
  growths: fc.array(fc.nat(2000), { minLength: 12, maxLength: 40 }),
  gaps: fc.array(fc.record({ at: fc.nat(hours * 12), length: fc.nat(90) }), { maxLength: 6 }),
  resetAt: fc.option(fc.integer({ min: 100, max: hours * 12 - 100 })),
});

function readingsOf({ growths, gaps, resetAt }: Course) {
  const readings: { atMs: number; value: number }[] = [];
  let value = 1000;
  for (let at = 0; at < hours * 12; at++) {
    value = at === resetAt ? 0 : value + (growths[at % growths.length] as number);
    if (gaps.some(gap => at >= gap.at && at < gap.at + gap.length)) continue;
    readings.push({ atMs: t0 + at * 300_000, value });
  }
  return readings;
}

test('sums of counters that only count on, and of those that do not, are what their readings say', async () => {
  let estimates = 0;
  await fc.assert(
    fc.asyncProperty(fc.tuple(courses, courses, courses), async given => {
      const { store, write } = await memoryStore();
      const all = given.map(readingsOf);
      const names = all.map((_, index) => `m${index}`);
      await write(
        all.flatMap((readings, index) =>
          readings.map(({ atMs, value }) => ({
            ...counterWindow(atMs, value, 300),
            meter: names[index] as string,
          })),
        ),
      );
      for (const isBuilt of [false, true]) {
        if (isBuilt) await store.upkeep();
        for (const period of ['hour', 'day', 'all'] as const) {
          // Edges within an hour of the data, far from it, and in the middle of it.
          for (const [fromHour, toHour] of [
            [-30, hours + 30],
            [1, hours - 1],
            [20, 41],
          ] as const) {
            const range = { fromMs: t0 + fromHour * hourMs, toMs: t0 + toHour * hourMs, period };
            const table = await store.energyOf(
              names.map(name => `attic.${name}`),
              range,
            );
            const bounds = [...table.startMs, table.endMs.at(-1) ?? 0].map(ms => ms / 1000);
            for (const [index, readings] of all.entries()) {
              const inSteps = readings.map(({ atMs, value }) => ({
                endS: atMs / 1000 + 300,
                value: value * scale,
                windowS: 300,
              }));
              const { amount, estimated } = spread(bounds, growthsOf(inSteps, rule).growths);
              const told = table.meters[index];
              const measured = bounds.slice(1).map((toS, at) => {
                const fromS = bounds[at] as number;
                const inside = readings.filter(({ atMs }) => atMs >= fromS * 1000 && atMs < toS * 1000);
                return (inside.length * 300) / (toS - fromS);
              });
              // Of a period without a window, over which nothing was shared out, nothing is known.
              const known = (steps: readonly number[]) =>
                steps.map((step, at) => (amount[at] === 0 && measured[at] === 0 ? null : step / scale));
              expect([period, fromHour, told?.importWh, told?.importEstimatedWh]).toEqual([
                period,
                fromHour,
                known(amount),
                known(estimated),
              ]);
              expect(told?.coverage).toEqual(measured);
              estimates += estimated.filter(steps => steps > 0).length;
            }
          }
        }
      }
      await store.close();
    }),
    { numRuns: 3, endOnFailure: true },
  );
  expect(estimates).toBeGreaterThan(0);
});
