import { quantities } from '#core/quantities.ts';
import { type Buckets, bucketsFor } from './buckets.ts';
import { counterSlots, readingAfter, readingBefore } from './counter-slots.ts';
import { growthBetween, roundTo } from './growth.ts';
import { type Lane, startSecond } from './lane.ts';
import type { SeriesEntry } from './series-book.ts';
import type { ReadingColumns, ReadingsRange } from './types.ts';

/**
 * One series in whole buckets that cover the range, the first may begin before it. Means are weighted by time; a
 * counter has its last reading and its growth within the bucket (`growthBetween` says how). Buckets without data
 * are absent.
 */
export function readingsOf(lane: Lane, series: SeriesEntry, range: ReadingsRange): Promise<ReadingColumns> {
  return quantities[series.quantity].kind === 'gauge'
    ? gaugeReadings(lane, series, range)
    : counterReadings(lane, series, range);
}

async function gaugeReadings(lane: Lane, series: SeriesEntry, range: ReadingsRange): Promise<ReadingColumns> {
  const { bucketS, fromS, toS } = await bucketsOf(lane, 'gauge', series, range);
  const [bucket = [], mean = [], min = [], max = [], last = [], measured = []] = await lane.columns(
    `SELECT (startS // ?::UINTEGER)::DOUBLE AS bucket, sum(mean * windowS) / sum(windowS), min(min), max(max),
       arg_max(last, startS), sum(windowS)::DOUBLE
     FROM gauge WHERE series = ?::UINTEGER AND startS >= ?::UINTEGER AND startS < ?::UINTEGER GROUP BY bucket ORDER BY bucket`,
    [startSecond(bucketS), series.number, startSecond(fromS), startSecond(toS)],
  );
  const { decimals } = quantities[series.quantity];
  return {
    series: series.key,
    bucketMs: bucketS * 1000,
    startMs: bucket.map(index => index * bucketS * 1000),
    mean: mean.map(value => roundTo(decimals, value)),
    min,
    max,
    last,
    delta: bucket.map(() => null),
    coverage: measured.map(coveredS => share(coveredS, bucketS)),
  };
}

async function counterReadings(
  lane: Lane,
  series: SeriesEntry,
  range: ReadingsRange,
): Promise<ReadingColumns> {
  const { bucketS, fromS, toS } = await bucketsOf(lane, 'counter', series, range);
  const all = await counterSlots(lane, series, fromS, toS, bucketS);
  const slots = all.filter(({ startS }) => startS >= fromS);
  const around =
    slots.length === 0
      ? []
      : [await readingBefore(lane, series, fromS), await readingAfter(lane, series, toS)];
  const [before = [], after = []] = around;
  const bounds = Array.from({ length: (toS - fromS) / bucketS + 1 }, (_, index) => fromS + index * bucketS);
  const growth = growthBetween(bounds, [...before, ...all, ...after]);
  const { decimals } = quantities[series.quantity];
  const none = slots.map(() => null);
  return {
    series: series.key,
    bucketMs: bucketS * 1000,
    startMs: slots.map(({ startS }) => startS * 1000),
    mean: none,
    min: none,
    max: none,
    last: slots.map(({ last }) => last),
    delta: slots.map(({ startS }) => roundTo(decimals, growth[(startS - fromS) / bucketS] as number)),
    coverage: slots.map(({ measuredS }) => share(measuredS, bucketS)),
  };
}

/**
 * No shorter than the windows in the range. Those that a series ever had may be longer, by earlier settings; that is
 * looked up only where it matters, in ranges that are short.
 */
async function bucketsOf(
  lane: Lane,
  table: 'gauge' | 'counter',
  series: SeriesEntry,
  { fromMs, toMs, points }: ReadingsRange,
): Promise<Buckets> {
  const finest = bucketsFor(fromMs, toMs, points, 1);
  if (finest.bucketS >= series.longestS) return bucketsFor(fromMs, toMs, points, series.longestS);
  const [longest = []] = await lane.columns(
    `SELECT max(windowS)::DOUBLE FROM ${table}
     WHERE series = ?::UINTEGER AND startS >= ?::UINTEGER AND startS < ?::UINTEGER HAVING count(*) > 0`,
    [series.number, startSecond(fromMs / 1000 - series.longestS), startSecond(toMs / 1000)],
  );
  return bucketsFor(fromMs, toMs, points, longest[0] ?? series.longestS);
}

/** A window that is stored twice, by a journal that began again, covers no more than once. */
const share = (coveredS: number, bucketS: number): number => Math.min(coveredS / bucketS, 1);
