import fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import type { WindowRecord } from '#core/wire/records.ts';
import { keepAll } from '../../../host/store/retention.ts';
import { Store } from '../../../host/store/store.ts';
import { batchOf, memoryStore } from './memory-store.ts';

const startMs = Date.UTC(2026, 2, 28, 21);
const power = 'attic.main.powerW';
const energy = 'attic.main.energyImportWh';

let store: Store;
afterEach(() => store.close());

interface Window {
  readonly at: number;
  readonly mean: number;
  readonly spread: number;
}

/** Windows of a minute of power, and of a counter that grows by 7 Wh in each. */
const recordOf = ({ at, mean, spread }: Window): WindowRecord => ({
  meter: 'main',
  startMs: startMs + at * 60_000,
  windowS: 60,
  clock: 'synced',
  failures: [],
  values: [
    { quantity: 'powerW', samples: 59, mean, min: mean - spread, max: mean + 2 * spread, last: mean },
    { quantity: 'energyImportWh', samples: 2, last: 5000 + 7 * at },
  ],
});

/** What the windows come to, one by one. */
function byHand(windows: readonly Window[], from: number, to: number) {
  const inside = windows.filter(({ at }) => at >= from && at < to);
  const sum = (value: (window: Window) => number) => inside.reduce((total, each) => total + value(each), 0);
  return {
    mean: sum(({ mean }) => mean) / inside.length,
    min: Math.min(...inside.map(({ mean, spread }) => mean - spread)),
    max: Math.max(...inside.map(({ mean, spread }) => mean + 2 * spread)),
    positive: sum(({ mean }) => Math.max(mean, 0)) / 60,
    negative: sum(({ mean }) => Math.max(-mean, 0)) / 60,
    coverage: inside.length / (to - from),
    windows: inside.length,
    samples: inside.length * 59,
  };
}

const anyWindows = fc
  .uniqueArray(fc.integer({ min: 0, max: 400 }), { minLength: 150, maxLength: 300 })
  .chain(ats =>
    fc.tuple(
      ...ats.map(at =>
        fc.record({
          at: fc.constant(at),
          mean: fc.integer({ min: -900, max: 3000 }),
          spread: fc.integer({ min: 0, max: 50 }),
        }),
      ),
    ),
  );
const anyStretch = fc.tuple(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 1, max: 400 }));

test('a stretch is what its windows come to, one by one, before tiers are built and after', async () => {
  const memory = await memoryStore();
  store = memory.store;
  const [windows = []] = fc.sample(anyWindows, { seed: 61, numRuns: 1 });
  await memory.write(windows.map(recordOf));
  for (const isBuilt of [false, true]) {
    if (isBuilt) await store.upkeep();
    await fc.assert(
      fc.asyncProperty(anyStretch, async ([from, length]) => {
        const to = from + length;
        const told = await store.statistics(power, startMs + from * 60_000, startMs + to * 60_000);
        const { mean, positive, negative, windows: count, ...others } = byHand(windows, from, to);
        const isEmpty = count === 0;
        expect(told).toMatchObject({
          windows: count,
          growth: null,
          estimated: null,
          ...(isEmpty ? { min: null, max: null, mean: null, positive: null, coverage: 0 } : others),
        });
        if (isEmpty) return;
        expect(told.mean).toBeCloseTo(mean, 9);
        expect(told.positive).toBeCloseTo(positive, 9);
        expect(told.negative).toBeCloseTo(negative, 9);
      }),
      { seed: 62, numRuns: 60 },
    );
  }
});

test('a counter grew by what lies between the ends, and says how much of it nobody read', async () => {
  const memory = await memoryStore();
  store = memory.store;
  const windows = Array.from({ length: 240 }, (_, at) => ({ at, mean: 0, spread: 0 }));
  await memory.write(windows.filter(({ at }) => at < 60 || at >= 120).map(recordOf));
  const minute = (at: number) => startMs + at * 60_000;
  const whole = await store.statistics(energy, minute(30), minute(150));
  expect(whole).toMatchObject({ growth: 120 * 7, coverage: 0.5, windows: 60, samples: 120, mean: null });
  expect(whole.estimated).toBeCloseTo(61 / 120, 9);
  expect(await store.statistics(energy, minute(150), minute(210))).toMatchObject({
    growth: 60 * 7,
    estimated: 0,
    coverage: 1,
  });
});

test('what grew in a stretch is what the meter has as energy of it', async () => {
  const memory = await memoryStore();
  store = memory.store;
  await memory.write(Array.from({ length: 300 }, (_, at) => recordOf({ at, mean: 420, spread: 3 })));
  const span = { fromMs: startMs + 17 * 60_000, toMs: startMs + 203 * 60_000 };
  const { periods } = await store.totals({ meter: 'attic.main', ...span, period: 'all' });
  expect((await store.statistics(energy, span.fromMs, span.toMs)).growth).toBe(periods[0]?.importWh);
});

test('where windows are no longer kept nobody says how many there were', async () => {
  let nowMs = startMs + 3 * 3_600_000;
  store = await Store.open({
    zone: 'UTC',
    upkeepMs: 0,
    nowMs: () => nowMs,
    keeping: { ...keepAll, months: { ...keepAll.months, raw: 1 } },
  });
  const write = async (windows: readonly Window[]) => {
    const given = windows.map(each => ({ gateway: 'attic', record: recordOf(each) }));
    const watermarks = [{ gateway: 'attic', epoch: '00000000000000aa', sequence: (windows[0]?.at ?? 0) + 1 }];
    await store.commit(batchOf(store, { windows: given, watermarks }));
    await store.upkeep({ isWeekOver: true });
  };
  const hundredDays = 100 * 24 * 60;
  await write(Array.from({ length: 120 }, (_, at) => ({ at, mean: 500, spread: 5 })));
  nowMs = startMs + hundredDays * 60_000 + 3 * 3_600_000;
  await write([{ at: hundredDays, mean: 1, spread: 0 }]);
  await store.upkeep();
  expect(await store.statistics(power, startMs, startMs + 120 * 60_000)).toMatchObject({
    mean: 500,
    min: 495,
    max: 510,
    coverage: 1,
    windows: null,
    samples: null,
  });
});
