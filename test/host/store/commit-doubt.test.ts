import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBConnection } from '@duckdb/node-api';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Store } from '../../../host/store/store.ts';
import { batchOf, gaugeWindow } from './memory-store.ts';

const t0 = Date.UTC(2026, 0, 1);
const epoch = '00000000000000aa';
let dataDir: string;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'joulegate-doubt-'));
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(dataDir, { recursive: true, force: true });
});

/** The next COMMIT happens, but its answer does not arrive. */
function loseNextAnswer(): void {
  const real = DuckDBConnection.prototype.run;
  let isLost = false;
  vi.spyOn(DuckDBConnection.prototype, 'run').mockImplementation(async function (
    this: DuckDBConnection,
    ...args: Parameters<typeof real>
  ) {
    const result = await real.apply(this, args);
    if (args[0] !== 'COMMIT' || isLost) return result;
    isLost = true;
    throw new Error('the answer was lost');
  });
}

const batchFor = (store: Store, meter: string, sequence: number) =>
  batchOf(store, {
    windows: [{ gateway: 'attic', record: { ...gaugeWindow(t0 + sequence * 10_000, sequence), meter } }],
    watermarks: [{ gateway: 'attic', epoch, sequence }],
  });

test('meters that come while a commit is in doubt have their names written with their own rows', async () => {
  const store = await Store.open({ dataDir, zone: 'UTC', upkeepMs: 0 });
  const inDoubt = batchFor(store, 'main', 1);
  loseNextAnswer();
  await expect(store.commit(inDoubt)).rejects.toThrow('the answer was lost');
  const next = batchFor(store, 'solar', 2);
  await store.commit(inDoubt);
  await store.commit(next);
  await store.close();
  const again = await Store.open({ dataDir, zone: 'UTC', upkeepMs: 0 });
  expect(again.newest('attic.main')?.values).toEqual({ powerW: 1 });
  expect(again.newest('attic.solar')?.values).toEqual({ powerW: 2 });
  expect(await again.all('SELECT id FROM meter ORDER BY number')).toEqual([{ id: 'main' }, { id: 'solar' }]);
  expect(await again.all('SELECT count(*) AS rows FROM gauge')).toEqual([{ rows: 2 }]);
  await again.close();
});

test('names that another batch has written in a commit in doubt are not doubled', async () => {
  const store = await Store.open({ dataDir, zone: 'UTC', upkeepMs: 0 });
  const inDoubt = batchFor(store, 'main', 1);
  loseNextAnswer();
  await expect(store.commit(inDoubt)).rejects.toThrow('the answer was lost');
  await store.commit(batchFor(store, 'solar', 2));
  expect(await store.all('SELECT number, id FROM meter ORDER BY number')).toEqual([
    { number: 1, id: 'main' },
    { number: 2, id: 'solar' },
  ]);
  expect(await store.all('SELECT count(*) AS names FROM series')).toEqual([{ names: 2 }]);
  await store.close();
});

test('a store that is closed twice is closed', async () => {
  const store = await Store.open({ dataDir, zone: 'UTC', upkeepMs: 0 });
  await Promise.all([store.close(), store.close()]);
  await store.close();
  await (await Store.open({ dataDir, zone: 'UTC' })).close();
});
