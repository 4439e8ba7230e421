import { type CounterSlot, slippedShare } from './growth.ts';
import { type Lane, startSecond } from './lane.ts';
import type { SeriesEntry } from './series-book.ts';

/** A slot with its start and how much of it was measured, s. */
export interface MeasuredSlot extends CounterSlot {
  readonly startS: number;
  readonly measuredS: number;
}

/**
 * A counter's readings by slots of `slotS`: of the windows that end after `fromS` and begin before `toS`, so that one
 * that reaches over `fromS` makes the first slot begin before it. Slots without any are absent.
 * Growth within a slot is last minus first, unless a reading lies outside these two: then it is summed reading by
 * reading. (Only then, for ordering millions of rows takes far longer.) So a counter that fell no lower than the
 * slot began, and then passed all it had shown, is counted too low; it takes a reset soon after a start at zero.
 */
export async function counterSlots(
  lane: Lane,
  series: SeriesEntry,
  fromS: number,
  toS: number,
  slotS: number,
): Promise<MeasuredSlot[]> {
  const columns = await lane.columns(
    `SELECT (startS // ?::UINTEGER)::DOUBLE AS slot, min(startS + windowS)::DOUBLE, arg_min(last, startS),
       max(startS + windowS)::DOUBLE, arg_max(last, startS), min(last), max(last), sum(windowS)::DOUBLE
     FROM counter WHERE series = ?::UINTEGER AND startS >= ?::UINTEGER AND startS + windowS > ? AND startS < ?::UINTEGER
     GROUP BY slot ORDER BY slot`,
    [startSecond(slotS), series.number, startSecond(fromS - series.longestS), fromS, startSecond(toS)],
  );
  const [
    slots = [],
    firstEnds = [],
    firsts = [],
    lastEnds = [],
    lasts = [],
    lows = [],
    highs = [],
    measured = [],
  ] = columns;
  const slotsOut = slots.map((slot, index) => ({
    startS: slot * slotS,
    firstEndS: firstEnds[index] as number,
    first: firsts[index] as number,
    lastEndS: lastEnds[index] as number,
    last: lasts[index] as number,
    inner: (lasts[index] as number) - (firsts[index] as number),
    measuredS: measured[index] as number,
  }));
  const isOdd = slotsOut.map(({ first, last }, index) => first !== lows[index] || last !== highs[index]);
  if (!isOdd.includes(true)) return slotsOut;
  const oddFromS = (slotsOut[isOdd.indexOf(true)] as MeasuredSlot).startS;
  const oddToS = (slotsOut[isOdd.lastIndexOf(true)] as MeasuredSlot).startS + slotS;
  const summed = await sumReadings(
    lane,
    series,
    Math.max(oddFromS, fromS - series.longestS),
    oddToS,
    slotS,
    fromS,
  );
  return slotsOut.map((slot, index) =>
    isOdd[index] ? { ...slot, inner: summed.get(slot.startS) ?? slot.inner } : slot,
  );
}

async function sumReadings(
  lane: Lane,
  series: SeriesEntry,
  fromS: number,
  toS: number,
  slotS: number,
  endAfterS: number,
): Promise<Map<number, number>> {
  const [slots = [], growths = []] = await lane.columns(
    `SELECT slot, sum(CASE WHEN before IS NULL THEN 0 WHEN last >= before THEN last - before
               WHEN last >= before * ${slippedShare} THEN 0 ELSE last END)
     FROM (SELECT (startS // ?::UINTEGER)::DOUBLE AS slot, last,
             lag(last) OVER (PARTITION BY startS // ?::UINTEGER ORDER BY startS) AS before
           FROM counter WHERE series = ?::UINTEGER AND startS >= ?::UINTEGER AND startS < ?::UINTEGER AND startS + windowS > ?)
     GROUP BY slot`,
    [startSecond(slotS), startSecond(slotS), series.number, startSecond(fromS), startSecond(toS), endAfterS],
  );
  return new Map(slots.map((slot, index) => [slot * slotS, growths[index] as number]));
}

const lookS = [3600, 86_400, 30 * 86_400];

/** The counter's last reading up to `atS`, as a slot of its own: what the first growth is counted from. */
export async function readingBefore(lane: Lane, series: SeriesEntry, atS: number): Promise<CounterSlot[]> {
  // Nearby first: zone maps make a short look cheap, and an outage of days is rare.
  for (const span of [...lookS, Number.POSITIVE_INFINITY]) {
    if (series.endS === 0 || series.firstS >= atS) return [];
    const fromS = Math.max(atS - span, series.firstS);
    const [ends = [], lasts = []] = await lane.columns(
      `SELECT max(startS + windowS)::DOUBLE, arg_max(last, startS) FROM counter
       WHERE series = ?::UINTEGER AND startS >= ?::UINTEGER AND startS + windowS <= ? HAVING count(*) > 0`,
      [series.number, startSecond(fromS), atS],
    );
    if (ends[0] !== undefined && lasts[0] !== undefined) return [single(ends[0], lasts[0])];
    if (fromS === series.firstS) return [];
  }
  return [];
}

/** The counter's first reading of a window from `atS` on: where a gap at the end of a range ends. */
export async function readingAfter(lane: Lane, series: SeriesEntry, atS: number): Promise<CounterSlot[]> {
  for (const span of [...lookS, Number.POSITIVE_INFINITY]) {
    if (series.endS <= atS) return [];
    const toS = Math.min(atS + span, series.endS);
    const [ends = [], firsts = []] = await lane.columns(
      `SELECT min(startS + windowS)::DOUBLE, arg_min(last, startS) FROM counter
       WHERE series = ?::UINTEGER AND startS >= ?::UINTEGER AND startS < ?::UINTEGER HAVING count(*) > 0`,
      [series.number, startSecond(atS), startSecond(toS)],
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
