import { expect, it } from 'vitest';
import type { TableName } from '../../../host/store/columns.ts';
import type { Generation } from '../../../host/store/generations.ts';
import { isAllOf, partOf, usualNewRowsMost } from '../../../host/store/tier-reach.ts';

const rows = (gauge: number): Record<TableName, number> => ({ gauge, counter: 0, span: 0, missing: 0 });

/** Steps of a build beside each of which so many rows come, until one takes in all there are; at most `most`. */
function stepsOf(waiting: number, comingBeside: number, most = 1000): number {
  const generation = { taken: rows(0) } as Generation;
  let there = waiting;
  for (let step = 0; step < most; step++, there += comingBeside) {
    const counts = new Map([[generation, rows(there)]]);
    const part = partOf(counts, usualNewRowsMost, step);
    if (isAllOf(counts, part)) return step + 1;
    Object.assign(generation.taken, part.get(generation));
  }
  return most;
}

it('a build takes few rows at once, of many a tenth, and comes to its end', () => {
  expect(stepsOf(150_000, 0)).toBe(1);
  expect(stepsOf(2_000_000, 0)).toBe(10);
  expect(stepsOf(20_000_000, 0)).toBeLessThan(40);
});

it('also where as many rows come beside each transaction as one takes: then it takes as many as it may', () => {
  expect(stepsOf(1_000_000, 250_000)).toBeLessThan(60);
  expect(stepsOf(1_000_000, 1_500_000)).toBeLessThan(150);
});
