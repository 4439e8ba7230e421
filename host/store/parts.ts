import { counterLimits } from './counter-limits.ts';
import { type Kind, partColumns } from './tier-tables.ts';

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

/** Between two readings of one bucket: what grew over a hole, and whether the rise can be. */
const joinCounters = (parts: string, bucket: string): string =>
  `SELECT series, bucketS, sum(measuredS)::UINTEGER AS measuredS, min(firstStartS) AS firstStartS,
     min(firstEndS) AS firstEndS, max(lastEndS) AS lastEndS, arg_min(first, firstEndS) AS first,
     arg_max(last, lastEndS) AS last,
     sum(gap + CASE WHEN firstStartS > beforeS + ${counterLimits.holeS} THEN greatest(first - before, 0) ELSE 0 END)::BIGINT AS gap,
     max(CASE WHEN isOdd = 1 OR first < before OR first - before > ${counterLimits.maxPerS} * (firstEndS - beforeS)
       THEN 1 ELSE 0 END)::UTINYINT AS isOdd
   FROM (SELECT *, lag(last) OVER byTime AS before, lag(lastEndS) OVER byTime AS beforeS
         FROM (SELECT *, (${bucket})::UINTEGER AS bucketS FROM (${parts}))
         WINDOW byTime AS (PARTITION BY series, bucketS ORDER BY firstEndS, first))
   GROUP BY series, bucketS`;

/** Joined parts with the names that parts have. */
export const asParts = (kind: Kind, joined: string): string =>
  `SELECT ${partColumns[kind].map(name => (name === 'startS' ? 'bucketS AS startS' : name)).join(', ')} FROM (${joined})`;
