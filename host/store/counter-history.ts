import { counterBounds } from '#core/aggregate/counter-rule.ts';
import type { GrowthScale } from '../corrections/counter-line.ts';
import { growthsOfSlots, resolved, type Stretch } from '../counters/slots.ts';
import type { CounterHistory, Reading } from '../counters/types.ts';
import { correctedHistory, type HistoryRange } from './corrections-history.ts';
import { counterSlots, neighbours, readingsIn, ruleOf, type Slots } from './counter-slots.ts';
import type { MeasuredSlot } from './fold-parts.ts';
import type { Lane } from './lane.ts';
import { type OpenEdges, openEdges } from './open-edges.ts';
import { keptDays, type Shelves } from './series-parts.ts';
import type { SeriesRef } from './types.ts';

/** What a counter did, in whole numbers of its last decimal, and the slots of the range itself. */
export interface CounterTale extends CounterHistory {
  readonly slots: readonly MeasuredSlot[];
  /** Stretches in which the growth is to be taken times a factor. */
  readonly scales: readonly GrowthScale[];
}

interface RangeTale extends CounterTale, OpenEdges {}

/** How long before a range its readings have to begin: see `settlingS`, the same for all rules. */
const marginS = Math.max(counterBounds.agreeingS, counterBounds.refreshS);
const hourS = 3600;
/**
 * Behind an outage of any length one step reads as much again. One that is odd all along, as a power that was taken for energy,
 * would have its whole past read window by window for each hour of it: there is no end to what that takes.
 */
const mostSteps = 4;

/**
 * What a counter grew around `[fromS, toS)` and what happened to it, from as few rows as can be: slots, and windows only
 * where something odd is. Reaches over the edges as far as the growth at them depends on what lies beyond.
 */
export async function counterHistory(
  lane: Lane,
  shelves: Shelves,
  series: SeriesRef,
  fromS: number,
  toS: number,
  slots: Slots,
): Promise<CounterTale> {
  const [tale] = await counterHistories(lane, shelves, [series], fromS, toS, slots);
  return tale ?? { growths: [], events: [], slots: [], scales: [] };
}

/**
 * The same for many counters, in their order, with as few queries as for one; corrected ones have some of their own.
 * @param asked the range that this one was widened from
 * @param steps so often it may be widened yet
 */
export async function counterHistories(
  lane: Lane,
  shelves: Shelves,
  series: readonly SeriesRef[],
  fromS: number,
  toS: number,
  given: Slots,
  asked: Stretch = { fromS, toS },
  steps = mostSteps,
): Promise<CounterTale[]> {
  const { range, slots } = await widened(lane, shelves, series, fromS, toS, given);
  const lineOf = ({ number }: SeriesRef) => shelves.corrections.plan.lineOf(number);
  const plain = series.filter(each => lineOf(each) === undefined);
  const found = new Map<number, RangeTale>();
  for (const [index, tale] of (await plainHistories(lane, shelves, plain, range, slots)).entries()) {
    found.set((plain[index] as SeriesRef).number, tale);
  }
  for (const each of series) {
    const line = lineOf(each);
    if (line !== undefined)
      found.set(each.number, await correctedHistory(lane, shelves, each, range, slots, line));
  }
  const tales: CounterTale[] = [];
  for (const each of series) {
    const { open, ...tale } = found.get(each.number) as RangeTale;
    if (open === undefined || steps === 0) {
      tales.push(tale);
      continue;
    }
    // As far behind as it is from what was asked for.
    const widerFromS = open.fromS < fromS ? Math.max(2 * open.fromS - asked.fromS, 0) : fromS;
    const widerToS = open.toS > toS ? 2 * open.toS - asked.toS : toS;
    const [wider = tale] = await counterHistories(
      lane,
      shelves,
      [each],
      widerFromS,
      widerToS,
      given,
      asked,
      steps - 1,
    );
    tales.push({ ...wider, slots: wider.slots.filter(isIn(fromS, toS)) });
  }
  return tales;
}

/**
 * From the first reading of each of these counters to its last, also where somebody gave it, but for those that corrections left
 * out: beyond, what it grew is not known, which is not nothing. None of one of which there is only one.
 */
export async function readSpans(
  lane: Lane,
  shelves: Shelves,
  series: readonly SeriesRef[],
): Promise<ReadonlyMap<number, Stretch>> {
  const { plan } = shelves.corrections;
  const given = ({ number }: SeriesRef) => (plan.lineOf(number)?.seams ?? []).map(({ atS }) => atS);
  const isOne = ({ firstS, endS, longestS }: SeriesRef) => endS - firstS <= longestS;
  const isThinned = ({ number }: SeriesRef) => plan.of(number)?.rules.some(rule => rule.isExcluded) === true;
  const told = series.filter(each => given(each).length > 0 || !isOne(each));
  const spanOf = (each: SeriesRef, fromS: number, toS: number): Stretch => ({
    fromS: Math.min(...given(each), fromS),
    toS: Math.max(...given(each), toS),
  });
  const spans = new Map(told.map(each => [each.number, spanOf(each, each.firstS, each.endS)]));
  const thinned = told.filter(isThinned);
  if (thinned.length === 0) return spans;
  const firstS = Math.min(...thinned.map(each => each.firstS));
  const endS = Math.max(...thinned.map(each => each.endS));
  const firsts = await neighbours(lane, shelves, thinned, firstS, 'after');
  const lasts = await neighbours(lane, shelves, thinned, endS, 'before');
  for (const each of thinned) {
    const { number } = each;
    const [[first] = [], [last] = []] = [firsts.get(number), lasts.get(number)];
    const read = [first, last].flatMap(reading => reading?.lastEndS ?? []);
    if (new Set([...given(each), ...read]).size < 2) spans.delete(number);
    else {
      const fromS = first === undefined ? Number.POSITIVE_INFINITY : first.lastEndS - first.lastWindowS;
      spans.set(number, spanOf(each, fromS, last?.lastEndS ?? Number.NEGATIVE_INFINITY));
    }
  }
  return spans;
}

