import { DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { foldedSlots, slotsOfParts } from '../../../host/store/counter-slots.ts';
import { Lane } from '../../../host/store/lane.ts';
import type { SeriesRef } from '../../../host/store/types.ts';

const series = [1, 2].map(
  (number): SeriesRef => ({
    number,
    quantity: 'energyImportWh',
    firstS: 1,
    endS: 100_000,
    longestS: 900,
    largestW: 1000,
    replacements: [],
  }),
);

/** Windows of any length, in any order, with falls, leaps and holes. */
const windows = fc.array(
  fc.record({
    series: fc.constantFrom(1, 2),
    at: fc.integer({ min: 0, max: 400 }),
    windowS: fc.constantFrom(10, 10, 10, 60, 900),
    first: fc.integer({ min: 0, max: 5_000_000 }),
  }),
  { minLength: 1, maxLength: 60 },
);

test('parts are joined in the program as they are in SQL', async () => {
  const instance = await DuckDBInstance.create(':memory:');
  const lane = new Lane(await instance.connect());
  await fc.assert(
    fc.asyncProperty(windows, fc.constantFrom(60, 300, 3600), fc.nat(3), async (given, bucketS, cuts) => {
      // Of some slots each part is a slot of its own.
      const grid = { bucketS, cut: new Set(Array.from({ length: cuts }, (_, at) => 2 * at * bucketS)) };
      // One for each end: of two readings of one instant neither is the first.
      const ends = new Map(
        given.map(each => {
          const startS = Math.floor((each.at * 10) / each.windowS) * each.windowS;
          return [`${each.series} ${startS + each.windowS}`, { ...each, startS }] as const;
        }),
      );
      const rows = [...ends.values()].map(
        ({ series: number, startS, windowS, first }) =>
          `(${number}::UINTEGER, ${startS}::UINTEGER, ${windowS}::UINTEGER, 1::UINTEGER, ${startS + windowS}::UINTEGER, ${windowS}::USMALLINT,
            ${startS + windowS}::UINTEGER, ${windowS}::USMALLINT, ${first}::BIGINT, ${first}::BIGINT, 0::BIGINT, 0::BIGINT, 0::UTINYINT)`,
      );
      const parts = `SELECT * FROM (VALUES ${rows.join(', ')}) AS parts(series, startS, measuredS, readings, firstEndS,
        firstWindowS, lastEndS, lastWindowS, first, last, gap, fastest, isFallen)`;
      expect(await foldedSlots(lane, series, parts, grid)).toEqual(
        await slotsOfParts(lane, series, parts, grid),
      );
    }),
    { numRuns: 60 },
  );
  await lane.close();
  instance.closeSync();
});
