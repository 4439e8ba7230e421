import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Change } from '../../../host/store/corrections-store.ts';
import {
  CorrectedSite,
  energy,
  exclude,
  minutes,
  of,
  offset,
  ofMeter,
  power,
  reading,
  scale,
  startMs,
  swap,
} from './corrected-site.ts';

const count = 2900;
const at = fc.integer({ min: 1, max: count - 1 });
const lasts = fc.oneof(fc.integer({ min: 1, max: 90 }), fc.integer({ min: 100, max: 2000 }));
const factor = fc.constantFrom(2, 0.5, 1.25);

/** Any correction of the site's meter or of one of its series. */
const corrections = fc.oneof(
  fc.tuple(
    fc.constantFrom(ofMeter, of(power), of(energy)),
    fc.tuple(at, lasts).map(([from, span]) => exclude(from, from + span)),
  ),
  fc.tuple(
    fc.constantFrom(ofMeter, of(power), of(energy)),
    fc.tuple(at, lasts, factor).map(([from, span, by]) => scale(from, from + span, by)),
  ),
  fc.tuple(
    fc.constant(of(power)),
    fc.tuple(at, lasts).map(([from, span]) => offset(from, from + span, -30)),
  ),
  fc.tuple(
    fc.constant(of(energy)),
    at.map(minute => reading(minute, 5000 + 10 * minute - 3)),
  ),
  fc.tuple(
    fc.constant(of(energy)),
    at.map(minute => swap(minute, 5000 + 10 * minute, 5000 + 10 * minute - 4)),
  ),
);

test('what a preview tells is what the correction does, day by day, before and after it is built', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(corrections, { minLength: 3, maxLength: 3 }),
      fc.boolean(),
      async (given, isBuiltFirst) => {
        const site = await CorrectedSite.open();
        const { corrections } = site.store;
        await site.write(minutes(0, count, { isThere: minute => minute % 700 < 600 }));
        if (isBuiltFirst) await site.build(count + 10);
        for (const [target, change] of given) {
          const told = await corrections.preview(target, change);
          const first = told.days[0]?.startMs ?? startMs;
          const last = told.days.at(-1)?.endMs ?? startMs;
          // One that changes nothing tells how things are.
          const nothing: Change = { ...scale(0, 1, 1), fromS: first / 1000, toS: last / 1000 };
          const now = async () =>
            new Map((await corrections.preview(target, nothing)).days.map(day => [day.startMs, day.before]));
          const was = await now();
          await site.make(target, change);
          for (const isBuilt of [false, true]) {
            if (isBuilt) await site.build(count + 10);
            const is = await now();
            for (const { startMs: dayMs, before, after } of told.days) {
              expect([change.kind, isBuilt, dayMs, was.get(dayMs)]).toEqual([
                change.kind,
                isBuilt,
                dayMs,
                before,
              ]);
              expect([change.kind, isBuilt, dayMs, is.get(dayMs)]).toEqual([
                change.kind,
                isBuilt,
                dayMs,
                after,
              ]);
            }
          }
        }
        await site.store.close();
      },
    ),
    { numRuns: 2, endOnFailure: true },
  );
});
