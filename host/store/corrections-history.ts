import type { CounterRule } from '#core/aggregate/counter-rule.ts';
import type { CounterLine, GrowthScale, Seam } from '../corrections/counter-line.ts';
import type { CounterSlot } from '../counters/counter-slot.ts';
import { growthsOfSlots, resolved, type SlotHistory, type Stretch } from '../counters/slots.ts';
import type { CounterHistory, Reading } from '../counters/types.ts';
import {
  neighbours,
  readingsIn,
  ruleOf,
  type Slots,
  single,
  slotPieces,
  slotsOfParts,
} from './counter-slots.ts';
import type { MeasuredSlot } from './fold-parts.ts';
import type { Lane } from './lane.ts';
import { type OpenEdges, openEdges } from './open-edges.ts';
import { partsOf, type Shelves, sqlOf } from './series-parts.ts';
import type { SeriesRef } from './types.ts';

/** What is asked for, and how far over its edges windows are read. */
export interface HistoryRange {
  readonly fromS: number;
  readonly toS: number;
  readonly wideFromS: number;
  readonly wideToS: number;
}

/** As a CounterTale. */
interface CorrectedTale extends CounterHistory, OpenEdges {
  readonly slots: readonly MeasuredSlot[];
  readonly scales: readonly GrowthScale[];
}

/** Readings between two seams: one line of the counter, on its own. */
interface Line {
  readonly start: Seam | undefined;
  end: Seam | undefined;
  readonly slots: CounterSlot[];
}

/**
 * The history of a counter of which readings are known besides its windows', or parts of its growth are scaled. It is cut
 * where that is: no slot reaches over such an instant, so that slots tell what windows do. At a seam the state
 * machine begins anew from what is known; a window that ends in that very second has to stand back.
 */
export async function correctedHistory(
  lane: Lane,
  shelves: Shelves,
  series: SeriesRef,
  range: HistoryRange,
  slots: Slots,
  { seams, scales }: CounterLine,
): Promise<CorrectedTale> {
  const { wideFromS, wideToS } = range;
  // The last windows of the range may end so much later than they begin.
  const lastS = wideToS + series.longestS;
  const inside = seams.filter(({ atS }) => atS > wideFromS && atS < lastS);
  const bounds = scales
    .flatMap(({ fromS, toS }) => [fromS, toS])
    .filter(atS => atS > wideFromS && atS < lastS);
  const cuts = [...new Set([...inside.map(({ atS }) => atS), ...bounds])].sort((one, other) => one - other);
  const seamAt = new Map(inside.map(seam => [seam.atS, seam]));
  const before = (await neighbours(lane, shelves, [series], wideFromS, 'before')).get(series.number) ?? [];
  const after = (await neighbours(lane, shelves, [series], wideToS, 'after')).get(series.number) ?? [];
  let line = firstLine(
    seams.findLast(({ atS }) => atS <= wideFromS),
    before,
  );
  const lines = [line];
  const pieces: MeasuredSlot[] = [];
  for (const [index, toS] of [...cuts, Number.POSITIVE_INFINITY].entries()) {
    const span = { afterS: cuts[index - 1] ?? Number.NEGATIVE_INFINITY, toS };
    const seam = seamAt.get(toS);
    const own = await slotsBetween(lane, shelves, series, range, slots, span, seam !== undefined);
    line.slots.push(...own);
    pieces.push(...own);
    if (seam === undefined) continue;
    line.end = seam;
    line = { start: seam, end: undefined, slots: [] };
    lines.push(line);
  }
  endLast(
    line,
    seams.find(({ atS }) => atS >= lastS),
    after,
  );
  const history: CounterHistory = { growths: [], events: [] };
  const odd: Stretch[] = [];
  for (const each of lines) {
    const { growths, events, stretches } = await historyOf(lane, shelves, series, each);
    for (const growth of growths) history.growths.push(growth);
    for (const event of events) history.events.push(event);
    odd.push(...stretches);
  }
  const inRange = pieces.filter(({ lastEndS, startS }) => lastEndS > range.fromS && startS < range.toS);
  const [first] = lines;
  // A seam ends what was before it, whatever comes.
  const earliest = first?.start === undefined ? first?.slots[0] : undefined;
  const latest = line.end === undefined ? line.slots.at(-1) : undefined;
  return {
    ...history,
    slots: joined(inRange),
    scales,
    ...openEdges(odd, range, series, earliest, latest),
  };
}

/** What comes before the range: the last reading there, unless a seam is closer. */
function firstLine(seam: Seam | undefined, [before]: readonly CounterSlot[]): Line {
  const isSeam = seam !== undefined && (before === undefined || before.lastEndS <= seam.atS);
  if (isSeam) return { start: seam, end: undefined, slots: [] };
  return { start: undefined, end: undefined, slots: before === undefined ? [] : [before] };
}

