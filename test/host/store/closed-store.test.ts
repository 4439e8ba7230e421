import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { MessageChannel, Worker } from 'node:worker_threads';
import { build } from 'vite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Keeper } from '../../../host/store/keeper.ts';
import { Client, serve } from '../../../host/store/port.ts';
import { Store } from '../../../host/store/store.ts';
import { type StoreWork, workOf } from '../../../host/store/store-work.ts';
import { joined } from '../../../host/store/thread.ts';
import { importTask, makeFile } from '../../faults/import-states.ts';
import { batchOf, gaugeWindow } from './memory-store.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const t0 = Date.UTC(2026, 0, 1);
const epoch = '00000000000000aa';
let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'joulegate-closed-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

type Calls = Client<StoreWork>;

/** A database in memory behind its port, and all that the port does. */
async function served() {
  const keeper = await Keeper.open({ dataDir: undefined, zone: 'UTC', upkeepMs: 0 });
  const { port1, port2 } = new MessageChannel();
  const work = workOf(keeper);
  serve(port1, work);
  const client: Calls = new Client(port2);
  return { client, methods: Object.keys(work), end: () => port1.close() };
}

/** Whatever it is asked, and whatever comes of it. */
const ask = (client: Calls, method: string): Promise<unknown> => client.call(method as 'counters', []);

test('every call to a store that is closed is refused at once, and says why', async () => {
  const { client, methods, end } = await served();
  const closing = client.close(new Error('it is closed'));
  // Also while it closes.
  for (const method of methods) await expect(ask(client, method)).rejects.toThrow('it is closed');
  await closing;
  for (const method of methods) await expect(ask(client, method)).rejects.toThrow('it is closed');
  expect(client.waiting).toBe(0);
  end();
});

test('every call that is under way when a store closes has its answer before', async () => {
  const { client, methods, end } = await served();
  const answered = new Set<string>();
  // Most of them fail, as nothing is given to them; none waits for ever.
  for (const method of methods.filter(each => each !== 'close'))
    void ask(client, method).then(
      () => answered.add(method),
      () => answered.add(method),
    );
  await client.close(new Error('it is closed'));
  expect([...answered, 'close'].sort()).toEqual([...methods].sort());
  expect(client.waiting).toBe(0);
  end();
});

test('the store names the rule: what changes something is finished, exports and imports end with an error', async () => {
  const store = await Store.open({ dataDir: dir, zone: 'UTC', upkeepMs: 0 });
  const batch = (sequence: number) =>
    batchOf(store, {
      windows: [{ gateway: 'attic', record: gaugeWindow(t0 + sequence * 10_000, sequence) }],
      watermarks: [{ gateway: 'attic', epoch, sequence }],
    });
  await store.commit(batch(1));
  await store.run('CREATE TABLE asked (number INTEGER)');
  const of = { series: ['attic.main.powerW'], resolution: 'windows' } as const;
  const range = { fromMs: t0, toMs: t0 + 86_400_000 };
  const pieces = await store.exported({ form: 'csv', ...range, of, nameOf: () => '' });
  expect((await pieces.next()).done).toBe(false);
  const file = join(dir, 'values.csv');
  await makeFile(file);
  const importing = store.imports.prepare(file, importTask(file).order);
  const imported = expect(importing).rejects.toMatchObject({ name: 'ImportEnded' });
  const answers = [
    ...[2, 3, 4].map(sequence => store.commit(batch(sequence))),
    ...[1, 2, 3].map(number => store.run('INSERT INTO asked VALUES (?)', [number])),
    store.upkeep(),
  ];
  await Promise.all([store.close(), imported, ...answers]);
  await expect(store.commit(batch(5))).rejects.toMatchObject({ name: 'StoreClosed' });
  await expect(pieces.next()).rejects.toThrow();
  await expect(store.all('SELECT 1')).rejects.toThrow('the database is closed');

  const again = await Store.open({ dataDir: dir, zone: 'UTC', upkeepMs: 0 });
  expect(again.watermark('attic', epoch)).toBe(4);
  expect(await again.all('SELECT count(*) AS rows FROM gauge')).toEqual([{ rows: 4 }]);
  expect(await again.all('SELECT count(*) AS rows FROM asked')).toEqual([{ rows: 3 }]);
  expect(again.imports.list()).toEqual([]);
  await again.close();
});

test('calls to a store whose thread has ended are refused with the reason, those under way too', async () => {
  // Node cannot start TypeScript as a thread: what runs in it is built.
  await symlink(join(root, 'node_modules'), join(dir, 'node_modules'));
  await build({
    ...{ root, configFile: false, logLevel: 'silent' },
    build: {
      ...{ ssr: true, outDir: dir, emptyOutDir: false, copyPublicDir: false, target: 'node20' },
      rolldownOptions: {
        input: join(root, 'host/store/store-worker.ts'),
        output: { entryFileNames: 'worker.mjs', chunkFileNames: '[name].mjs', format: 'es' },
      },
    },
  });
  const options = { zone: 'UTC', upkeepMs: 0 };
  const start = () => new Worker(pathToFileURL(join(dir, 'worker.mjs')), { workerData: options });
  const gone: string[] = [];
  const worker = start();
  const { client } = await joined(worker, ({ message }) => gone.push(message));
  const { methods, end } = await served();
  end();
  // The first of them no port can read, which ends the thread; never end one whose database has a query under way.
  worker.postMessage(undefined);
  await expect(ask(client, 'counters')).rejects.toThrow('destructure');
  for (const method of methods) await expect(ask(client, method)).rejects.toThrow('destructure');
  await expect(client.close(new Error('it is closed'))).rejects.toThrow('destructure');
  expect(gone).toHaveLength(1);

  const other = await joined(start(), ({ message }) => gone.push(message));
  await other.client.close(new Error('it is closed'));
  await other.end();
  for (const method of methods) await expect(ask(other.client, method)).rejects.toThrow('it is closed');
  expect(gone).toHaveLength(1);
});

test('a build of many steps ends behind the one it is at; after the next start it goes on from there', async () => {
  const nowMs = () => t0 + 86_400_000;
  const options = { dataDir: dir, zone: 'UTC', upkeepMs: 0, nowMs, newRowsMost: 4 };
  const store = await Store.open(options);
  const windows = Array.from({ length: 100 }, (_, at) => ({
    gateway: 'attic',
    record: gaugeWindow(t0 + at * 60_000, at, 60),
  }));
  await store.commit(batchOf(store, { windows, watermarks: [{ gateway: 'attic', epoch, sequence: 100 }] }));
  const building = store.upkeep();
  await Promise.all([store.close(), building]);
  const again = await Store.open(options);
  expect((await again.counters()).tierRowsWaiting).toBeGreaterThan(0);
  await again.upkeep();
  expect((await again.counters()).tierRowsWaiting).toBe(0);
  const range = { series: 'attic.main.powerW', fromMs: t0, toMs: t0 + 7_200_000, points: 2 };
  const { coverage, last } = await again.readings(range);
  expect([...coverage, ...last]).toEqual([1, 40 / 60, 59, 99]);
  await again.close();
});
