import { quantities } from '#core/quantities.ts';
import { spreadScaled } from '../corrections/spread-scaled.ts';
import { type Buckets, bucketsFor } from './buckets.ts';
import { counterHistories, readOnce } from './counter-history.ts';
import { foldGauges, type GaugeBucket, gaugeColumns } from './fold-gauges.ts';
import type { Lane } from './lane.ts';
import { noColumns } from './no-columns.ts';
import { joinParts } from './parts.ts';
import {
  asCame,
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
import type { Tier } from './tier-tables.ts';
import type { ReadingColumns, ReadingsRange, SeriesColumns, SeriesRange, SeriesRef } from './types.ts';

/**
 * One series in whole buckets that cover the range, the first may begin before it. Means are weighted by time; a
 * counter has its last reading and its growth within the bucket. Buckets without data are absent; one over which a
 * counter's growth was shared out has that alone. So what a counter grew in all of them is what it grew from the start of the first to
 * the end of the last.
 */
export async function readingsOf(
  lane: Lane,
  shelves: Shelves,
  series: SeriesRef,
  range: ReadingsRange,
): Promise<ReadingColumns> {
  const [columns = noColumns()] = await readingsOfAll(lane, shelves, [series], range);
  return { series: range.series, ...columns };
}

/** Many series in the same range, in their order and each as it is alone, with hardly more queries than for one. */
export async function readingsOfAll(
  lane: Lane,
  shelves: Shelves,
  series: readonly SeriesRef[],
  range: SeriesRange,
): Promise<SeriesColumns[]> {
  const found = new Map<number, SeriesColumns>();
  const isAsCame = range.isAsCame === true;
  const read = isAsCame ? asCame(shelves) : shelves;
  const coarsestFor = (bucketS: number) => (isAsCame ? undefined : tierFor(bucketS));
  for (const [kind, readings] of [
    ['gauge', gaugeReadings],
    ['counter', counterReadings],
  ] as const) {
    const own = series.filter(each => kindOf([each]) === kind);
    for (const [buckets, alike] of await bucketsOf(lane, read, own, range))
      for (const [number, columns] of await readings(
        lane,
        read,
        alike,
        buckets,
        coarsestFor(buckets.bucketS),
      ))
        found.set(number, columns);
  }
  return series.map(({ number }) => found.get(number) ?? noColumns());
}

type Found = Iterable<readonly [number: number, columns: SeriesColumns]>;

async function gaugeReadings(
  lane: Lane,
  shelves: Shelves,
  series: readonly SeriesRef[],
  { bucketS, fromS, toS, isByWindow }: SeriesBuckets,
  coarsest: Tier | undefined,
): Promise<Found> {
  const days = await keptDays(lane, shelves, fromS, toS);
  const pieces = piecesOf(shelves, series, fromS, toS, coarsest, days);
  const found = await gaugeBuckets(lane, pieces, bucketS);
  return series.map(({ number, quantity }) => {
    const buckets = found.get(number) ?? [];
    const scale = 10 ** quantities[quantity].decimals;
    const columns = {
      bucketMs: bucketS * 1000,
      startMs: buckets.map(({ startS }) => startS * 1000),
      mean: buckets.map(({ area, measuredS }) => Math.round(area / measuredS) / scale),
      min: buckets.map(({ low }) => low / scale),
      max: buckets.map(({ high }) => high / scale),
      last: buckets.map(({ last }) => last / scale),
      delta: buckets.map(() => null),
      estimated: buckets.map(() => 0),
      coverage: buckets.map(({ measuredS }) => share(measuredS, bucketS)),
      ...(isByWindow && { endMs: buckets.map(({ lastS }) => lastS * 1000) }),
    };
    return [number, columns] as const;
  });
}

/** By series. Where there are many parts the database joins those of a bucket first; a test holds both ways to each other. */
export async function gaugeBuckets(
  lane: Lane,
  pieces: readonly Piece[],
  bucketS: number,
  most = mostFolded,
): Promise<Map<number, GaugeBucket[]>> {
  const parts = sqlOf(pieces);
  const joined =
    rowsOf(pieces) > most
      ? `SELECT bucketS AS startS, * FROM (${joinParts('gauge', parts, `startS // ${bucketS}::UINTEGER * ${bucketS}::UINTEGER`)})`
      : parts;
  const columns = await lane.columns(`SELECT ${gaugeColumns}, series FROM (${joined})`);
  return new Map([...bySeries(columns)].map(([number, own]) => [number, foldGauges(own, bucketS)] as const));
}

/** Rows of columns by the series in the last of them. */
function bySeries(columns: readonly (readonly number[])[]): Map<number, (readonly number[])[]> {
  const series = columns.at(-1) ?? [];
  const rows = new Map<number, number[]>();
  for (const [row, number] of series.entries()) {
    const own = rows.get(number);
    if (own === undefined) rows.set(number, [row]);
    else own.push(row);
  }
  // Of one alone all are its own.
  if (rows.size === 1) return new Map([[series[0] as number, [...columns]]]);
  const values = columns.slice(0, -1);
  return new Map(
    [...rows].map(([number, own]) => [number, values.map(column => own.map(row => column[row] as number))]),
  );
}

async function counterReadings(
  lane: Lane,
  shelves: Shelves,
  series: readonly SeriesRef[],
  { bucketS, fromS, toS, isByWindow }: SeriesBuckets,
  coarsest: Tier | undefined,
): Promise<Found> {
  const days = await keptDays(lane, shelves, fromS, toS);
  const by = { bucketS, tier: coarsest, days };
  const tales = await counterHistories(lane, shelves, series, fromS, toS, by);
  const bounds = Array.from({ length: (toS - fromS) / bucketS + 1 }, (_, index) => fromS + index * bucketS);
  const once = await readOnce(lane, shelves, series);
  return tales.map(({ growths, slots, scales }, index) => {
    const each = series[index] as SeriesRef;
    const { number, quantity } = each;
    const slotAt = new Map(slots.map(slot => [slot.startS, slot]));
    const { amount, estimated } = spreadScaled(bounds, growths, scales);
    // What was shared out over a gap lies in buckets that nobody read.
    const told = amount.flatMap((grown, at) => (grown > 0 || slotAt.has(bounds[at] as number) ? [at] : []));
    const slotsTold = told.map(at => slotAt.get(bounds[at] as number));
    const scale = 10 ** quantities[quantity].decimals;
    const none = told.map(() => null);
    const columns = {
      bucketMs: bucketS * 1000,
      startMs: told.map(at => (bounds[at] as number) * 1000),
      mean: none,
      min: none,
      max: none,
      last: slotsTold.map(slot => (slot === undefined ? null : slot.last / scale)),
      delta: once.has(number) ? none : told.map(at => (amount[at] as number) / scale),
      estimated: told.map(at => shareOf(estimated[at] as number, amount[at] as number)),
      coverage: slotsTold.map(slot => share(slot?.measuredS ?? 0, bucketS)),
      ...(isByWindow && {
        endMs: told.map((at, row) => (slotsTold[row]?.lastEndS ?? (bounds[at] as number) + bucketS) * 1000),
      }),
    };
    return [number, columns] as const;
  });
}

interface SeriesBuckets extends Buckets {
  readonly isByWindow: boolean;
}

/**
 * Series of one kind by the buckets they are told in: no shorter than the windows in the range, and than the finest that is kept of it.
 * Windows that a series ever had may be longer, by earlier settings; that is looked up only where it matters, in ranges that are short.
 */
async function bucketsOf(
  lane: Lane,
  shelves: Shelves,
  series: readonly SeriesRef[],
  { fromMs, toMs, points, isByWindow: isWanted = false }: SeriesRange,
): Promise<Iterable<readonly [SeriesBuckets, readonly SeriesRef[]]>> {
  const finest = bucketsFor(fromMs, toMs, points, 1);
  const keptSOf = ({ firstS }: SeriesRef) => shelves.tiers.kept.finestS(Math.max(fromMs / 1000, firstS));
  const isShort = (each: SeriesRef) => keptSOf(each) <= each.longestS && finest.bucketS < each.longestS;
  const lengths = await lengthsIn(lane, shelves, series.filter(isShort), fromMs / 1000, toMs / 1000);
  const found = new Map<string, { readonly buckets: SeriesBuckets; readonly series: SeriesRef[] }>();
  for (const each of series) {
    const known = lengths.get(each.number);
    const isByWindow = isWanted && keptSOf(each) === 1 && known !== undefined && known.leastS < known.mostS;
    const longestS = known?.mostS ?? Math.max(keptSOf(each), each.longestS);
    const buckets = isByWindow ? finest : bucketsFor(fromMs, toMs, points, longestS);
    const key = `${buckets.bucketS} ${isByWindow}`;
    const group = found.get(key) ?? { buckets: { ...buckets, isByWindow }, series: [] };
    group.series.push(each);
    found.set(key, group);
  }
  return [...found.values()].map(group => [group.buckets, group.series] as const);
}

/** How long the windows of each series are in a range and just before it, s; those without any are left out. */
async function lengthsIn(
  lane: Lane,
  shelves: Shelves,
  series: readonly SeriesRef[],
  fromS: number,
  toS: number,
): Promise<Map<number, { readonly leastS: number; readonly mostS: number }>> {
  const found = new Map<number, { readonly leastS: number; readonly mostS: number }>();
  for (const longestS of new Set(series.map(each => each.longestS))) {
    const alike = series.filter(each => each.longestS === longestS);
    const windows = partsOf(shelves, alike, fromS - longestS, toS, undefined);
    const [numbers = [], least = [], most = []] = await lane.columns(
      `SELECT series, min(measuredS), max(measuredS) FROM (${windows}) GROUP BY series`,
    );
    for (const [index, number] of numbers.entries())
      found.set(number, { leastS: least[index] as number, mostS: most[index] as number });
  }
  return found;
}

const shareOf = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);

/** Windows that overlap, by settings that changed, cover no more than once. */
const share = (coveredS: number, bucketS: number): number => Math.min(coveredS / bucketS, 1);
