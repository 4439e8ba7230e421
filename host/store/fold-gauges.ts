/** Gauges' parts joined to one for each bucket, as `joinParts` does in SQL. */
export interface GaugeBucket {
  readonly startS: number;
  measuredS: number;
  /** End of the newest window. */
  lastS: number;
  low: number;
  high: number;
  last: number;
  /** Σ mean × length. */
  area: number;
}

/** The columns that `foldGauges` takes, in their order. */
export const gaugeColumns = 'startS, measuredS, lastS, low, high, last, area';

/** Parts of one series, by columns and in any order, as buckets of `bucketS` in order. */
export function foldGauges(columns: readonly (readonly number[])[], bucketS: number): GaugeBucket[] {
  const [starts = [], measured = [], ends = [], lows = [], highs = [], lasts = [], areas = []] = columns;
  const byStart = new Map<number, GaugeBucket>();
  let isInOrder = true;
  let newestS = Number.NEGATIVE_INFINITY;
  let bucket: GaugeBucket | undefined;
  for (let row = 0; row < starts.length; row++) {
    const startS = Math.floor((starts[row] as number) / bucketS) * bucketS;
    if (bucket?.startS !== startS) bucket = byStart.get(startS);
    const lastS = ends[row] as number;
    const [low, high, last] = [lows[row] as number, highs[row] as number, lasts[row] as number];
    if (bucket === undefined) {
      isInOrder &&= startS > newestS;
      newestS = startS;
      const [measuredS, area] = [measured[row] as number, areas[row] as number];
      bucket = { startS, measuredS, lastS, low, high, last, area };
      byStart.set(startS, bucket);
      continue;
    }
    bucket.measuredS += measured[row] as number;
    bucket.area += areas[row] as number;
    if (low < bucket.low) bucket.low = low;
    if (high > bucket.high) bucket.high = high;
    // Of two windows that end at one instant the lower value counts: see parts.ts.
    if (lastS > bucket.lastS || (lastS === bucket.lastS && last < bucket.last)) {
      bucket.lastS = lastS;
      bucket.last = last;
    }
  }
  const buckets = [...byStart.values()];
  return isInOrder ? buckets : buckets.sort((one, other) => one.startS - other.startS);
}
