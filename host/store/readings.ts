import { quantities } from '#core/quantities.ts';
import { spreadScaled } from '../corrections/spread-scaled.ts';
import { type Buckets, bucketsFor } from './buckets.ts';
import { counterHistory } from './counter-history.ts';
import { foldGauges, type GaugeBucket, gaugeColumns } from './fold-gauges.ts';
import type { Lane } from './lane.ts';
import { joinParts } from './parts.ts';
import {
  keptDays,
  kindOf,
  mostFolded,
  type Piece,
  partsOf,
  piecesOf,
  rowsOf,
  type Shelves,
  sqlOf,
  tierFor,
} from './series-parts.ts';
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

async function gaugeReadings(
  lane: Lane,
  shelves: Shelves,
  series: SeriesRef,
  range: ReadingsRange,
): Promise<ReadingColumns> {
  const { bucketS, fromS, toS } = await bucketsOf(lane, shelves, series, range);
  const days = await keptDays(lane, shelves, fromS, toS);
  const pieces = piecesOf(shelves, [series], fromS, toS, tierFor(bucketS), days);
  const buckets = await gaugeBuckets(lane, pieces, bucketS);
  const scale = 10 ** quantities[series.quantity].decimals;
  return {
    series: range.series,
    bucketMs: bucketS * 1000,
    startMs: buckets.map(({ startS }) => startS * 1000),
    mean: buckets.map(({ area, measuredS }) => Math.round(area / measuredS) / scale),
    min: buckets.map(({ low }) => low / scale),
    max: buckets.map(({ high }) => high / scale),
    last: buckets.map(({ last }) => last / scale),
    delta: buckets.map(() => null),
    estimated: buckets.map(() => 0),
    coverage: buckets.map(({ measuredS }) => share(measuredS, bucketS)),
  };
}

/** Where there are many parts the database joins those of a bucket first; a test holds both ways to each other. */
export async function gaugeBuckets(
  lane: Lane,
  pieces: readonly Piece[],
  bucketS: number,
  most = mostFolded,
): Promise<GaugeBucket[]> {
  const parts = sqlOf(pieces);
  const joined =
    rowsOf(pieces) > most
      ? `SELECT bucketS AS startS, * FROM (${joinParts('gauge', parts, `startS // ${bucketS}::UINTEGER * ${bucketS}::UINTEGER`)})`
      : parts;
  return foldGauges(await lane.columns(`SELECT ${gaugeColumns} FROM (${joined})`), bucketS);
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
  const [longest = []] = await lane.columns(`SELECT max(measuredS) FROM (${windows}) HAVING count(*) > 0`);
  return bucketsFor(fromMs, toMs, points, longest[0] ?? series.longestS);
}

const shareOf = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);

/** Windows that overlap, by settings that changed, cover no more than once. */
const share = (coveredS: number, bucketS: number): number => Math.min(coveredS / bucketS, 1);
