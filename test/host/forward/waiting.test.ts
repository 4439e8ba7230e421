import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { WindowRecord } from '#core/wire/records.ts';
import { isWorth } from '../../../host/forward/window.ts';
import { seed } from '../../seed.ts';
import { counterWindow, gaugeWindow, memoryStore } from '../store/memory-store.ts';

const t0 = Date.UTC(2026, 0, 5);

/** Windows with power, energy, both or none, or both in two records, some of which miss samples, of three meters. */
const shapes = fc.uniqueArray(
  fc.record({
    meter: fc.constantFrom('main', 'garage', 'roof'),
    at: fc.nat(5),
    has: fc.constantFrom('power', 'energy', 'both', 'none', 'split'),
    isLacking: fc.boolean(),
  }),
  { selector: ({ meter, at }) => `${meter} ${at}`, minLength: 1, maxLength: 14 },
);
type Shape = typeof shapes extends fc.Arbitrary<(infer S)[]> ? S : never;

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
  if (has === 'split') return [record(power), record(energy)];
  return [
    record(
      ...(has === 'both' ? [power, energy] : has === 'none' ? [] : has === 'power' ? [power] : [energy]),
    ),
  ];
}

it('what waits is counted as it would be sent, window by window, whatever is chosen and missing', async () => {
  console.log(`what waits: seed ${seed}`);
  await fc.assert(
    fc.asyncProperty(
      shapes,
      fc.constantFrom('powerW', 'energyImportWh', 'all'),
      fc.nat(100),
      async (given, chosen, cut) => {
        const { store, write } = await memoryStore();
        const begin = await store.commits.end();
        for (let at = 0; at < given.length; at += 3) await write(given.slice(at, at + 3).flatMap(recordsOf));
        const wanted = store.commits.wanted(
          (_gateway, key) => key !== 'attic.roof',
          quantity => chosen === 'all' || quantity === chosen,
        );
        const { windows } = await store.commits.read(begin, wanted, 100);
        for (const worth of ['values', 'whole', 'missing'] as const)
          for (const index of new Set([0, cut % (windows.length + 1)])) {
            const place = windows[index - 1]?.next ?? begin;
            const left = windows.slice(index).filter(isWorth[worth]);
            expect(await store.commits.count(place, wanted, worth), `${worth} from ${index}`).toBe(
              left.length,
            );
          }
        await store.close();
      },
    ),
    { seed, numRuns: 5, endOnFailure: true },
  );
});
