import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import sqlite from 'node-sqlite3-wasm';
import { build } from 'vite';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { FileFormat } from '../../../host/import/order.ts';
import { sqliteRows } from '../../../host/import/sqlite/sqlite-rows.ts';
import { SqliteThread, startThread } from '../../../host/import/sqlite/sqlite-thread.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
let dir: string;
let path: string;
let worker: URL;
const open = () => SqliteThread.open(path, () => startThread(worker));

// Node cannot start TypeScript as a thread: what runs in it is built.
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'joulegate-views-'));
  await symlink(join(root, 'node_modules'), join(dir, 'node_modules'));
  await build({
    ...{ root, configFile: false, logLevel: 'silent' },
    build: {
      ...{ ssr: true, outDir: dir, emptyOutDir: false, copyPublicDir: false, target: 'node20' },
      rolldownOptions: {
        input: join(root, 'host/import/sqlite/sqlite-worker.ts'),
        output: { entryFileNames: 'worker.mjs', format: 'es' },
      },
    },
  });
  worker = pathToFileURL(join(dir, 'worker.mjs'));
  path = join(dir, 'views.db');
  const made = new sqlite.Database(path);
  made.exec(`CREATE TABLE t(ts, v); INSERT INTO t VALUES (1, 2);
    CREATE TABLE computed(ts, v AS (hex(zeroblob(400000000)))); INSERT INTO computed(ts) VALUES (1);
    CREATE VIEW always AS WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x FROM c;
    CREATE VIEW never AS WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c;
    CREATE VIEW huge AS SELECT printf('%.*c', 900000000, 'x') AS v`);
  made.close();
});
afterAll(() => rm(dir, { recursive: true, force: true }));

it('a view that never gives a row is ended in time, and holds up nothing else meanwhile', async () => {
  const thread = await open();
  await thread.call('begin', ['never', undefined]);
  let isTold = false;
  const late = thread.call('next', [], 400).finally(() => {
    isTold = true;
  });
  // However late a busy machine comes to both: what is due first is done first.
  const held = new Promise(resolve => setTimeout(() => resolve(isTold), 100));
  await expect(late).rejects.toMatchObject({
    name: 'SqliteError',
    field: 'format.table',
    message: expect.stringContaining('no rows within 0.4 s'),
  });
  expect(await held).toBe(false);
  // Its thread is gone, with the lock that it held: the next one reads on.
  await expect(thread.call('tables', [])).rejects.toThrow('its thread has ended');
  await thread.end();
  const next = await open();
  expect(await next.call('begin', ['t', undefined])).toEqual(['ts', 'v']);
  expect((await next.call('next', [])).rows).toEqual([['1', '2']]);
  await next.end();
});

it('a view whose rows never end is read so far and no further', async () => {
  const read: number[] = [];
  const format: FileFormat = {
    ...{ kind: 'sqlite', table: 'always', delimiter: ',', decimal: '.', encoding: 'utf-8' },
    ...{ hasHeader: true, empty: [] },
  } as const;
  const wanted = { format, timeFormat: 'unix' };
  const reading = async () => {
    for await (const { lines } of sqliteRows(path, wanted, 2500)) read.push(...lines.map(({ line }) => line));
  };
  await expect(reading()).rejects.toMatchObject({
    name: 'CsvError',
    message: expect.stringContaining('more than 2500 rows'),
  });
  expect(read.at(-1)).toBeGreaterThan(2500);
  expect(read.at(-1)).toBeLessThan(3600);
});

it('values of a gigabyte that a view or a column computes take no memory', async () => {
  const thread = await open();
  const before = process.memoryUsage().rss;
  for (const table of ['huge', 'computed']) {
    await thread.call('begin', [table, undefined]);
    await expect(thread.call('next', [])).rejects.toThrow('out of memory');
  }
  expect(process.memoryUsage().rss - before).toBeLessThan(300e6);
  await thread.call('begin', ['t', undefined]);
  expect((await thread.call('next', [])).rows).toEqual([['1', '2']]);
  await thread.end();
});
