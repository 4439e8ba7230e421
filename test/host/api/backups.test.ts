import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Backups } from '../../../host/api/contract.ts';
import { restoreBackup } from '../../../host/store/restore.ts';
import { type HostUnderTest, signInFirst, startHostUnderTest } from './host-under-test.ts';
import { storeSite } from './stored-site.ts';

let host: HostUnderTest;
let cookie: string;
let dataDir: string;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'joulegate-backups-'));
  host = await startHostUnderTest({ dataDir });
  cookie = await signInFirst(host);
  await storeSite(host);
});
afterAll(async () => {
  expect(host.faults).toEqual([]);
  await host.close();
  await rm(dataDir, { recursive: true });
});

const ask = (method: 'GET' | 'POST', path = '') =>
  host.ask({ method, url: `/api/v1/backups${path}`, headers: { cookie } });
const list = async (): Promise<Backups> => (await ask('GET')).json();
const hashOf = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

async function made(count: number): Promise<Backups> {
  await expect.poll(async () => (await list()).backups.length).toBe(count);
  await expect.poll(async () => (await list()).running).toBeNull();
  return list();
}

test('what lies in the log of the database alone takes room too', async () => {
  const storage = await host.ask({ url: '/api/v1/storage', headers: { cookie } });
  const { size } = await stat(join(dataDir, 'joulegate.duckdb.wal'));
  expect(size).toBeGreaterThan(10_000);
  expect(storage.json().bytes).toBeGreaterThanOrEqual(size);
});

test('a backup is made when asked for, once at a time, and is listed with what it holds', async () => {
  expect(await list()).toMatchObject({ dataDir, nextMs: null, running: null, failure: null, backups: [] });
  const answers = await Promise.all([ask('POST'), ask('POST')]);
  expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([202, 409]);
  expect(answers.find(({ statusCode }) => statusCode === 202)?.json()).toMatchObject({
    running: { sinceMs: host.clock.nowMs, ofBytes: expect.any(Number) },
  });
  const { backups, folder } = await made(1);
  expect(backups[0]).toMatchObject({ atMs: host.clock.nowMs, archiveFiles: 0, archiveBytes: 0 });
  expect(backups[0]?.rows).toBeGreaterThan(100);
  expect(backups[0]?.name).toBe('joulegate-2026-11-21T12-00-00Z.duckdb');
  expect(folder).toBe(join(dataDir, 'backups'));
});

test('its file is sent whole, and what was sent can be restored elsewhere', async () => {
  const [backup] = (await list()).backups;
  const response = await ask('GET', `/${backup?.name}/file`);
  expect(response.statusCode).toBe(200);
  expect(response.headers['content-disposition']).toBe(`attachment; filename="${backup?.name}"`);
  const kept = await readFile(join(dataDir, 'backups', backup?.name ?? ''));
  expect(hashOf(response.rawPayload)).toBe(hashOf(kept));
  const elsewhere = join(dataDir, 'elsewhere');
  const { facts } = await restoreBackup({
    dataDir: elsewhere,
    file: join(dataDir, 'backups', backup?.name ?? ''),
  });
  expect(facts.tables.reduce((sum, { rows }) => sum + rows, 0)).toBe(backup?.rows);
});

test('of older ones as many stay as are kept', async () => {
  for (const count of [2, 2]) {
    host.clock.nowMs += 60_000;
    await ask('POST');
    await made(count);
  }
  const names = (await list()).backups.map(({ name }) => name);
  expect(names).toEqual(['joulegate-2026-11-21T12-02-00Z.duckdb', 'joulegate-2026-11-21T12-01-00Z.duckdb']);
});

test('what is no backup is not sent, and nothing without a session', async () => {
  expect((await ask('GET', '/joulegate-2026.duckdb/file')).json()).toMatchObject({ code: 'backup.unknown' });
  for (const name of ['..%2fjoulegate.duckdb', 'joulegate.duckdb', 'joulegate-2026-11-21T12-01-00Z.json']) {
    expect((await ask('GET', `/${name}/file`)).statusCode).toBe(400);
  }
  for (const path of ['', '/joulegate-2026-11-21T12-01-00Z.duckdb/file']) {
    expect((await host.ask({ url: `/api/v1/backups${path}` })).statusCode).toBe(401);
  }
  expect((await host.ask({ method: 'POST', url: '/api/v1/backups' })).statusCode).toBe(401);
});

test('a database in memory says that it has none', async () => {
  const other = await startHostUnderTest();
  const session = await signInFirst(other);
  const response = await other.ask({ url: '/api/v1/backups', headers: { cookie: session } });
  expect(response.json()).toMatchObject({ code: 'backup.none' });
  await other.close();
});
