import { counterBounds } from '../counters/counter-rule.ts';
import type { Kind } from './tier-tables.ts';

/**
 * SQL that joins parts of buckets to one part for each series and bucket. `bucket` is an expression of a part's
 * start that gives the start of its bucket.
 */
export function joinParts(kind: Kind, parts: string, bucket: string): string {
  return kind === 'gauge' ? joinGauges(parts, bucket) : joinCounters(parts, bucket);
}

const joinGauges = (parts: string, bucket: string): string =>
  `SELECT series, (${bucket})::UINTEGER AS bucketS, sum(measuredS)::UINTEGER AS measuredS, max(lastS) AS lastS,
     min(low) AS low, max(high) AS high, arg_max(last, lastS) AS last, sum(area)::BIGINT AS area,
     sum(negative)::BIGINT AS negative
   FROM (${parts}) GROUP BY ALL`;

const { gapWindows, gapS } = counterBounds;

/** What lies between two neighbouring parts of a bucket counts as what lies between two readings. */
const joinCounters = (parts: string, bucket: string): string =>
  `SELECT series, bucketS, sum(measuredS)::UINTEGER AS measuredS, sum(readings)::UINTEGER AS readings,
     min(firstEndS) AS firstEndS, arg_min(firstWindowS, firstEndS) AS firstWindowS, max(lastEndS) AS lastEndS,
     arg_max(lastWindowS, lastEndS) AS lastWindowS, arg_min(first, firstEndS) AS first,
     arg_max(last, lastEndS) AS last,
     sum(gap + CASE WHEN firstEndS::BIGINT - endedS > greatest(${gapWindows} * greatest(endedWindowS, firstWindowS)::INTEGER, ${gapS})
       THEN greatest(first - before, 0) ELSE 0 END)::BIGINT AS gap,
     max(greatest(fastest, CASE WHEN first > before AND firstEndS > endedS
       THEN (first - before - 1) // (firstEndS - endedS) + 1 ELSE 0 END))::BIGINT AS fastest,
     max(CASE WHEN first < before THEN 1 ELSE isFallen END)::UTINYINT AS isFallen
   FROM (SELECT *, lag(last) OVER byTime AS before, lag(lastEndS) OVER byTime AS endedS,
           lag(lastWindowS) OVER byTime AS endedWindowS
         FROM (SELECT *, (${bucket})::UINTEGER AS bucketS FROM (${parts}))
         WINDOW byTime AS (PARTITION BY series, bucketS ORDER BY firstEndS, first))
   GROUP BY series, bucketS`;
