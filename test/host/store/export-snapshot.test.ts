import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { closeDatabase, openDatabase } from '../../../host/store/database.ts';
import type { ExportSelection } from '../../../host/store/export-selection.ts';
import { Exports } from '../../../host/store/exports.ts';
import { HeldFiles } from '../../../host/store/held-files.ts';
import { type Keeping, keepAll } from '../../../host/store/retention.ts';
import { Store } from '../../../host/store/store.ts';
import { batchOf } from './memory-store.ts';
import { aDayMs, monthsOfWindows } from './months-of-windows.ts';

const january = Date.UTC(2026, 0, 1);
const february = Date.UTC(2026, 1, 1);
const march = Date.UTC(2026, 2, 1);
const keeping: Keeping = { archiveAfterMonths: 1, months: { ...keepAll.months, raw: 3 } };
let dataDir: string;
let store: Store;
let nowMs: number;
let sequence: number;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'joulegate-snapshot-'));
  [nowMs, sequence] = [january, 0];
  store = await Store.open({ dataDir, zone: 'Europe/Berlin', upkeepMs: 0, nowMs: () => nowMs, keeping });
});
afterEach(async () => {
  await store.close();
  await rm(dataDir, { recursive: true });
});

async function write(records: ReturnType<typeof monthsOfWindows>): Promise<void> {
  sequence += records.length;
  const windows = records.map(record => ({ gateway: 'attic', record }));
  const watermarks = [{ gateway: 'attic', epoch: '00000000000000aa', sequence }];
  await store.commit(batchOf(store, { windows, watermarks }));
}

/** January lies in the archive, February is sorted, the first days of March are open; late windows of February wait. */
async function fill(): Promise<void> {
  for (const [from, days] of [
    [january, 4],
    [february, 3],
    [march, 2],
  ] as const) {
    nowMs = from + days * aDayMs;
    await write(monthsOfWindows(from, days));
    await store.upkeep({ isWeekOver: true });
  }
  await write(monthsOfWindows(february + 300_000, 2, 'main', 300, 100));
  expect(await readdir(join(dataDir, 'archive'))).toContain('2026-01');
}

/** Everything that can change what is told: late and new windows, a correction, all upkeep, months on. */
async function changeEverything(): Promise<void> {
  await write(monthsOfWindows(january + aDayMs + 300_000, 2, 'solar', 300));
  await write(monthsOfWindows(march + 2 * aDayMs, 2));
  const signature = { who: 'ada', why: 'the transformer', atMs: nowMs };
  const about = { meter: 'attic.solar', series: null };
  const range = { fromS: january / 1000, toS: march / 1000, before: 0, after: 0, offset: 0 };
  await store.corrections.make(about, { ...range, kind: 'scale', factorMillionths: 2_000_000 }, signature);
  await store.corrections.make(about, { ...range, kind: 'exclude', factorMillionths: 1_000_000 }, signature);
  await store.upkeep({ isWeekOver: true });
  nowMs = Date.UTC(2026, 5, 10);
  await write(monthsOfWindows(nowMs - aDayMs, 1));
  for (let round = 0; round < 4; round++) await store.upkeep({ isWeekOver: true });
}

const selections: readonly (readonly [string, ExportSelection['of']])[] = [
  ['windows', { series: keys(), resolution: 'windows' }],
  ['quarters', { series: keys(), resolution: '15min' }],
  ['days', { series: keys(), resolution: 'day' }],
  ['hours of energy', { meters: ['attic.main', 'attic.solar'], period: 'hour' }],
];

function keys(): string[] {
  return ['main', 'solar'].flatMap(meter =>
    ['powerW', 'energyImportWh'].map(quantity => `attic.${meter}.${quantity}`),
  );
}

const open = (of: ExportSelection['of'], form: ExportSelection['form'] = 'csv') =>
  store.exported({ form, fromMs: january, toMs: Date.UTC(2026, 6, 1), of, nameOf: () => '' });

async function rest(pieces: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const piece of pieces) parts.push(piece);
  return Buffer.concat(parts).toString();
}

test('an export is that of one moment, whatever comes, is corrected, sorted, archived or removed while it is read', async () => {
  await fill();
  const whole = await Promise.all(selections.map(async ([, of]) => rest(await open(of))));
  const begun = await Promise.all(selections.map(([, of]) => open(of)));
  const firsts = await Promise.all(
    begun.map(async pieces => (await pieces.next()).value ?? new Uint8Array()),
  );
  await changeEverything();
  expect(await readdir(join(dataDir, 'archive'))).toContain('2026-01');
  for (const [at, [name]] of selections.entries()) {
    const pieces = begun[at];
    if (pieces === undefined) throw new Error('it was not begun');
    const text = Buffer.from(firsts[at] ?? []).toString() + (await rest(pieces));
    expect([name, text.length]).toEqual([name, whole[at]?.length]);
    expect(text === whole[at]).toBe(true);
  }
  const days = selections.findIndex(([name]) => name === 'days');
  expect((await rest(await open({ series: keys(), resolution: 'day' }))) === whole[days]).toBe(false);
  // With the last reader the files go that retention gave up.
  expect(
    existsSync(join(dataDir, 'archive', '2026-01')) && (await readdir(join(dataDir, 'archive', '2026-01'))),
  ).not.toContain('gauge-g1.parquet');
});

test('a Parquet file of buckets is that of one moment, too, and holds nothing up once it is made', async () => {
  await fill();
  const of = { series: keys(), resolution: 'day' } as const;
  const [before, begun] = [await open(of, 'parquet'), await open(of, 'parquet')];
  const { bytes } = await before.file();
  await changeEverything();
  expect((await begun.file()).bytes).toBe(bytes);
  await before.end();
  await begun.end();
});

test('an export that nobody reads breaks off in the end, with what to do', async () => {
  const database = await openDatabase({ dataDir: undefined, zone: 'UTC' }, Date.now);
  const exports = new Exports(() => database, { zone: 'UTC', dir: undefined, longestMs: 20 });
  const number = await exports.open();
  await exports.choose(number, { form: 'csv', fromMs: 0, toMs: 1000, table: 'windows', series: [] });
  await new Promise(resolve => setTimeout(resolve, 60));
  await expect(exports.next(number)).rejects.toThrow('choose a shorter range, or a faster line');
  await exports.end(number);
  await exports.close();
  await closeDatabase(database);
});

test('an export that is ended below its reader is never taken for whole', async () => {
  const database = await openDatabase({ dataDir: undefined, zone: 'UTC' }, Date.now);
  const exports = new Exports(() => database, { zone: 'UTC', dir: undefined });
  const number = await exports.open();
  await exports.choose(number, { form: 'csv', fromMs: 0, toMs: 1000, table: 'windows', series: [] });
  // As before the database is opened again, and when the host ends.
  await exports.close();
  await expect(exports.next(number)).rejects.toThrow('ended before it was read whole');
  await closeDatabase(database);
});

test('a file goes when the last who holds it lets it go', async () => {
  const path = join(dataDir, 'joulegate.duckdb');
  const files = new HeldFiles();
  const [one, other] = [files.hold([path]), files.hold([path])];
  await files.remove(path);
  await one();
  expect(existsSync(path)).toBe(true);
  await other();
  expect(existsSync(path)).toBe(false);
});
