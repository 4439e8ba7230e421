import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBConnection } from '@duckdb/node-api';
import { afterEach, expect, test, vi } from 'vitest';
import { Store } from '../../../host/store/store.ts';
import { batchOf, gaugeWindow } from './memory-store.ts';

const startMs = Date.UTC(2026, 0, 6);
const hourMs = 3_600_000;

afterEach(() => vi.restoreAllMocks());

test('a start with another zone that fails half way leaves the days of the zone before', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'joulegate-zone-'));
  const open = (zone: string) =>
    Store.open({ dataDir, zone, upkeepMs: 0, nowMs: () => startMs + 80 * hourMs });
  const days = (store: Store) =>
    store.totals({ meter: 'attic.main', fromMs: startMs, toMs: startMs + 72 * hourMs, period: 'day' });
  try {
    let store = await open('Europe/Berlin');
    const windows = Array.from({ length: 72 * 4 }, (_, index) => {
      return { gateway: 'attic', record: gaugeWindow(startMs + index * 900_000, index, 900) };
    });
    const watermarks = [{ gateway: 'attic', epoch: '00000000000000aa', sequence: 1 }];
    await store.commit(batchOf(store, { windows, watermarks }));
    await store.upkeep();
    const before = await days(store);
    await store.close();
    const real = DuckDBConnection.prototype.run;
    vi.spyOn(DuckDBConnection.prototype, 'run').mockImplementation(function (
      this: DuckDBConnection,
      ...args: Parameters<typeof real>
    ) {
      if (args[0].startsWith('UPDATE tier')) return Promise.reject(new Error('no more'));
      return real.apply(this, args);
    });
    await expect(open('America/New_York')).rejects.toThrow('no more');
    vi.restoreAllMocks();
    store = await open('Europe/Berlin');
    expect(await days(store)).toEqual(before);
    await store.close();
    store = await open('America/New_York');
    const other = await days(store);
    await store.upkeep();
    expect(await days(store)).toEqual(other);
    await store.close();
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
});
