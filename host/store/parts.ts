import { counterBounds } from '#core/aggregate/counter-rule.ts';
import type { Kind } from './tier-tables.ts';

/**
 * SQL that joins parts of buckets to one part for each series and bucket. `bucket` is an expression of a part's
 * start that gives the start of its bucket.
 */
export function joinParts(kind: Kind, parts: string, bucket: string): string {
  return kind === 'gauge' ? joinGauges(parts, bucket) : joinCounters(parts, bucket);
}

/**
 * Two windows may end at one instant, where a gateway's clock was set back: the lower value counts then, and the shorter
 * window, in whatever order they came. The key holds all three in 128 bits: values take less than 53, windows 16.
 */
const [timeSteps, valueSteps] = [2n ** 70n, 2n ** 16n];
const latest = (column: string, value: string, atS: string, windowS = '0'): string =>
  `arg_max(${column}, ${atS}::HUGEINT * ${timeSteps}::HUGEINT - ${value}::HUGEINT * ${valueSteps} - ${windowS}::HUGEINT)`;
const earliest = (column: string, value: string, atS: string, windowS = '0'): string =>
  `arg_min(${column}, ${atS}::HUGEINT * ${timeSteps}::HUGEINT + ${value}::HUGEINT * ${valueSteps} + ${windowS}::HUGEINT)`;

/** SQL for the last reading of a group of counters' parts, and the first. */
const lastReading = latest('last', 'last', 'lastEndS');
const firstReading = earliest('first', 'first', 'firstEndS');

const joinGauges = (parts: string, bucket: string): string =>
  `SELECT series, (${bucket})::UINTEGER AS bucketS, sum(measuredS)::UINTEGER AS measuredS, max(lastS) AS lastS,
     min(low) AS low, max(high) AS high, ${latest('last', 'last', 'lastS')} AS last, sum(area)::BIGINT AS area,
     sum(negative)::BIGINT AS negative
   FROM (${parts}) GROUP BY ALL`;

const { gapWindows, gapS } = counterBounds;

/**
 * What lies between two neighbouring parts of a bucket counts as what lies between two readings. Where parts reach into
 * each other, or say two things of one instant, only the windows themselves can tell: such a bucket counts as fallen.
 */
const joinCounters = (parts: string, bucket: string): string =>
  `SELECT series, bucketS, sum(measuredS)::UINTEGER AS measuredS, sum(readings)::UINTEGER AS readings,
     min(firstEndS) AS firstEndS, ${earliest('firstWindowS', 'first', 'firstEndS', 'firstWindowS')} AS firstWindowS, max(lastEndS) AS lastEndS,
     ${latest('lastWindowS', 'last', 'lastEndS', 'lastWindowS')} AS lastWindowS, ${firstReading} AS first,
     ${lastReading} AS last,
     sum(gap + CASE WHEN firstEndS::BIGINT - endedS > greatest(${gapWindows} * greatest(endedWindowS, firstWindowS)::INTEGER, ${gapS})
       THEN greatest(first - before, 0) ELSE 0 END)::BIGINT AS gap,
     max(greatest(fastest, CASE WHEN first > before AND firstEndS > endedS
       THEN (first - before - 1) // (firstEndS - endedS) + 1 ELSE 0 END))::BIGINT AS fastest,
     max(CASE WHEN first < before OR firstEndS < endedS OR (firstEndS = endedS AND first <> before) THEN 1 ELSE isFallen END)::UTINYINT AS isFallen
   FROM (SELECT *, lag(last) OVER byTime AS before, lag(lastEndS) OVER byTime AS endedS,
           lag(lastWindowS) OVER byTime AS endedWindowS
         FROM (SELECT *, (${bucket})::UINTEGER AS bucketS FROM (${parts}))
         WINDOW byTime AS (PARTITION BY series, bucketS ORDER BY firstEndS, first DESC, lastEndS, lastWindowS DESC))
   GROUP BY series, bucketS`;
