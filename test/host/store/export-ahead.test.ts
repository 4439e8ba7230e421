import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { expect, test } from 'vitest';
import { Store } from '../../../host/store/store.ts';
import { batchOf } from './memory-store.ts';
import { monthsOfWindows } from './months-of-windows.ts';

const nowMs = Date.UTC(2026, 2, 10, 12);
const aheadMs = Date.UTC(2038, 0, 19, 3);

test('windows that a clock dated years ahead are in an export, in each form', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'joulegate-ahead-'));
  const store = await Store.open({ dataDir, zone: 'Europe/Berlin', upkeepMs: 0, nowMs: () => nowMs });
  // Ahead, and then right again: the newest of the series is not the last.
  const records = [
    ...monthsOfWindows(aheadMs, 1, 'main'),
    ...monthsOfWindows(nowMs - 3_600_000, 1, 'main', 900, 4),
  ];
  const windows = records.map(record => ({ gateway: 'attic', record }));
  const watermarks = [{ gateway: 'attic', epoch: '00000000000000aa', sequence: records.length }];
  await store.commit(batchOf(store, { windows, watermarks }));
  const expected = records
    .filter(({ values }) => values.length > 0)
    .map(({ startMs }) => new Date(startMs).toISOString().replace('.000', ''))
    .sort();
  const of = { series: ['attic.main.powerW'], resolution: 'windows' } as const;
  const exported = (form: 'csv' | 'parquet') =>
    store.exported({ form, fromMs: 0, toMs: 4_294_967_295_000, of, nameOf: () => '' });
  for (const isSorted of [false, true]) {
    if (isSorted) await store.upkeep({ isWeekOver: true });
    const parts: Uint8Array[] = [];
    for await (const piece of await exported('csv')) parts.push(piece);
    const lines = Buffer.concat(parts).toString().split('\r\n').slice(1, -1);
    expect(lines.map(line => line.split(',')[6])).toEqual(expected);
    const pieces = await exported('parquet');
    const { path } = await pieces.file();
    const instance = await DuckDBInstance.create();
    const connection = await instance.connect();
    const reader = await connection.runAndReadAll(
      `SELECT strftime(start_utc AT TIME ZONE 'UTC', '%Y-%m-%dT%H:%M:%SZ') AS start, start_local FROM read_parquet('${path}') ORDER BY start`,
    );
    const rows = reader.getRowObjects();
    expect(rows.map(({ start }) => start)).toEqual(expected);
    expect(String(rows.at(-1)?.start_local)).toMatch(/^2038-01-20T0\d:\d\d:00\+01:00$/);
    connection.closeSync();
    instance.closeSync();
    await pieces.end();
  }
  await store.close();
  await rm(dataDir, { recursive: true });
});
