import { DuckDBInstance } from '@duckdb/node-api';
import { expect, test } from 'vitest';
import { Lane } from '../../../host/store/lane.ts';

async function withLane<T>(use: (lane: Lane) => Promise<T>): Promise<T> {
  const instance = await DuckDBInstance.create(':memory:');
  const lane = new Lane(await instance.connect());
  try {
    return await use(lane);
  } finally {
    await lane.close();
    instance.closeSync();
  }
}

test('numbers of every type come out as they are, also over many vectors', async () => {
  await withLane(async lane => {
    const rows = 5000;
    const columns = await lane.columns(
      `SELECT range - 2500 AS big, -range * 1000000000000 AS far, range::UINTEGER, (range - 2500)::INTEGER,
         range::USMALLINT, (range % 256)::UTINYINT, range / 4, CASE WHEN range % 3 = 0 THEN NULL ELSE range END
       FROM range(${rows})`,
    );
    const each = Array.from({ length: rows }, (_, index) => index);
    expect(columns).toEqual([
      each.map(index => index - 2500),
      each.map(index => (index === 0 ? 0 : -index * 1e12)),
      each,
      each.map(index => index - 2500),
      each,
      each.map(index => index % 256),
      each.map(index => index / 4),
      each.map(index => (index % 3 === 0 ? 0 : index)),
    ]);
  });
});

test('whole numbers up to 2^53 of either sign lose no digit', async () => {
  await withLane(async lane => {
    const given = [2 ** 53 - 1, -(2 ** 53 - 1), 2 ** 32, -(2 ** 32), 2 ** 31, -1, 0];
    const [columns] = await lane.columns(`SELECT unnest([${given.join(', ')}]::BIGINT[])`);
    expect(columns).toEqual(given);
  });
});

test('a column that is no number is refused by its name', async () => {
  await withLane(async lane => {
    await expect(lane.columns("SELECT 'five' AS amount")).rejects.toThrow('column amount is no number');
  });
});
