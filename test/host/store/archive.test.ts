import { cp, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest';
import { type Keeping, keepAll } from '../../../host/store/retention.ts';
import { Store } from '../../../host/store/store.ts';
import { batchOf } from './memory-store.ts';
import { aDayMs, monthsOfWindows } from './months-of-windows.ts';

const t0 = Date.UTC(2026, 0, 20);
const epoch = '00000000000000aa';
let dir: string;
let nowMs = t0;
let sequence = 0;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'joulegate-archive-'));
  [nowMs, sequence] = [t0, 0];
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const open = (keeping: Keeping = { ...keepAll, archiveAfterMonths: 1 }) =>
  Store.open({ dataDir: dir, zone: 'Europe/Berlin', upkeepMs: 0, nowMs: () => nowMs, keeping });

async function write(store: Store, records: ReturnType<typeof monthsOfWindows>): Promise<void> {
  sequence += records.length;
  const windows = records.map(record => ({ gateway: 'attic', record }));
  await store.commit(
    batchOf(store, { windows, watermarks: [{ gateway: 'attic', epoch, sequence }], nowS: nowMs / 1000 }),
  );
}

/** Windows of 50 days, a generation a fortnight. */
async function fill(store: Store, days = 50): Promise<void> {
  for (let day = 0; day < days; day += 14) {
    const count = Math.min(14, days - day);
    nowMs = t0 + (day + count) * aDayMs;
    await write(store, monthsOfWindows(t0 + day * aDayMs, count));
    await store.upkeep({ isWeekOver: true });
  }
}

/** All that can be asked, at all resolutions. */
async function answers(store: Store, fromMs = t0, toMs = t0 + 60 * aDayMs): Promise<unknown> {
  const range = { fromMs, toMs };
  const series = ['attic.main.powerW', 'attic.main.energyImportWh', 'attic.solar.powerW'];
  return Promise.all([
    ...series.flatMap(each =>
      [10_000, 100].map(points => store.readings({ series: each, ...range, points })),
    ),
    ...(['hour', 'day', 'month', 'all'] as const).map(period =>
      store.totals({ meter: 'attic.main', ...range, period }),
    ),
    store.missing({ meter: 'attic.main', ...range }),
    store.missing({ meter: 'attic.solar', ...range }),
    ...['gauge', 'counter', 'span', 'missing'].map(view =>
      store.all(`SELECT count(*) AS rows, sum(hash(t))::VARCHAR AS sum FROM ${view} AS t`),
    ),
  ]);
}

const archived = async (store: Store) => {
  await store.upkeep();
  const [row] = await store.all("SELECT count(*) AS n FROM generation WHERE state = 'archived'");
  return Number(row?.n);
};

async function archiveAll(store: Store): Promise<number> {
  nowMs = Date.UTC(2026, 5, 3);
  for (let before = -1; ; ) {
    const now = await archived(store);
    if (now === before) return now;
    before = now;
  }
}

let made: string | undefined;
afterAll(async () => {
  if (made !== undefined) await rm(made, { recursive: true, force: true });
});

/** Puts four weeks that were moved to files into the folder: made once, and copied. */
async function fourWeeks(): Promise<void> {
  if (made === undefined) {
    const store = await open();
    await fill(store, 28);
    await archiveAll(store);
    await store.close();
    made = await mkdtemp(join(tmpdir(), 'joulegate-archived-'));
    await cp(dir, made, { recursive: true });
    return;
  }
  await cp(made, dir, { recursive: true });
  // As after it was made.
  [nowMs, sequence] = [Date.UTC(2026, 5, 3), 1_000_000];
}

test('answers are equal before and after old windows moved to files, also with late ones and opened again', async () => {
  const ranges = fc.record({
    fromDay: fc.double({ min: 0, max: 38, noNaN: true }),
    days: fc.double({ min: 0.01, max: 20, noNaN: true }),
  });
  let store = await open();
  await fill(store, 42);
  await write(store, monthsOfWindows(t0 - 3 * aDayMs, 1));
  await store.upkeep();
  const cases = fc.sample(ranges, 1).map(({ fromDay, days }) => {
    const fromMs = Math.floor(t0 + fromDay * aDayMs);
    return [fromMs, fromMs + Math.ceil(days * aDayMs)] as const;
  });
  const ask = () => Promise.all([answers(store), ...cases.map(([from, to]) => answers(store, from, to))]);
  const before = await ask();
  expect(await archiveAll(store)).toBe(3);
  expect(
    (await store.all("SELECT table_name FROM duckdb_tables() WHERE table_name = 'gauge_g1'")).length,
  ).toBe(0);
  expect(await ask()).toEqual(before);
  await store.close();
  store = await open();
  expect(await ask()).toEqual(before);

  // What comes late now mends buckets whose windows are in files.
  const late = monthsOfWindows(t0 + 900_000, 1, 'garage').concat(monthsOfWindows(t0 - 10 * aDayMs, 1));
  await write(store, late);
  const fromWindows = await ask();
  expect(fromWindows).not.toEqual(before);
  await store.upkeep();
  expect(await ask()).toEqual(fromWindows);
  await store.close();
});

