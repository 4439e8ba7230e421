import type { SeriesColumns } from './types.ts';

/** Of a series that has nothing in a range, or is not there. */
export const noColumns = (): SeriesColumns => ({
  bucketMs: 0,
  startMs: [],
  mean: [],
  min: [],
  max: [],
  last: [],
  delta: [],
  estimated: [],
  coverage: [],
});
