import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { fixMoment, transaction } from '../../../host/store/transaction.ts';

let instance: DuckDBInstance;
let connection: DuckDBConnection;
let other: DuckDBConnection;

beforeEach(async () => {
  instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  [connection, other] = [await instance.connect(), await instance.connect()];
  await connection.run('CREATE TABLE given (number INTEGER PRIMARY KEY)');
});

afterEach(() => {
  vi.restoreAllMocks();
  connection.closeSync();
  other.closeSync();
  instance.closeSync();
});

const insert = (to: DuckDBConnection, number: number) => to.run('INSERT INTO given VALUES (?)', [number]);

async function numbersOf(of: DuckDBConnection): Promise<unknown[]> {
  const reader = await of.runAndReadAll('SELECT number FROM given ORDER BY number');
  return reader.getRows().map(([number]) => number);
}

/** The statements that begin and end transactions from now on. */
function watchEnds(): string[] {
  const seen: string[] = [];
  const run = connection.run.bind(connection);
  vi.spyOn(connection, 'run').mockImplementation((...args) => {
    if (/^(BEGIN|COMMIT|ROLLBACK)/.test(args[0])) seen.push(args[0]);
    return run(...args);
  });
  return seen;
}

test('all of it is there when it resolves, with what the work gave', async () => {
  const done = await transaction(connection, async () => {
    await insert(connection, 1);
    expect(await numbersOf(other)).toEqual([]);
    await insert(connection, 2);
    return 'done';
  });
  expect(done).toBe('done');
  expect(await numbersOf(other)).toEqual([1, 2]);
});

test('work that fails leaves nothing, its own error is told, and the connection begins the next', async () => {
  const failure = new Error('no more');
  const failing = transaction(connection, async () => {
    await insert(connection, 1);
    throw failure;
  });
  await expect(failing).rejects.toBe(failure);
  await transaction(connection, () => insert(connection, 2));
  expect(await numbersOf(other)).toEqual([2]);
});

test('a COMMIT that is refused is told by its own error, though the ROLLBACK after it fails', async () => {
  const seen = watchEnds();
  const refused = transaction(connection, async () => {
    await insert(connection, 1);
    await insert(other, 1);
  });
  await expect(refused).rejects.toThrow('Failed to commit');
  expect(seen).toEqual(['BEGIN TRANSACTION', 'COMMIT', 'ROLLBACK']);
  await transaction(connection, () => insert(connection, 2));
  expect(await numbersOf(other)).toEqual([1, 2]);
});

test('work that commits within something is committed once; what fails before is taken back there', async () => {
  const seen = watchEnds();
  await transaction(connection, async commit => {
    await insert(connection, 1);
    await commit();
    expect(await numbersOf(other)).toEqual([1]);
  });
  expect(seen).toEqual(['BEGIN TRANSACTION', 'COMMIT']);
  const letGo: string[] = [];
  const failing = transaction(connection, async commit => {
    try {
      await insert(connection, 2);
      await insert(connection, 1);
      await commit();
    } catch (error) {
      letGo.push(...seen.splice(0));
      throw error;
    }
  });
  await expect(failing).rejects.toThrow('Duplicate key');
  expect(letGo).toEqual(['BEGIN TRANSACTION', 'COMMIT', 'BEGIN TRANSACTION']);
  expect(seen).toEqual(['ROLLBACK']);
  expect(await numbersOf(other)).toEqual([1]);
});

test('a fixed moment sees what was there then, whatever others commit', async () => {
  await insert(connection, 1);
  await fixMoment(connection);
  await insert(other, 2);
  await other.run('DROP TABLE given');
  expect(await numbersOf(connection)).toEqual([1]);
  await connection.run('ROLLBACK');
  await expect(numbersOf(connection)).rejects.toThrow('given');
});
