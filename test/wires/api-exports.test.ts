import { once } from 'node:events';
import { watch } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { get, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Store } from '../../host/store/store.ts';
import { until } from '../comes-true.ts';
import { type HostUnderTest, signInFirst, startHostUnderTest } from '../host/api/host-under-test.ts';
import { storeWindows } from '../host/api/stored-site.ts';

/** Of 10 s: nine days, two rows each. */
const windows = 80_000;
const perCommit = 10_000;
const startMs = Date.UTC(2026, 9, 20);
const range = `from=${startMs}&to=${startMs + windows * 10_000}`;

let dataDir: string;
let host: HostUnderTest;
let cookie: string;
let url: string;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'joulegate-exports-'));
  host = await startHostUnderTest({ dataDir });
  cookie = await signInFirst(host);
  for (let from = 0; from < windows; from += perCommit) {
    await storeWindows(host, {
      meter: 'house',
      startMs,
      from,
      to: from + perCommit,
      sequence: from + perCommit,
    });
  }
  await host.store.upkeep({ isWeekOver: true });
  url = await host.api.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(async () => {
  expect(host.faults).toEqual([]);
  await host.close();
  await rm(dataDir, { recursive: true, force: true });
});

const ask = (path: string) =>
  new Promise<IncomingMessage>((resolve, reject) => {
    get(`${url}/api/v1/exports/${path}`, { headers: { cookie }, agent: false }, resolve).on('error', reject);
  });
const counter = async (name: string): Promise<number> => {
  const { counters } = (await host.ask({ url: '/api/v1/counters', headers: { cookie } })).json();
  return counters[`http.${name}`];
};
const files = () => readdir(join(dataDir, 'exports')).catch((): string[] => []);
const megabytes = (bytes: number) => Math.round(bytes / 1e6);

/** What a file holds, as DuckDB reads it without our help. */
async function read(rows: string): Promise<unknown[]> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const reader = await connection.runAndReadAll(
    `SELECT count(*), min(start_utc), max(start_utc), sum(mean), sum(last), sum(samples * window_s), count(DISTINCT (series, start_utc)),
       bool_and(start_local::TIMESTAMPTZ = start_utc::TIMESTAMPTZ)
     FROM (SELECT * REPLACE (start_utc::TIMESTAMPTZ AS start_utc) FROM ${rows})`,
  );
  const [row = []] = reader.getRows();
  connection.closeSync();
  instance.closeSync();
  return row.map(String);
}

it('a large export goes out in pieces: memory does not grow with it', async () => {
  // Once before, so that what is loaded once does not count.
  for await (const _ of await ask(`readings?from=${startMs}&to=${startMs + 10_000_000}`)) void _;
  globalThis.gc?.();
  const before = process.memoryUsage().rss;
  const response = await ask(`readings?${range}`);
  let [bytes, most] = [0, 0];
  for await (const piece of response) {
    bytes += piece.length;
    most = Math.max(most, process.memoryUsage().rss);
  }
  console.log(
    `export of ${2 * windows} windows: ${megabytes(bytes)} MB of CSV; RSS before ${megabytes(before)} MB, at most ${megabytes(most)} MB`,
  );
  expect(bytes).toBeGreaterThan(15e6);
  expect(most - before).toBeLessThan(bytes);
  expect(await counter('exports')).toBe(0);
});

it('a reader that stops reading stops the export, and one that leaves ends it at once', async () => {
  const broken = await counter('exportsBroken');
  const response = await ask(`readings?${range}`);
  response.once('data', () => response.pause());
  // What the system holds for a reader still comes.
  let held = 0;
  await until(async () => {
    held = response.socket.bytesRead;
    await pause(250);
    return response.socket.bytesRead === held;
  });
  await pause(500);
  expect(response.socket.bytesRead).toBe(held);
  expect(await counter('exports')).toBe(1);
  response.destroy();
  await expect.poll(() => counter('exports')).toBe(0);
  expect(await counter('exportsBroken')).toBe(broken + 1);
});

