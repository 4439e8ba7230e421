import { afterAll, beforeAll, expect, test } from 'vitest';
import { batchOf } from '../store/memory-store.ts';
import { monthsOfWindows } from '../store/months-of-windows.ts';
import { type HostUnderTest, signInFirst, startHostUnderTest } from './host-under-test.ts';

let host: HostUnderTest;
let cookie: string;

beforeAll(async () => {
  host = await startHostUnderTest();
  cookie = await signInFirst(host);
  const windows = monthsOfWindows(host.clock.nowMs - 14 * 86_400_000, 14, 'main').map(record => ({
    gateway: 'attic',
    record,
  }));
  const watermarks = [{ gateway: 'attic', epoch: '00000000000000aa', sequence: 1 }];
  await host.store.commit(batchOf(host.store, { windows, watermarks }));
  await host.store.upkeep({ isWeekOver: true });
});
afterAll(() => host.close());

const storage = async () => {
  const response = await host.ask({ method: 'GET', url: '/api/v1/storage', headers: { cookie } });
  expect(response.statusCode).toBe(200);
  return response.json();
};

test('what is stored is told by part: how much it is, what a day brings, and what a year makes of it', async () => {
  const { parts, ...whole } = await storage();
  const raw = parts.find(({ name }: { name: string }) => name === 'raw');
  expect(raw).toMatchObject({ keptMonths: 0, keptFromMs: null, fromMs: host.clock.nowMs - 14 * 86_400_000 });
  expect(raw.rows).toBeGreaterThan(2600);
  expect(parts.map(({ name }: { name: string }) => name)).toEqual(
    expect.arrayContaining(['archive', 'arrivals', '60', '900', '3600', 'day', 'ledger', 'rest']),
  );
  expect(whole).toMatchObject({
    archiveAfterMonths: 0,
    faults: [],
    disk: { sizeBytes: 100e9, freeBytes: 50e9 },
  });
  expect(whole.bytesInAYear).toBeGreaterThanOrEqual(whole.bytes);
});

test('nobody without a session is told', async () => {
  expect((await host.ask({ method: 'GET', url: '/api/v1/storage' })).statusCode).toBe(401);
});
