import { afterEach, describe, expect, it } from 'vitest';
import type { WindowRecord } from '#core/wire/records.ts';
import { beginOf, createPlaceTable, placeTable } from '../../../host/store/commit-place.ts';
import type { CommittedWindow } from '../../../host/store/commits.ts';
import type { Store } from '../../../host/store/store.ts';
import { batchOf, counterWindow, gaugeWindow, memoryStore } from './memory-store.ts';

const t0 = Date.UTC(2026, 0, 5);
let store: Store;
let write: (records: readonly WindowRecord[]) => Promise<void>;
const begin = async () => ({ store, write } = await memoryStore());
afterEach(() => store.close());

const silent = (startMs: number): WindowRecord => ({
  meter: 'main',
  startMs,
  windowS: 10,
  clock: 'synced',
  values: [],
  failures: [{ reason: 'timeout', count: 3 }],
});
const both = (startMs: number, powerW: number): WindowRecord => ({
  ...gaugeWindow(startMs, powerW),
  values: [...gaugeWindow(startMs, powerW).values, ...counterWindow(startMs, powerW * 2).values],
});
const all = () =>
  store.commits.wanted(
    () => true,
    () => true,
  );
const shown = ({ gateway, meter, startMs, values, missing }: CommittedWindow) =>
  [
    `${gateway}.${meter}`,
    (startMs - t0) / 1000,
    values.powerW?.mean ?? values.energyImportWh?.last ?? missing[0]?.reason,
  ].join(' ');

