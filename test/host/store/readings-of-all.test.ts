import fc from 'fast-check';
import { expect, it } from 'vitest';
import { seed } from '../../seed.ts';
import { batchOf, counterWindow, gaugeWindow, memoryStore } from './memory-store.ts';

const t0 = Date.UTC(2026, 0, 1);
const gateways = ['attic', 'cellar', 'roof'] as const;
const keys = gateways.flatMap(gateway => ['powerW', 'energyImportWh'].map(id => `${gateway}.main.${id}`));

/** Windows of any length of three meters in any order, with counters that fall now and then. */
const windows = fc.array(
  fc.record({
    gateway: fc.constantFrom(...gateways),
    at: fc.nat(200),
    windowS: fc.constantFrom(10, 10, 10, 60, 900),
    value: fc.nat(5000),
    isCounter: fc.boolean(),
    isBuilt: fc.constantFrom(...Array(20).fill(false), true),
  }),
  { minLength: 5, maxLength: 40 },
);

it('many series that are read together are each as they are alone, whatever their windows and tiers', async () => {
  console.log(`readings of all: seed ${seed}`);
  await fc.assert(
    fc.asyncProperty(
      windows,
      fc.nat(100),
      fc.constantFrom(5, 200, 4000),
      async (given, fromPlace, points) => {
        const { store } = await memoryStore();
        for (const [index, { gateway, at, windowS, value, isCounter, isBuilt }] of given.entries()) {
          const startMs = t0 + Math.floor((at * 10) / windowS) * windowS * 1000;
          const record = isCounter
            ? counterWindow(startMs, value, windowS)
            : gaugeWindow(startMs, value, windowS);
          const watermarks = [{ gateway, epoch: '00000000000000aa', sequence: index + 1 }];
          await store.commit(batchOf(store, { windows: [{ gateway, record }], watermarks }));
          if (isBuilt) await store.upkeep();
        }
        const range = { fromMs: t0 + fromPlace * 10_000, toMs: t0 + 2_000_000, points };
        const all = await store.readingsOfAll([...keys, 'attic.main.voltageV', keys[0] ?? ''], range);
        for (const key of keys) {
          const { series: _, ...alone } = await store.readings({ series: key, ...range });
          if (store.seriesOf(key) === undefined) expect(all.has(key)).toBe(false);
          else expect(all.get(key)).toEqual(alone);
        }
        await store.close();
      },
    ),
    { seed, numRuns: 8 },
  );
});

it('hundreds of series that do not lie together are read as few are', async () => {
  const { store } = await memoryStore();
  const names = Array.from({ length: 500 }, (_, index) => `gw${index}`);
  const windows = names.map((gateway, index) => ({ gateway, record: gaugeWindow(t0, index) }));
  const watermarks = names.map(gateway => ({ gateway, epoch: '00000000000000aa', sequence: 1 }));
  await store.commit(batchOf(store, { windows, watermarks }));
  const odd = names.filter((_, index) => index % 2 === 1).map(gateway => `${gateway}.main.powerW`);
  const all = await store.readingsOfAll(odd, { fromMs: t0, toMs: t0 + 10_000, points: 10 });
  expect([...all.values()].map(({ mean }) => mean)).toEqual(odd.map((_, index) => [index * 2 + 1]));
  await store.close();
});
