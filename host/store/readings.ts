import { quantities } from '#core/quantities.ts';
import { spreadScaled } from '../corrections/spread-scaled.ts';
import { type Buckets, bucketsFor } from './buckets.ts';
import { counterHistory } from './counter-history.ts';
import type { Lane } from './lane.ts';
import { joinParts } from './parts.ts';
import { keptDays, kindOf, partsOf, type Shelves, tierFor } from './series-parts.ts';
import type { ReadingColumns, ReadingsRange, SeriesRef } from './types.ts';

/**
 * One series in whole buckets that cover the range, the first may begin before it. Means are weighted by time; a
 * counter has its last reading and its growth within the bucket. Buckets without data are absent.
 */
export function readingsOf(
  lane: Lane,
  shelves: Shelves,
  series: SeriesRef,
  range: ReadingsRange,
): Promise<ReadingColumns> {
  return kindOf([series]) === 'gauge'
    ? gaugeReadings(lane, shelves, series, range)
    : counterReadings(lane, shelves, series, range);
}

const bucketOf = (bucketS: number): string => `startS // ${bucketS}::UINTEGER * ${bucketS}::UINTEGER`;

async function gaugeReadings(
  lane: Lane,
  shelves: Shelves,
  series: SeriesRef,
  range: ReadingsRange,
): Promise<ReadingColumns> {
  const { bucketS, fromS, toS } = await bucketsOf(lane, shelves, series, range);
  const days = await keptDays(lane, shelves, fromS, toS);
  const parts = partsOf(shelves, [series], fromS, toS, tierFor(bucketS), days);
  const [starts = [], mean = [], min = [], max = [], last = [], measured = []] = await lane.columns(
    `SELECT bucketS::DOUBLE, area / measuredS, low::DOUBLE, high::DOUBLE, last::DOUBLE, measuredS::DOUBLE
     FROM (${joinParts('gauge', parts, bucketOf(bucketS))}) ORDER BY bucketS`,
  );
  const scale = 10 ** quantities[series.quantity].decimals;
  const unit = (value: number) => value / scale;
  return {
    series: range.series,
    bucketMs: bucketS * 1000,
    startMs: starts.map(startS => startS * 1000),
    mean: mean.map(value => Math.round(value) / scale),
    min: min.map(unit),
    max: max.map(unit),
    last: last.map(unit),
    delta: starts.map(() => null),
    estimated: starts.map(() => 0),
    coverage: measured.map(coveredS => share(coveredS, bucketS)),
  };
}

async function counterReadings(
  lane: Lane,
  shelves: Shelves,
  series: SeriesRef,
  range: ReadingsRange,
): Promise<ReadingColumns> {
  const { bucketS, fromS, toS } = await bucketsOf(lane, shelves, series, range);
  const days = await keptDays(lane, shelves, fromS, toS);
  const by = { bucketS, tier: tierFor(bucketS), days };
  const { growths, slots, scales } = await counterHistory(lane, shelves, series, fromS, toS, by);
  const inRange = slots.filter(({ startS }) => startS >= fromS);
  const bounds = Array.from({ length: (toS - fromS) / bucketS + 1 }, (_, index) => fromS + index * bucketS);
  const { amount, estimated } = spreadScaled(bounds, growths, scales);
  const growthOf = (growth: readonly number[], startS: number) =>
    growth[(startS - fromS) / bucketS] as number;
  const scale = 10 ** quantities[series.quantity].decimals;
  const none = inRange.map(() => null);
  return {
    series: range.series,
    bucketMs: bucketS * 1000,
    startMs: inRange.map(({ startS }) => startS * 1000),
    mean: none,
    min: none,
    max: none,
    last: inRange.map(({ last }) => last / scale),
    delta: inRange.map(({ startS }) => growthOf(amount, startS) / scale),
    estimated: inRange.map(({ startS }) => shareOf(growthOf(estimated, startS), growthOf(amount, startS))),
    coverage: inRange.map(({ measuredS }) => share(measuredS, bucketS)),
  };
}

/**
 * No shorter than the windows in the range, and than the finest that is kept of it. Windows that a series ever had may be
 * longer, by earlier settings; that is looked up only where it matters, in ranges that are short.
 */
async function bucketsOf(
  lane: Lane,
  shelves: Shelves,
  series: SeriesRef,
  { fromMs, toMs, points }: ReadingsRange,
): Promise<Buckets> {
  const keptS = shelves.tiers.kept.finestS(Math.max(fromMs / 1000, series.firstS));
  if (keptS > series.longestS) return bucketsFor(fromMs, toMs, points, keptS);
  const finest = bucketsFor(fromMs, toMs, points, 1);
  if (finest.bucketS >= series.longestS) return bucketsFor(fromMs, toMs, points, series.longestS);
  const windows = partsOf(shelves, [series], fromMs / 1000 - series.longestS, toMs / 1000, undefined);
  const [longest = []] = await lane.columns(
    `SELECT max(measuredS)::DOUBLE FROM (${windows}) HAVING count(*) > 0`,
  );
  return bucketsFor(fromMs, toMs, points, longest[0] ?? series.longestS);
}

const shareOf = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);

/** Windows that overlap, by settings that changed, cover no more than once. */
const share = (coveredS: number, bucketS: number): number => Math.min(coveredS / bucketS, 1);