test('a file of the archive says in any tool what it is, and is sorted', async () => {
  await fourWeeks();
  expect((await readdir(join(dir, 'archive'))).sort()).toEqual(['2026-01', '2026-02', 'README.txt']);
  const connection = await (await DuckDBInstance.create()).connect();
  const rows = async (sql: string) => (await connection.runAndReadAll(sql)).getRowObjectsJson();
  const path = join(dir, 'archive/2026-01/gauge-g1.parquet');
  const [first] = await rows(
    `SELECT meterKey, quantity, unit, epoch_ms(time) AS ms, (low * step + mean) * scale AS mean, low * step * scale AS min
     FROM '${path}' LIMIT 1`,
  );
  expect(first).toEqual({
    meterKey: 'attic.main',
    quantity: 'powerW',
    unit: 'W',
    ms: `${t0}`,
    mean: 452,
    min: 447,
  });
  expect(
    await rows(
      `SELECT count(*) AS unsorted FROM (SELECT (series, startS) < lag((series, startS)) OVER () AS isLess FROM '${path}') WHERE isLess`,
    ),
  ).toEqual([{ unsorted: '0' }]);
  expect(await rows(`SELECT DISTINCT compression FROM parquet_metadata('${path}')`)).toEqual([
    { compression: 'ZSTD' },
  ]);
  connection.closeSync();
});

test('a damaged file is told by name for its range, and nothing else is touched', async () => {
  await fourWeeks();
  let store = await open();
  const path = join(dir, 'archive/2026-01/gauge-g1.parquet');
  const other = {
    series: 'attic.main.powerW',
    fromMs: t0 + 15 * aDayMs,
    toMs: t0 + 16 * aDayMs,
    points: 10_000,
  };
  const fine = { ...other, fromMs: t0 + aDayMs, toMs: t0 + 2 * aDayMs };
  const day = { ...fine, points: 24 };
  const expected = await Promise.all([store.readings(other), store.readings(day)]);
  await store.close();
  const good = await readFile(path);
  const damage = {
    missing: () => rm(path),
    'cut off': () => truncate(path, good.length - 100),
    garbage: () => writeFile(path, Buffer.alloc(good.length, 7)),
  };
  for (const [how, spoil] of Object.entries(damage)) {
    await spoil();
    store = await open();
    await expect(store.readings(fine), how).rejects.toMatchObject({
      name: 'ArchiveError',
      message: expect.stringContaining(path),
    });
    // What the tiers tell does not need the file.
    expect(await Promise.all([store.readings(other), store.readings(day)])).toEqual(expected);
    if (how !== 'garbage') await store.close();
    await writeFile(path, good);
  }
  await rm(path);
  // Late windows of that time join what the tiers have, and the next week begins as ever.
  await write(store, monthsOfWindows(t0 + aDayMs, 1, 'main', 60, 5));
  await store.upkeep({ isWeekOver: true });
  const { coverage, max } = await store.readings(day);
  expect(coverage.length).toBe(expected[1]?.coverage.length);
  expect(max[3]).toBe(expected[1]?.max[3]);
  await store.close();
});

test('files that the database does not know are set aside, half-written ones are removed', async () => {
  await fourWeeks();
  const month = join(dir, 'archive/2026-01');
  await writeFile(join(month, 'gauge-g99.parquet'), 'of a newer database');
  await writeFile(join(month, 'gauge-g98.parquet.partial'), 'half');
  const store = await open();
  await store.close();
  expect((await readdir(month)).filter(name => /9[89]/.test(name))).toEqual([]);
  const [aside = ''] = await readdir(join(dir, 'quarantine'));
  expect(await readdir(join(dir, 'quarantine', aside))).toContain('gauge-g99.parquet');
});
