import { expect, test } from 'vitest';
import { Store } from '../../../host/store/store.ts';
import { batchOf, counterWindow, gaugeWindow } from './memory-store.ts';

const hourMs = 3_600_000;
const baseMs = Date.UTC(2026, 2, 28, 12);

/** The same numbers between 0 and 1 in every run. */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

test('windows that overlap or say two things of one instant are the same from windows and tiers', async () => {
  const random = chance(7);
  const store = await Store.open({
    zone: 'Europe/Berlin',
    upkeepMs: 0,
    nowMs: () => baseMs + 10 * hourMs,
  });
  const range = { fromMs: baseMs, toMs: baseMs + 8 * hourMs };
  const answers = async () => [
    await store.energyOf(['attic.main', 'attic.pv'], { ...range, period: 'hour' }),
    await store.readings({ ...range, series: 'attic.main.energyImportWh', points: 40 }),
    await store.readings({ ...range, series: 'attic.pv.powerW', points: 40 }),
    await store.readings({ ...range, series: 'attic.pv.powerW', points: 500 }),
  ];
  try {
    for (let round = 1; round <= 3; round++) {
      const windows = Array.from({ length: 80 }, () => {
        const windowS = [10, 60, 900][Math.floor(random() * 3)] as number;
        const startMs = baseMs + Math.floor((random() * 7.5 * hourMs) / (windowS * 1000)) * windowS * 1000;
        const reading = Math.floor((startMs - baseMs) / 3000) + windowS / 3 + Math.floor(random() * 3);
        const mean = Math.floor(random() * 1000) - 500;
        return [
          counterWindow(startMs, Math.floor(reading), windowS),
          { ...gaugeWindow(startMs, mean, windowS), meter: 'pv' },
        ];
      });
      const records = windows.flat().map(record => ({ gateway: 'attic', record }));
      const watermarks = [{ gateway: 'attic', epoch: '00000000000000aa', sequence: round }];
      await store.commit(batchOf(store, { windows: records, watermarks }));
      const fromWindows = await answers();
      await store.upkeep({ isWeekOver: round === 2 });
      expect(await answers()).toEqual(fromWindows);
    }
  } finally {
    await store.close();
  }
});
