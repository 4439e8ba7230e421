import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isFatal } from '../../../host/store/recovery-errors.ts';
import { Revival } from '../../../host/store/recovery-revival.ts';
import { temporaryFolder } from './small-database.ts';

const rowsPerCommit = 20_000;
let folder: string;

beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('after a commit that ran out of memory the database is opened again before anybody reads: no value is another', async () => {
  let memory = '16MB';
  let instance: DuckDBInstance | undefined;
  let connection: DuckDBConnection | undefined;
  const open = async () => {
    instance = await DuckDBInstance.create(join(folder, 'memory.duckdb'), {
      memory_limit: memory,
      threads: '1',
      // Nothing is spilled, and nothing leaves the memory by a checkpoint.
      max_temp_directory_size: '0KiB',
      checkpoint_threshold: '1GB',
    });
    connection = await instance.connect();
  };
  const close = async () => {
    connection?.closeSync();
    instance?.closeSync();
    memory = '512MB';
  };
  await open();
  await connection?.run('CREATE TABLE given (scattered BIGINT, a BIGINT, b BIGINT)');
  const revival = new Revival({ open, close, wait: async () => {} });
  const commit = (number: number) =>
    revival.guard(async () => {
      await connection?.run('BEGIN TRANSACTION');
      const from = number * rowsPerCommit;
      await connection?.run(
        `INSERT INTO given SELECT hash(${from} + i) % 1000000000000, ${from} + i, ${from} + i FROM range(${rowsPerCommit}) row(i)`,
      );
      await connection?.run('COMMIT');
    });
  let failure: unknown;
  let commits = 0;
  while (failure === undefined && commits < 1000) {
    try {
      await commit(commits);
      commits++;
    } catch (error) {
      failure = error;
    }
  }
  expect(String(failure)).toContain('Failed to commit');
  expect(isFatal(failure)).toBe(true);
  expect(revival.times).toBe(1);
  // Without having been opened again these lie beside the wrong values of other columns.
  for (const again of [0, 1, 2]) await commit(commits + again);
  const reader = await connection?.runAndReadAll('SELECT count(*), count(*) FILTER (a <> b) FROM given');
  expect(reader?.getRows()[0]?.map(Number)).toEqual([(commits + 3) * rowsPerCommit, 0]);
  await connection?.run('CHECKPOINT');
  await close();
});
