import { expect, test } from 'vitest';
import type { Reason } from '#core/wire/reasons.ts';
import type { WindowRecord } from '#core/wire/records.ts';
import { gaugeWindow, memoryStore } from './memory-store.ts';

const t0 = Date.UTC(2026, 0, 1);

const empty = (index: number, ...reasons: [Reason, number][]): WindowRecord => ({
  ...gaugeWindow(t0 + index * 10_000, 0),
  values: [],
  failures: reasons.map(([reason, count]) => ({ reason, count })),
});

test('windows without values are told by their reason, joined where they touch', async () => {
  const { store, write } = await memoryStore();
  await write([
    empty(2, ['timeout', 10]),
    empty(0, ['timeout', 10]),
    empty(1, ['timeout', 7], ['crc', 3]),
    { ...gaugeWindow(t0 + 30_000, 5), failures: [{ reason: 'crc', count: 2 }] },
    empty(4, ['crc', 6], ['timeout', 4]),
    empty(5, ['timeout', 10]),
    empty(9),
  ]);
  const range = { meter: 'attic.main', fromMs: t0, toMs: t0 + 3_600_000 };
  expect(await store.missing(range)).toEqual([
    { startMs: t0, endMs: t0 + 30_000, reason: 'timeout' },
    { startMs: t0 + 40_000, endMs: t0 + 50_000, reason: 'crc' },
    { startMs: t0 + 50_000, endMs: t0 + 60_000, reason: 'timeout' },
    { startMs: t0 + 90_000, endMs: t0 + 100_000, reason: 'unknown' },
  ]);
  expect(await store.missing({ ...range, fromMs: t0 + 90_000 })).toHaveLength(1);
  expect(await store.missing({ ...range, meter: 'attic.other' })).toEqual([]);
  await store.close();
});

test('a window whose values came after all is not told as missing', async () => {
  const { store, write } = await memoryStore();
  await write([empty(0, ['timeout', 1]), empty(1, ['timeout', 1]), empty(2, ['timeout', 1])]);
  await write([gaugeWindow(t0 + 10_000, 5)]);
  expect(await store.missing({ meter: 'attic.main', fromMs: t0, toMs: t0 + 3_600_000 })).toEqual([
    { startMs: t0, endMs: t0 + 10_000, reason: 'timeout' },
    { startMs: t0 + 20_000, endMs: t0 + 30_000, reason: 'timeout' },
  ]);
  await store.close();
});