it('CSV, JSON lines and Parquet hold the same, as another program reads them', async () => {
  const told: unknown[] = [];
  const sizes: string[] = [];
  for (const form of ['csv', 'jsonl', 'parquet']) {
    const path = join(dataDir, `mine.${form}`);
    const response = await ask(`readings?${range}&form=${form}`);
    expect(response.statusCode).toBe(200);
    await writeFile(path, response);
    told.push(await read(`'${path}'`));
    sizes.push(`${form} ${megabytes(response.socket.bytesRead)} MB`);
  }
  console.log(`the same ${2 * windows} windows: ${sizes.join(', ')}`);
  expect(told[1]).toEqual(told[0]);
  expect(told[2]).toEqual(told[0]);
  const n = windows;
  const power = 1000 * n + (n * (n - 1)) / 2;
  const energy = 5000 * n + (3 * n * (n - 1)) / 2;
  expect(told[0]).toMatchObject([
    String(2 * n),
    expect.stringContaining('2026-10-20 00:00:00'),
    expect.anything(),
    String(power),
    String(power + energy),
    String(200 * n),
    String(2 * n),
    'true',
  ]);
  await expect.poll(files).toEqual([]);
});

it('buckets and totals come as Parquet, too', async () => {
  for (const what of ['readings?resolution=15min&', 'readings?resolution=day&', 'totals?period=day&']) {
    const counts: string[] = [];
    for (const form of ['csv', 'parquet']) {
      const path = join(dataDir, `mine.${form}`);
      await writeFile(path, await ask(`${what}${range}&form=${form}`));
      const instance = await DuckDBInstance.create(':memory:');
      const connection = await instance.connect();
      const value = what.startsWith('totals') ? 'import_wh' : 'growth';
      const [row] = (
        await connection.runAndReadAll(
          `SELECT count(*), sum(${value}), typeof(any_value(${value})) FROM '${path}'`,
        )
      ).getRows();
      counts.push(`${row?.[0]} ${row?.[1]}`);
      connection.closeSync();
      instance.closeSync();
    }
    expect(counts[0]).toBe(counts[1]);
    expect(counts[0]).not.toMatch(/^0 /);
  }
  await expect.poll(files).toEqual([]);
});

it('a file is gone when its reader leaves in the middle, and when it is only being made', async () => {
  const broken = await counter('exportsBroken');
  const response = await ask(`readings?${range}&form=parquet`);
  response.once('data', () => response.destroy());
  await expect.poll(() => counter('exports')).toBe(0);
  await expect.poll(files).toEqual([]);
  // It may be there for less than the time between two looks of a busy machine.
  const folder = watch(join(dataDir, 'exports'));
  const made = once(folder, 'change');
  const request = get(`${url}/api/v1/exports/readings?${range}&resolution=1min&form=parquet`, {
    headers: { cookie },
    agent: false,
  });
  request.on('error', () => {});
  await made;
  folder.close();
  request.destroy();
  await expect.poll(() => counter('exports')).toBe(0);
  await expect.poll(files).toEqual([]);
  expect(await counter('exportsBroken')).toBeGreaterThan(broken);
});

it('a Parquet file of nothing has its columns all the same', async () => {
  const path = join(dataDir, 'none.parquet');
  await writeFile(path, await ask('readings?from=0&to=1000000&form=parquet'));
  expect((await read(`'${path}'`))[0]).toBe('0');
});

it('files that a killed host left are removed at the next start', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'joulegate-exports-'));
  await mkdir(join(dir, 'exports'));
  await writeFile(join(dir, 'exports', '1.parquet'), 'half of it');
  const store = await Store.open({ dataDir: dir, zone: 'UTC', upkeepMs: 0 });
  expect(await readdir(join(dir, 'exports')).catch(() => [])).toEqual([]);
  await store.close();
  await rm(dir, { recursive: true, force: true });
});