describe('what was committed, in the order of the commits', () => {
  it('is read whole, in pieces of any size, and each window tells where to go on', async () => {
    await begin();
    const from = await store.commits.end();
    await write([both(t0, 100), silent(t0 + 10_000)]);
    // Late, of another meter, and one that comes twice.
    await write([both(t0 + 60_000, 400), gaugeWindow(t0 - 3_600_000, 5)]);
    await write([counterWindow(t0 + 70_000, 9), both(t0 + 60_000, 400)]);
    const wanted = all();
    const { windows, isEnd, next, lost } = await store.commits.read(from, wanted, 100);
    const order = ['0 100', '10 timeout', '60 400', '-3600 5', '70 9', '60 400'].map(
      text => `attic.main ${text}`,
    );
    expect([windows.map(shown), isEnd, lost]).toEqual([order, true, 0]);
    expect(windows[0]?.values).toEqual({
      powerW: { samples: 10, mean: 100, min: 99, max: 101, last: 100 },
      energyImportWh: { samples: 1, last: 200 },
    });
    expect(next).toEqual(await store.commits.end());
    for (const [index, window] of windows.entries()) {
      const rest = await store.commits.read(window.next, wanted, 2);
      expect(rest.windows.map(shown)).toEqual(order.slice(index + 1, index + 3));
    }
    expect(await store.commits.count(windows[1]?.next ?? from, wanted)).toBe(4);
    expect(await store.commits.count(from, wanted, 'values')).toBe(5);
  });

  it('holds only what is wanted, and meters that came later are asked about', async () => {
    await begin();
    const from = await store.commits.end();
    const wanted = store.commits.wanted(
      gateway => gateway === 'cellar',
      quantity => quantity === 'powerW',
    );
    await write([both(t0, 100)]);
    expect(await store.commits.read(from, wanted, 10)).toMatchObject({ windows: [], isEnd: true });
    const windows = [1, 2].map(n => ({ gateway: 'cellar', record: both(t0 + n * 10_000, n) }));
    const watermarks = [{ gateway: 'cellar', epoch: '00000000000000bb', sequence: 2 }];
    await store.commit(batchOf(store, { windows, watermarks }));
    await write([both(t0 + 50_000, 100)]);
    const piece = await store.commits.read(from, wanted, 10);
    expect(piece.windows.map(shown)).toEqual(['cellar.main 10 1', 'cellar.main 20 2']);
    expect(Object.keys(piece.windows[0]?.values ?? {})).toEqual(['powerW']);
    expect(await store.commits.count(from, wanted)).toBe(2);
  });

  it('holds nothing of meters that have none of the wanted quantities, until they have', async () => {
    await begin();
    const from = await store.commits.end();
    const wanted = store.commits.wanted(
      () => true,
      quantity => quantity === 'energyImportWh',
    );
    const of = (meter: string, record: WindowRecord): WindowRecord => ({ ...record, meter });
    const read = async () => {
      const { windows } = await store.commits.read(from, wanted, 100);
      expect(await store.commits.count(from, wanted)).toBe(windows.length);
      return windows.map(shown);
    };
    // Of one that has given nothing yet nobody knows what it has.
    await write([of('new', silent(t0)), of('power', gaugeWindow(t0, 1)), of('power', silent(t0 + 10_000))]);
    expect(await read()).toEqual(['attic.new 0 timeout']);
    await write([of('new', gaugeWindow(t0 + 10_000, 2)), of('both', both(t0, 3))]);
    expect(await read()).toEqual(['attic.both 0 6']);
    await write([of('both', silent(t0 + 10_000)), of('new', silent(t0 + 20_000))]);
    expect(await read()).toEqual(['attic.both 0 6', 'attic.both 10 timeout']);
    const before = await store.commits.end();
    await write([of('power', both(t0 + 20_000, 4))]);
    const { windows } = await store.commits.read(before, wanted, 100);
    expect(windows.map(shown)).toEqual(['attic.power 20 8']);
  });

  it('has a window that came in two records once, and lost nowhere, wherever a piece ends', async () => {
    await begin();
    const from = await store.commits.end();
    await write([gaugeWindow(t0, 1), counterWindow(t0, 2), gaugeWindow(t0 + 10_000, 3)]);
    const wanted = all();
    let place = from;
    const quantities: string[] = [];
    for (let piece = 0; piece < 3; piece++) {
      const { windows, next, lost } = await store.commits.read(place, wanted, 1);
      expect(lost).toBe(0);
      quantities.push(...windows.flatMap(({ values }) => Object.keys(values)));
      place = next;
    }
    expect(quantities).toEqual(['powerW', 'energyImportWh', 'powerW']);
  });

  it('has both records of a window where they tell of the same quantity or reason', async () => {
    await begin();
    const from = await store.commits.end();
    await write([gaugeWindow(t0, 1), both(t0, 2), silent(t0 + 10_000), silent(t0 + 10_000)]);
    for (const most of [1, 100]) {
      const told: string[] = [];
      for (let [place, isEnd] = [from, false]; !isEnd; ) {
        const { windows, next, lost, ...piece } = await store.commits.read(place, all(), most);
        expect(lost).toBe(0);
        for (const { values, missing } of windows) {
          const failures = missing.map(({ reason, count }) => `${reason} ${count}`);
          told.push([values.powerW?.mean, values.energyImportWh?.last, ...failures].join(' '));
        }
        [place, isEnd] = [next, piece.isEnd];
      }
      expect(told).toEqual(['1 4', '2 ', '  timeout 3', '  timeout 3']);
    }
  });

  it('outlives the end of the week where somebody still wants it, and what is lost else is counted', async () => {
    await begin();
    await store.run(createPlaceTable);
    const from = await store.commits.end();
    await store.run(`INSERT INTO ${placeTable} VALUES ('away', 1, ?, 0, 0, 0, 0, '{}')`, [from.generation]);
    await write([both(t0 + 20_000, 1), both(t0, 2)]);
    await store.upkeep({ isWeekOver: true });
    await write([both(t0 + 30_000, 3)]);
    await store.upkeep({ isWeekOver: true });
    await store.upkeep();
    const first = await store.commits.read(from, all(), 100);
    expect(first.windows.map(shown)).toEqual(['attic.main 20 1', 'attic.main 0 2']);
    const second = await store.commits.read(first.next, all(), 100);
    expect(second.windows.map(shown)).toEqual(['attic.main 30 3']);
    await store.run(`INSERT INTO ${placeTable} VALUES ('away', 2, ?, 0, 0, 0, 0, '{}')`, [
      second.next.generation,
    ]);
    await store.upkeep();
    const late = await store.commits.read(beginOf(from.generation), all(), 100);
    expect([late.lost, late.windows.map(shown)]).toEqual([2, ['attic.main 30 3']]);
  });
});
