import type { CounterSlot } from './growth.ts';
import { slippedShare } from './growth.ts';
import type { Lane } from './lane.ts';
import { joinParts } from './parts.ts';
import { partsOf, type Shelves } from './series-parts.ts';
import { type Tier, tiers } from './tier-tables.ts';
import type { SeriesRef } from './types.ts';

/** A slot with its start and how much of it was measured, s. */
export interface MeasuredSlot extends CounterSlot {
  readonly startS: number;
  readonly measuredS: number;
}

/** Buckets: an SQL expression of a part's start, and the tier that may serve them. */
export interface Slots {
  readonly bucket: string;
  readonly tier: Tier | undefined;
  readonly days?: readonly number[];
}

/** A counter's readings by slots. Slots without any are absent. */
export async function counterSlots(
  lane: Lane,
  shelves: Shelves,
  series: SeriesRef,
  fromS: number,
  toS: number,
  { bucket, tier, days }: Slots,
): Promise<MeasuredSlot[]> {
  const parts = partsOf(shelves, [series], fromS, toS, tier, days);
  const [starts = [], firstEnds = [], firsts = [], lastEnds = [], lasts = [], measured = [], odd = []] =
    await lane.columns(
      `SELECT bucketS::DOUBLE, firstEndS::DOUBLE, first::DOUBLE, lastEndS::DOUBLE, last::DOUBLE, measuredS::DOUBLE, isOdd::DOUBLE
       FROM (${joinParts('counter', parts, bucket)}) ORDER BY bucketS`,
    );
  const slots = starts.map((startS, index) => ({
    startS,
    firstEndS: firstEnds[index] as number,
    first: firsts[index] as number,
    lastEndS: lastEnds[index] as number,
    last: lasts[index] as number,
    inner: (lasts[index] as number) - (firsts[index] as number),
    measuredS: measured[index] as number,
  }));
  const firstOdd = odd.indexOf(1);
  if (firstOdd < 0) return slots;
  const lastOdd = odd.lastIndexOf(1);
  const oddFromS = Math.max((slots[firstOdd] as MeasuredSlot).startS, fromS);
  const oddToS = slots[lastOdd + 1]?.startS ?? toS;
  const summed = await sumReadings(lane, shelves, series, oddFromS, oddToS, bucket);
  return slots.map((slot, index) =>
    odd[index] === 1 ? { ...slot, inner: summed.get(slot.startS) ?? slot.inner } : slot,
  );
}

async function sumReadings(
  lane: Lane,
  shelves: Shelves,
  series: SeriesRef,
  fromS: number,
  toS: number,
  bucket: string,
): Promise<Map<number, number>> {
  const windows = partsOf(shelves, [series], fromS, toS, undefined);
  const [slots = [], growths = []] = await lane.columns(
    `SELECT slot::DOUBLE, sum(CASE WHEN before IS NULL THEN 0 WHEN last >= before THEN last - before
               WHEN last >= before * ${slippedShare} THEN 0 ELSE last END)::DOUBLE
     FROM (SELECT slot, last, lag(last) OVER (PARTITION BY slot ORDER BY startS) AS before
           FROM (SELECT ${bucket} AS slot, * FROM (${windows})))
     GROUP BY slot`,
  );
  return new Map(slots.map((slot, index) => [slot, growths[index] as number]));
}

const lookS = [3600, 86_400, 30 * 86_400];
const hours = tiers.find(({ name }) => name === '3600');

/** The counter's last reading of a window that starts before `atS`, as a slot of its own. */
export async function readingBefore(
  lane: Lane,
  shelves: Shelves,
  series: SeriesRef,
  atS: number,
): Promise<CounterSlot[]> {
  // Nearby first: zone maps make a short look cheap, and an outage of days is rare.
  for (const span of [...lookS, Number.POSITIVE_INFINITY]) {
    if (series.firstS >= atS) return [];
    const fromS = Math.max(atS - span, series.firstS);
    const [ends = [], lasts = []] = await lane.columns(
      `SELECT max(lastEndS)::DOUBLE, arg_max(last, lastEndS)::DOUBLE
       FROM (${partsOf(shelves, [series], fromS, atS, hours)}) HAVING count(*) > 0`,
    );
    if (ends[0] !== undefined && lasts[0] !== undefined) return [single(ends[0], lasts[0])];
    if (fromS === series.firstS) return [];
  }
  return [];
}

/** The counter's first reading of a window from `atS` on: where a gap at the end of a range ends. */
export async function readingAfter(
  lane: Lane,
  shelves: Shelves,
  series: SeriesRef,
  atS: number,
): Promise<CounterSlot[]> {
  for (const span of [...lookS, Number.POSITIVE_INFINITY]) {
    if (series.endS <= atS) return [];
    const toS = Math.min(atS + span, series.endS);
    const [ends = [], firsts = []] = await lane.columns(
      `SELECT min(firstEndS)::DOUBLE, arg_min(first, firstEndS)::DOUBLE
       FROM (${partsOf(shelves, [series], atS, toS, hours)}) HAVING count(*) > 0`,
    );
    if (ends[0] !== undefined && firsts[0] !== undefined) return [single(ends[0], firsts[0])];
    if (toS === series.endS) return [];
  }
  return [];
}

const single = (endS: number, value: number): CounterSlot => ({
  firstEndS: endS,
  first: value,
  lastEndS: endS,
  last: value,
  inner: 0,
});