function endLast(line: Line, seam: Seam | undefined, [after]: readonly CounterSlot[]): void {
  if (seam !== undefined && (after === undefined || after.firstEndS >= seam.atS)) line.end = seam;
  else if (after !== undefined && after.firstEndS > (line.start?.atS ?? Number.NEGATIVE_INFINITY))
    line.slots.push(after);
}

/** Slots of the windows that end after `afterS` and not after `toS`, or before it where a seam is there. */
async function slotsBetween(
  lane: Lane,
  shelves: Shelves,
  series: SeriesRef,
  { wideFromS, wideToS }: HistoryRange,
  slots: Slots,
  { afterS, toS }: { readonly afterS: number; readonly toS: number },
  isSeam: boolean,
): Promise<MeasuredSlot[]> {
  const { longestS } = series;
  const startS = Math.max(wideFromS, afterS);
  const endS = Math.min(wideToS, toS);
  // All windows that begin in here end in here; those at the edges are looked at one by one.
  const innerS = Math.max(Math.min(wideToS, toS - longestS), startS);
  const edges = [
    [Math.max(wideFromS, afterS - longestS), Math.min(startS, wideToS)],
    [innerS, endS],
  ] as const;
  const parts = edges
    .filter(([fromS, untilS]) => fromS < untilS)
    .map(([fromS, untilS]) => {
      const windows = partsOf(shelves, [series], fromS, untilS, undefined);
      const conditions = [
        ...(Number.isFinite(afterS) ? [`lastEndS > ${afterS}`] : []),
        ...(Number.isFinite(toS) ? [`lastEndS ${isSeam ? '<' : '<='} ${toS}`] : []),
      ];
      return `SELECT * FROM (${windows}) WHERE ${conditions.join(' AND ') || 'true'}`;
    });
  if (startS < innerS) parts.push(sqlOf(slotPieces(shelves, [series], startS, innerS, slots)));
  if (parts.length === 0) return [];
  return (await slotsOfParts(lane, [series], parts.join(' UNION ALL '), slots)).get(series.number) ?? [];
}

/** The readings at both ends are those of the seams there, in the place of any window that ends then. */
async function historyOf(
  lane: Lane,
  shelves: Shelves,
  series: SeriesRef,
  { start, end, slots }: Line,
): Promise<SlotHistory> {
  const rule = withoutKnown(ruleOf(series), start, end);
  const first = start === undefined ? [] : [{ endS: start.atS, value: start.after, windowS: 0 }];
  const last = end === undefined ? [] : [{ endS: end.atS, value: end.before, windowS: 0 }];
  const slotOf = ({ endS, value, windowS }: Reading) => single(endS, value, windowS);
  const history = growthsOfSlots([...first.map(slotOf), ...slots, ...last.map(slotOf)], rule);
  const readings: Reading[][] = [];
  for (const stretch of history.stretches) {
    const isWithin = ({ endS }: Reading) =>
      endS > (start?.atS ?? Number.NEGATIVE_INFINITY) && endS < (end?.atS ?? Number.POSITIVE_INFINITY);
    const isIn = ({ endS }: Reading) => endS >= stretch.fromS && endS <= stretch.toS;
    const windows = await readingsIn(lane, shelves, series, stretch);
    readings.push([...first.filter(isIn), ...windows.filter(isWithin), ...last.filter(isIn)]);
  }
  return { ...resolved(history, readings, rule), stretches: history.stretches };
}

/** Where a person has said when one meter ended and the next began, the serial number says nothing new. */
const withoutKnown = (rule: CounterRule, ...seams: readonly (Seam | undefined)[]): CounterRule => ({
  ...rule,
  replaced: rule.replaced.filter(
    ({ fromS, atS }) =>
      !seams.some(
        seam => seam !== undefined && seam.before !== seam.after && seam.atS > fromS && seam.atS <= atS,
      ),
  ),
});

/** One slot for each bucket again. */
function joined(pieces: readonly MeasuredSlot[]): MeasuredSlot[] {
  const slots: MeasuredSlot[] = [];
  for (const piece of pieces.toSorted((one, other) => one.startS - other.startS)) {
    const before = slots.at(-1);
    if (before === undefined || before.startS !== piece.startS) slots.push(piece);
    else slots[slots.length - 1] = together(before, piece);
  }
  return slots;
}

const together = (one: MeasuredSlot, other: MeasuredSlot): MeasuredSlot => ({
  ...one,
  lastEndS: other.lastEndS,
  lastWindowS: other.lastWindowS,
  last: other.last,
  measuredS: one.measuredS + other.measuredS,
  readings: one.readings + other.readings,
  estimated: one.estimated + other.estimated,
  isOdd: one.isOdd || other.isOdd,
});
