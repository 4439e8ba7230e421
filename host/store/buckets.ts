import { deepFreeze } from '#core/freeze.ts';

/** Lengths that read well on an axis, s. A day here is one of UTC; civil days are the business of totals. */
const niceS = deepFreeze([1, 10, 60, 300, 900, 3600, 6 * 3600, 86_400]);

export interface Buckets {
  readonly bucketS: number;
  /** Start of the first bucket; a multiple of `bucketS`. */
  readonly fromS: number;
  /** End of the last bucket. */
  readonly toS: number;
}

/**
 * The finest whole buckets that cover the range with at most `points` of them, and that are no shorter than the
 * windows they are made of: those would leave holes that are not there.
 */
export function bucketsFor(fromMs: number, toMs: number, points: number, longestWindowS: number): Buckets {
  const lengths = [longestWindowS, ...niceS.filter(lengthS => lengthS > longestWindowS)];
  for (const bucketS of lengths) {
    const buckets = cover(fromMs, toMs, bucketS);
    if (countOf(buckets) <= points) return buckets;
  }
  for (let bucketS = 2 * 86_400; ; bucketS *= 2) {
    const buckets = cover(fromMs, toMs, bucketS);
    if (countOf(buckets) <= points) return buckets;
  }
}

const countOf = ({ fromS, toS, bucketS }: Buckets): number => (toS - fromS) / bucketS;

function cover(fromMs: number, toMs: number, bucketS: number): Buckets {
  const lengthMs = bucketS * 1000;
  const fromS = Math.floor(fromMs / lengthMs) * bucketS;
  return { bucketS, fromS, toS: Math.max(Math.ceil(toMs / lengthMs) * bucketS, fromS + bucketS) };
}