/** Which of these counters were read only once: what they grew is not known at all. */
export async function readOnce(
  lane: Lane,
  shelves: Shelves,
  series: readonly SeriesRef[],
): Promise<ReadonlySet<number>> {
  const spans = await readSpans(lane, shelves, series);
  return new Set(series.map(({ number }) => number).filter(number => !spans.has(number)));
}

/** So far beyond a range counters have to be read for all of it to be settled, and the slots they are read by there. */
export async function widened(
  lane: Lane,
  shelves: Shelves,
  series: readonly SeriesRef[],
  fromS: number,
  toS: number,
  given: Slots,
): Promise<{ readonly range: HistoryRange; readonly slots: Slots }> {
  const longestS = Math.max(0, ...series.map(each => each.longestS));
  // Where a meter was replaced at an edge, as far as that decides.
  const replaced = series.flatMap(({ replacements }) => replacements);
  const sinceS = replaced.filter(each => each.fromS < fromS && each.atS >= fromS).map(each => each.fromS);
  const untilS = replaced.filter(each => each.fromS < toS && each.atS > toS).map(each => each.atS);
  // At full hours, so that no edge has to be read from windows.
  const hourFromS = Math.floor((Math.min(fromS, ...sinceS) - marginS - longestS) / hourS) * hourS;
  const hourToS = Math.ceil((Math.max(toS, ...untilS) + counterBounds.agreeingS + longestS) / hourS) * hourS;
  // Where only days are left, at full days.
  const left = await keptDays(lane, shelves, hourFromS, hourToS);
  const days = [...new Set([...left, ...(given.days ?? [])])].sort((one, other) => one - other);
  const slots = left.length === 0 ? given : { ...given, days };
  const range = {
    fromS,
    toS,
    wideFromS: Math.min(hourFromS, left[0] ?? hourFromS),
    wideToS: Math.max(hourToS, left.at(-1) ?? hourToS),
  };
  return { range, slots };
}

/** Whether the slots beyond an edge, from the outermost on, tell too little to settle what lies beside them. */
function isFew(
  slots: readonly MeasuredSlot[],
  isBeyond: (slot: MeasuredSlot) => boolean,
  first: 0 | -1,
): boolean {
  let readings = 0;
  for (let index = 0; index < slots.length; index++) {
    const slot = slots.at(first === 0 ? index : -1 - index) as MeasuredSlot;
    if (!isBeyond(slot)) break;
    readings += slot.readings;
    if (readings >= counterBounds.agreeing) return false;
  }
  return true;
}

const isIn =
  (fromS: number, toS: number) =>
  ({ lastEndS, startS }: MeasuredSlot): boolean =>
    lastEndS > fromS && startS < toS;

async function plainHistories(
  lane: Lane,
  shelves: Shelves,
  series: readonly SeriesRef[],
  range: HistoryRange,
  slots: Slots,
): Promise<RangeTale[]> {
  const { fromS, toS, wideFromS, wideToS } = range;
  if (series.length === 0) return [];
  const inside = await counterSlots(lane, shelves, series, wideFromS, wideToS, slots);
  // Where enough lies beyond an edge already, what lies further away decides nothing.
  const slotsOf = ({ number }: SeriesRef) => inside.get(number) ?? [];
  const isOpenBefore = (each: SeriesRef) => isFew(slotsOf(each), ({ lastEndS }) => lastEndS <= fromS, 0);
  const isOpenAfter = (each: SeriesRef) => isFew(slotsOf(each), ({ firstEndS }) => firstEndS > toS, -1);
  const before = await neighbours(lane, shelves, series.filter(isOpenBefore), wideFromS, 'before');
  const after = await neighbours(lane, shelves, series.filter(isOpenAfter), wideToS, 'after');
  const tales: RangeTale[] = [];
  for (const each of series) {
    const rule = ruleOf(each);
    const own = inside.get(each.number) ?? [];
    const [lead, trail] = [before.get(each.number), after.get(each.number)];
    const isAlone = lead === undefined && trail === undefined;
    const read = isAlone ? own : [...(lead ?? []), ...own, ...(trail ?? [])];
    const history = growthsOfSlots(read, rule);
    const readings: Reading[][] = [];
    for (const stretch of history.stretches) readings.push(await readingsIn(lane, shelves, each, stretch));
    tales.push({
      ...resolved(history, readings, rule),
      slots: own.filter(isIn(fromS, toS)),
      scales: [],
      ...openEdges(history.stretches, range, each, read[0], read.at(-1)),
    });
  }
  return tales;
}
