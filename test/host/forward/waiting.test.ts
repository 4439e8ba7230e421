import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { WindowRecord } from '#core/wire/records.ts';
import { isWorth } from '../../../host/forward/window.ts';
import { seed } from '../../seed.ts';
import { counterWindow, gaugeWindow, memoryStore } from '../store/memory-store.ts';

const t0 = Date.UTC(2026, 0, 5);

/**
 * Windows with power, energy, both or none, or both in two records, some of which miss samples, of three meters. Of `late` the energy comes
 * after all others.
 */
const shapes = fc.uniqueArray(
  fc.record({
    meter: fc.constantFrom('main', 'garage', 'roof'),
    at: fc.nat(5),
    has: fc.constantFrom('power', 'energy', 'both', 'none', 'split', 'late'),
    isLacking: fc.boolean(),
  }),
  { selector: ({ meter, at }) => `${meter} ${at}`, minLength: 1, maxLength: 14 },
);
type Shapes = typeof shapes extends fc.Arbitrary<infer S> ? S : never;
type Shape = Shapes[number];

function recordsOf({ meter, at, has, isLacking }: Shape): WindowRecord[] {
  const startMs = t0 + at * 10_000;
  const [power, energy] = [gaugeWindow(startMs, at), counterWindow(startMs, 1000 + at)];
  const failures = isLacking || has === 'none' ? [{ reason: 'timeout' as const, count: 2 }] : [];
  const record = (...of: readonly WindowRecord[]): WindowRecord => ({
    ...power,
    meter,
    values: of.flatMap(({ values }) => values),
    failures,
  });
  if (has === 'late') return [record(power)];
  if (has === 'split') return [record(power), record(energy)];
  return [
    record(
      ...(has === 'both' ? [power, energy] : has === 'none' ? [] : has === 'power' ? [power] : [energy]),
    ),
  ];
}

const lateOf = ({ meter, at, has }: Shape): WindowRecord[] =>
  has === 'late' ? [{ ...counterWindow(t0 + at * 10_000, 1000 + at), meter }] : [];

/** What is to be sent of it. */
function valuesOf({ meter, at, has }: Shape, chosen: string): string[] {
  if (meter === 'roof' || has === 'none') return [];
  const quantities =
    has === 'power' ? ['powerW'] : has === 'energy' ? ['energyImportWh'] : ['powerW', 'energyImportWh'];
  return quantities
    .filter(quantity => chosen === 'all' || quantity === chosen)
    .map(quantity => `${meter} ${t0 + at * 10_000} ${quantity}`);
}

/** No other counter lies between the two records of the first. */
const farApart: Shapes = [
  { meter: 'main', at: 0, has: 'late', isLacking: false },
  { meter: 'garage', at: 0, has: 'power', isLacking: false },
];

it('what waits is counted as it would be sent, window by window, whatever is chosen and missing', async () => {
  console.log(`what waits: seed ${seed}`);
  await fc.assert(
    fc.asyncProperty(
      shapes,
      fc.constantFrom('powerW', 'energyImportWh', 'all'),
      fc.nat(100),
      fc.integer({ min: 1, max: 40 }),
      async (given, chosen, cut, most) => {
        const { store, write } = await memoryStore();
        const begin = await store.commits.end();
        for (let at = 0; at < given.length; at += 3) await write(given.slice(at, at + 3).flatMap(recordsOf));
        const late = given.flatMap(lateOf);
        if (late.length > 0) await write(late);
        const wanted = store.commits.wanted(
          (_gateway, key) => key !== 'attic.roof',
          quantity => chosen === 'all' || quantity === chosen,
        );
        const windows = [];
        for (let [place, isEnd] = [begin, false]; !isEnd; ) {
          const piece = await store.commits.read(place, wanted, most);
          expect(piece.lost).toBe(0);
          windows.push(...piece.windows);
          [place, isEnd] = [piece.next, piece.isEnd];
        }
        const sent = windows.flatMap(({ meter, startMs, values }) =>
          Object.keys(values).map(quantity => `${meter} ${startMs} ${quantity}`),
        );
        expect(sent.sort()).toEqual(given.flatMap(shape => valuesOf(shape, chosen)).sort());
        for (const worth of ['values', 'whole', 'missing'] as const)
          for (const index of new Set([0, cut % (windows.length + 1)])) {
            const place = windows[index - 1]?.next ?? begin;
            const left = windows.slice(index).filter(isWorth[worth]);
            const count = await store.commits.count(place, wanted, worth);
            // A window in two records far apart goes once or twice, as the others between them have it.
            expect(Math.abs(count - left.length), `${worth} from ${index}`).toBeLessThanOrEqual(late.length);
            const some = await store.commits.countUpTo(place, wanted, worth, most);
            // What is not looked at is told, and nothing is counted that does not wait.
            expect(some.windows).toBeLessThanOrEqual(count + late.length);
            if (some.isAll) expect(some.windows).toBe(count);
            else expect(most).toBeLessThan(2 * given.length + late.length);
          }
        await store.close();
      },
    ),
    { seed, numRuns: 5, endOnFailure: true, examples: [[farApart, 'all', 1, 1]] },
  );
});
