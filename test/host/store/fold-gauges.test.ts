import { DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Lane } from '../../../host/store/lane.ts';
import { gaugeBuckets } from '../../../host/store/readings.ts';

/** Windows of any length in any order, some of which end at one instant. */
const windows = fc.array(
  fc.record({
    at: fc.integer({ min: 0, max: 400 }),
    windowS: fc.constantFrom(10, 10, 10, 60, 900),
    low: fc.integer({ min: -5_000_000, max: 5_000_000 }),
    last: fc.integer({ min: 0, max: 3 }),
  }),
  { minLength: 1, maxLength: 60 },
);

test('parts of a gauge are joined in the program as they are in SQL', async () => {
  const instance = await DuckDBInstance.create(':memory:');
  const lane = new Lane(await instance.connect());
  await fc.assert(
    fc.asyncProperty(windows, fc.constantFrom(60, 300, 3600), async (given, bucketS) => {
      const rows = given.map(({ at, windowS, low, last }) => {
        const startS = Math.floor((at * 10) / windowS) * windowS;
        return `(1::UINTEGER, ${startS}::UINTEGER, ${windowS}::UINTEGER, ${startS + windowS}::UINTEGER, ${low}::BIGINT,
          ${low + 5}::BIGINT, ${low + last}::BIGINT, ${(low + 2) * windowS}::BIGINT, ${Math.max(-low, 0)}::BIGINT)`;
      });
      const sql = `SELECT * FROM (VALUES ${rows.join(', ')}) AS parts(series, startS, measuredS, lastS, low, high, last,
        area, negative)`;
      const pieces = [{ sql, rows: rows.length }];
      const folded = (await gaugeBuckets(lane, pieces, bucketS)).get(1) ?? [];
      expect(folded).toEqual((await gaugeBuckets(lane, pieces, bucketS, 0)).get(1));
      expect(folded.map(({ startS }) => startS)).toEqual(
        [...new Set(folded.map(({ startS }) => startS))].sort((one, other) => one - other),
      );
    }),
    { numRuns: 60 },
  );
  await lane.close();
  instance.closeSync();
});
