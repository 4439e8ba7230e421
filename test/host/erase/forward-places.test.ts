import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { WindowRecord } from '#core/wire/records.ts';
import { eraseSite } from '../../../host/erase/erase.ts';
import { noCounts, PlaceTable, type Standing } from '../../../host/forward/place-table.ts';
import type { CommittedWindow } from '../../../host/store/commits.ts';
import { Store } from '../../../host/store/store.ts';
import { windowAt } from '../forward/forward-rig.ts';
import { batchOf } from '../store/memory-store.ts';

const nowMs = Date.UTC(2026, 5, 1, 12);
let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'joulegate-erase-'));
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

async function withStore<T>(work: (store: Store) => Promise<T>): Promise<T> {
  const store = await Store.open({ dataDir, zone: 'Europe/Berlin', upkeepMs: 0, nowMs: () => nowMs });
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

const all = (store: Store) =>
  store.commits.wanted(
    () => true,
    () => true,
  );
const shown = ({ gateway, startMs, values, missing }: CommittedWindow) =>
  `${gateway} ${(startMs - nowMs) / 1000} ${values.powerW?.mean} ${values.energyImportWh?.last} ${missing[0]?.reason}`;

/** All behind a place, in pieces. */
async function behind(store: Store, from: CommittedWindow['next']): Promise<CommittedWindow[]> {
  const windows: CommittedWindow[] = [];
  let place = from;
  for (let pieces = 0; pieces < 50; pieces++) {
    const piece = await store.commits.read(place, all(store), 3);
    expect(piece.lost).toBe(0);
    windows.push(...piece.windows);
    place = piece.next;
    if (piece.isEnd) break;
  }
  return windows;
}

/** Windows of two gateways in turn, some without values, in a week that is over and in one that goes on. */
async function fill(store: Store): Promise<void> {
  for (let n = 0; n < 12; n++) {
    const windows = ['gwnord', 'cellar', 'gwnord'].map((gateway, index) => {
      const whole = windowAt(nowMs + n * 30_000 + index * 10_000, n * 10 + index);
      const silent: WindowRecord = { ...whole, values: [], failures: [{ reason: 'crc', count: n + 1 }] };
      return { gateway, record: (n + index) % 4 === 0 ? silent : whole };
    });
    const watermarks = ['gwnord', 'cellar'].map(gateway => ({
      gateway,
      epoch: '00000000000000aa',
      sequence: n * 2 + 2,
    }));
    await store.commit(batchOf(store, { windows, watermarks, nowS: nowMs / 1000 }));
    if (n === 6) await store.upkeep({ isWeekOver: true });
  }
}

it('wherever a forward stands, what waits of other sites goes on from there when a site is erased', async () => {
  const order = await withStore(async store => {
    await store.run('CREATE TABLE gateway_site (gateway VARCHAR, site VARCHAR)');
    await store.run('CREATE TABLE site_book (site VARCHAR, version INTEGER, body VARCHAR)');
    await store.run("INSERT INTO gateway_site VALUES ('gwnord', 'north')");
    const places = await PlaceTable.open(store);
    const begin = await store.commits.end();
    await places.save('from0', { place: begin, counts: noCounts });
    await fill(store);
    const windows = await behind(store, begin);
    for (const [index, { next }] of windows.entries())
      await places.save(`from${index + 1}`, {
        place: next,
        counts: noCounts,
        // On its way is all up to there.
        journal: { epoch: 'aa', next: 1, sent: { upTo: index + 1, place: next, windows: 1, values: 1 } },
      });
    return windows.map(shown);
  });
  expect(order.length).toBe(36);
  await eraseSite('north', { dataDir, nowMs, backupHours: 0, backupKeep: 7 });
  await withStore(async store => {
    const standings = await (await PlaceTable.open(store)).all();
    expect(standings.size).toBe(37);
    const windows = await behind(store, standings.get('from0')?.place as CommittedWindow['next']);
    expect(windows.map(shown)).toEqual(order.filter(line => line.startsWith('cellar ')));
    for (let index = 1; index <= order.length; index++) {
      const { place, journal } = standings.get(`from${index}`) as Standing;
      expect(journal).toMatchObject({ epoch: 'aa', sent: { upTo: index, place, values: 1 } });
      const left = order.slice(index).filter(line => line.startsWith('cellar '));
      expect((await behind(store, place)).map(shown), `from ${index}`).toEqual(left);
      expect(await store.commits.count(place, all(store)), `from ${index}`).toBe(left.length);
    }
  });
});
