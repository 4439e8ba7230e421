import { DuckDBConnection } from '@duckdb/node-api';
import fc from 'fast-check';
import { afterEach, expect, test, vi } from 'vitest';
import { encodeRecord } from '#core/wire/records.ts';
import { Store } from '../../../host/store/store.ts';
import { gaugeWindow } from './memory-store.ts';

afterEach(() => vi.restoreAllMocks());

const t0 = Date.UTC(2026, 2, 27, 20);
const hours = 6;

/** Minutes that come one after the other, and whether the tiers are built beside the commit, up to which minute. */
const steps = fc.array(
  fc.record({
    minutes: fc.array(fc.integer({ min: 0, max: hours * 60 - 1 }), { minLength: 1, maxLength: 30 }),
    nowMinute: fc.option(fc.integer({ min: 0, max: hours * 60 + 5 }), { nil: undefined }),
    turns: fc.integer({ min: 0, max: 12 }),
  }),
  { minLength: 8, maxLength: 14 },
);

test('what is committed is in the answers at once, whatever a build of the tiers does beside it', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async given => {
      const clock = { nowMs: t0 };
      const store = await Store.open({ zone: 'Europe/Berlin', upkeepMs: 0, nowMs: () => clock.nowMs });
      const range = { series: 'attic.main.powerW', fromMs: t0, toMs: t0 + hours * 3_600_000 };
      const stored = new Set<number>();
      let sequence = 0;
      let building = Promise.resolve();
      for (const { minutes, nowMinute, turns } of given) {
        const news = [...new Set(minutes)].filter(minute => !stored.has(minute));
        if (news.length === 0) continue;
        if (nowMinute !== undefined) {
          clock.nowMs = t0 + nowMinute * 60_000;
          building = Promise.all([building, store.upkeep()]).then(() => {});
        }
        for (let turn = 0; turn < turns; turn++) await new Promise(resolve => setImmediate(resolve));
        const batch = store.batch();
        for (const minute of news)
          batch.add('attic', encodeRecord(gaugeWindow(t0 + minute * 60_000, minute, 60)), t0 / 1000);
        sequence += news.length;
        batch.mark({ gateway: 'attic', epoch: '00000000000000aa', sequence });
        await store.commit(batch);
        for (const minute of news) stored.add(minute);
        const expected = Array.from({ length: hours }, (_, hour) => {
          const own = [...stored].filter(minute => Math.floor(minute / 60) === hour);
          return own.length === 0 ? [] : [[t0 + hour * 3_600_000, own.length / 60, Math.max(...own)]];
        }).flat();
        for (const points of [hours, hours * 4]) {
          const { startMs, coverage, last, bucketMs } = await store.readings({ ...range, points });
          if (points === hours)
            expect(startMs.map((ms, row) => [ms, coverage[row], last[row]])).toEqual(expected);
          else
            expect(coverage.reduce((sum, share) => sum + (share * bucketMs) / 60_000, 0)).toBeCloseTo(
              stored.size,
              6,
            );
        }
      }
      await building;
      await store.close();
    }),
    { numRuns: 3, endOnFailure: true },
  );
});

test('windows that came after a build of which nobody knew whether it was committed are told while the next one runs', async () => {
  const clock = { nowMs: t0 - 3_600_000 };
  const store = await Store.open({ zone: 'UTC', upkeepMs: 0, nowMs: () => clock.nowMs });
  const write = async (minutes: readonly number[], sequence: number) => {
    const batch = store.batch();
    for (const minute of minutes)
      batch.add('attic', encodeRecord(gaugeWindow(t0 + minute * 60_000, minute, 60)), t0 / 1000);
    batch.mark({ gateway: 'attic', epoch: '00000000000000aa', sequence });
    await store.commit(batch);
  };
  const range = { series: 'attic.main.powerW', fromMs: t0, toMs: t0 + 3_600_000, points: 1 };
  const coverage = async () => (await store.readings(range)).coverage;
  await write([...Array(20).keys(), 25], 1);
  await store.upkeep();
  clock.nowMs = t0 + 3_600_000;
  const real = DuckDBConnection.prototype.run;
  let [isLost, whileBuilt]: [boolean, number[] | undefined] = [true, undefined];
  vi.spyOn(DuckDBConnection.prototype, 'run').mockImplementation(async function (
    this: DuckDBConnection,
    ...args: Parameters<typeof real>
  ) {
    if (args[0].startsWith('UPDATE tier') && !isLost) whileBuilt ??= await coverage();
    const result = await real.apply(this, args);
    if (args[0] !== 'COMMIT' || !isLost) return result;
    isLost = false;
    throw new Error('no answer');
  });
  await expect(store.upkeep()).rejects.toThrow('no answer');
  await write([20, 21, 22], 2);
  await store.upkeep();
  expect(whileBuilt).toEqual([24 / 60]);
  expect(await coverage()).toEqual([24 / 60]);
  await store.close();
});
