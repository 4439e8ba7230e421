import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Change, Target } from '../../host/store/corrections-store.ts';
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
  swap,
} from '../host/store/corrected-site.ts';
import { patienceMs } from '../patience.ts';
import { rounds } from './chance.ts';

/** A change with its target, the minutes when it holds, or which of the standing ones is undone. */
const anyStep = fc.oneof(
  fc.record({ undo: fc.nat(20), isBuilt: fc.boolean() }),
  fc
    .record({
      kind: fc.constantFrom('exclude', 'scale', 'offset', 'reading', 'swap'),
      from: fc.integer({ min: -5, max: 1300 }),
      length: fc.integer({ min: 1, max: 700 }),
      factor: fc.constantFrom(0.5, 2, 1.000_001, 0.333_333, 40),
      second: fc.integer({ min: 0, max: 59 }),
      isOfMeter: fc.boolean(),
      isCounter: fc.boolean(),
      isBuilt: fc.boolean(),
    })
    .map(given => ({ ...given, undo: undefined })),
);
type AnyStep = typeof anyStep extends fc.Arbitrary<infer T> ? T : never;

function changeOf(step: Exclude<AnyStep, { undo: number }>): [Target, Change] {
  const { kind, from, length, factor, second, isOfMeter, isCounter } = step;
  const series = of(isCounter ? energy : power);
  const shifted = (change: Change) => ({
    ...change,
    fromS: change.fromS + second,
    toS: change.fromS === change.toS ? change.toS + second : change.toS,
  });
  const end = length > 600 ? Number.POSITIVE_INFINITY : from + length;
  if (kind === 'exclude') return [isOfMeter ? ofMeter : series, shifted(exclude(from, end))];
  if (kind === 'scale') return [isOfMeter ? ofMeter : series, shifted(scale(from, end, factor))];
  if (kind === 'offset') return [of(power), shifted(offset(from, end, factor))];
  if (kind === 'reading') return [of(energy), shifted(reading(from, 5000 + 10 * from))];
  return [of(energy), shifted(swap(from, 5000 + 10 * from, length))];
}

test('whatever is corrected, tiers say what windows say; with all undone each byte is as it was before', {
  timeout: rounds(4 * patienceMs, 600_000),
}, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyStep, { minLength: 1, maxLength: 7 }), async steps => {
      const site = await CorrectedSite.open();
      // A reset, a gap, a swap that nobody told of.
      const last = (at: number) => (at < 200 ? 5000 + 10 * at : at < 900 ? 3 * at : 1e6 + 7 * at);
      const isThere = (at: number) => at % 17 !== 0 && (at < 400 || at > 520);
      await site.write(minutes(0, 1400, { last, isThere }));
      await site.build(1500);
      const before = { answers: await site.answers(), tiers: await site.tierRows() };
      const standing: number[] = [];
      for (const step of steps) {
        if (step.undo === undefined) standing.push((await site.make(...changeOf(step))).id);
        else if (standing.length > 0) {
          const [id] = standing.splice(step.undo % standing.length, 1);
          await site.store.corrections.undo(id as number, site.signed());
        }
        if (!step.isBuilt) continue;
        const fromWindows = await site.answers();
        await site.store.upkeep();
        expect(await site.answers()).toEqual(fromWindows);
      }
      for (const id of standing) await site.store.corrections.undo(id, site.signed());
      expect(await site.answers()).toEqual(before.answers);
      await site.store.upkeep();
      expect(await site.tierRows()).toEqual(before.tiers);
      expect(await site.answers()).toEqual(before.answers);
      expect(await site.store.all('SELECT * FROM correction_rebuild')).toEqual([]);
      await site.store.close();
    }),
    { numRuns: rounds(5, 200), endOnFailure: true },
  );
});
