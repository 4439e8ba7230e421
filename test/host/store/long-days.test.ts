import { expect, test } from 'vitest';
import { Store } from '../../../host/store/store.ts';
import { batchOf, counterWindow, gaugeWindow } from './memory-store.ts';

const hourMs = 3_600_000;

test('a day of 26 hours is the same from windows and tiers, also when some came late', async () => {
  // Clocks of the station Troll go back two hours on 25 October 2026.
  const startMs = Date.UTC(2026, 9, 23, 22);
  const store = await Store.open({
    zone: 'Antarctica/Troll',
    upkeepMs: 0,
    nowMs: () => startMs + 80 * hourMs,
  });
  let sequence = 0;
  const send = (indexes: readonly number[]) => {
    const windows = indexes.flatMap(index => {
      const atMs = startMs + index * 900_000;
      const records = [
        counterWindow(atMs, index * index, 900),
        { ...gaugeWindow(atMs, index, 900), meter: 'pv' },
      ];
      return records.map(record => ({ gateway: 'attic', record }));
    });
    const watermarks = [{ gateway: 'attic', epoch: '00000000000000aa', sequence: ++sequence }];
    return store.commit(batchOf(store, { windows, watermarks }));
  };
  const days = () =>
    store.energyOf(['attic.main', 'attic.pv'], {
      fromMs: startMs,
      toMs: startMs + 74 * hourMs,
      period: 'day',
    });
  const all = Array.from({ length: 74 * 4 }, (_, index) => index);
  // An hour after the start of the long day.
  const isLate = (index: number) => index === 100;
  await send(all.filter(index => !isLate(index)));
  await store.upkeep();
  await send(all.filter(isLate));
  const fromWindows = await days();
  expect(fromWindows.startMs.map((fromMs, day) => ((fromWindows.endMs[day] ?? 0) - fromMs) / hourMs)).toEqual(
    [24, 26, 24],
  );
  await store.upkeep();
  expect(await days()).toEqual(fromWindows);
  expect(fromWindows.meters[1]?.coverage).toEqual([1, 1, 1]);
  await store.close();
});
