import { type CounterRule, counterRule, paceOf } from '#core/aggregate/counter-rule.ts';
import { type QuantityId, quantities } from '#core/quantities.ts';
import type { CounterSlot } from '../counters/counter-slot.ts';
import type { Stretch } from '../counters/slots.ts';
import type { Reading } from '../counters/types.ts';
import { CounterParts, foldParts, type MeasuredSlot, type SlotGrid, slotColumns } from './fold-parts.ts';
import type { Lane } from './lane.ts';
import { joinParts } from './parts.ts';
import { mostFolded, type Piece, partsOf, piecesOf, rowsOf, type Shelves, sqlOf } from './series-parts.ts';
import { type Tier, tiers } from './tier-tables.ts';
import type { SeriesRef } from './types.ts';

/** Slots to read a counter by, and the tier that may serve them. */
export interface Slots extends SlotGrid {
  readonly tier: Tier | undefined;
  readonly days?: readonly number[];
}

/** What is believed of this series. */
export function ruleOf({ quantity, largestW, replacements }: SeriesRef): CounterRule {
  const pace = paceOf(quantity, largestW, 10 ** quantities[quantity].decimals);
  return { ...baseRule(quantity), ...pace, replaced: replacements };
}

/** What is the same for all meters, made once for each quantity. */
const baseRules = new Map<QuantityId, CounterRule>();
function baseRule(quantity: QuantityId): CounterRule {
  const known = baseRules.get(quantity);
  if (known !== undefined) return known;
  const rule = counterRule(quantity, { stepsPerUnit: 10 ** quantities[quantity].decimals });
  baseRules.set(quantity, rule);
  return rule;
}

/** Parts of many counters that start in `[fromS, toS)`: of slots that are cut the finest there are. */
export function slotPieces(
  shelves: Shelves,
  series: readonly SeriesRef[],
  fromS: number,
  toS: number,
  { bucketS, tier, days, cut = new Set() }: Slots,
): Piece[] {
  const pieces: Piece[] = [];
  let atS = fromS;
  const add = (untilS: number, coarsest: Tier | undefined) => {
    if (untilS > atS) pieces.push(...piecesOf(shelves, series, atS, untilS, coarsest, days));
    atS = Math.max(untilS, atS);
  };
  for (const cutS of cut) {
    add(Math.min(cutS, toS), tier);
    add(Math.min(cutS + bucketS, toS), undefined);
  }
  return [...pieces, ...piecesOf(shelves, series, atS, toS, tier, days)];
}

/** Slots of many counters from parts that start in `[fromS, toS)`, by series. */
export async function counterSlots(
  lane: Lane,
  shelves: Shelves,
  series: readonly SeriesRef[],
  fromS: number,
  toS: number,
  given: Slots,
): Promise<Map<number, MeasuredSlot[]>> {
  const pieces = slotPieces(shelves, series, fromS, toS, given);
  const slots = rowsOf(pieces) > mostFolded ? slotsOfParts : foldedSlots;
  return slots(lane, series, sqlOf(pieces), given);
}

/** So many parts are looked through in the program where no slots are kept of them. */
const mostPassed = 400_000;

/** The parts themselves, or where they are too many the slots that the database makes of them. */
export async function counterParts(
  lane: Lane,
  shelves: Shelves,
  series: readonly SeriesRef[],
  fromS: number,
  toS: number,
  given: Slots,
): Promise<CounterParts> {
  const pieces = slotPieces(shelves, series, fromS, toS, given);
  const parts = sqlOf(pieces);
  const rows = rowsOf(pieces) > mostPassed ? joinedTo(given, parts) : parts;
  return new CounterParts(await lane.typedColumns(`SELECT ${slotColumns} FROM (${rows})`));
}

/** Parts joined to slots by what `joinParts` does in SQL; a test holds both to each other. */
export async function foldedSlots(
  lane: Lane,
  series: readonly SeriesRef[],
  parts: string,
  grid: SlotGrid,
): Promise<Map<number, MeasuredSlot[]>> {
  const columns = await lane.typedColumns(`SELECT ${slotColumns} FROM (${parts})`);
  return foldParts(columns, grid, new Map(series.map(each => [each.number, ruleOf(each)])));
}

/** The same from given parts that the database joins first. */
export function slotsOfParts(
  lane: Lane,
  series: readonly SeriesRef[],
  parts: string,
  grid: SlotGrid,
): Promise<Map<number, MeasuredSlot[]>> {
  return foldedSlots(lane, series, joinedTo(grid, parts), grid);
}

function joinedTo({ bucketS, cut = new Set() }: SlotGrid, parts: string): string {
  const bucket = `startS // ${bucketS}::UINTEGER * ${bucketS}::UINTEGER`;
  const own = `CASE WHEN ${bucket} IN (${[...cut].join(', ')}) THEN startS ELSE ${bucket} END`;
  return `SELECT bucketS AS startS, * FROM (${joinParts('counter', parts, cut.size === 0 ? bucket : own)})`;
}

/** The windows' readings that end within a stretch. */
export async function readingsIn(
  lane: Lane,
  shelves: Shelves,
  series: SeriesRef,
  { fromS, toS }: Stretch,
): Promise<Reading[]> {
  const windows = partsOf(shelves, [series], fromS - series.longestS, toS, undefined);
  const [ends = [], values = [], lengths = []] = await lane.columns(
    `SELECT lastEndS, last, lastWindowS FROM (${windows})
     WHERE lastEndS >= ${fromS} AND lastEndS <= ${toS} ORDER BY lastEndS, last`,
  );
  return ends.map((endS, index) => ({
    endS,
    value: values[index] as number,
    windowS: lengths[index] as number,
  }));
}

const lookS = [3600, 86_400, 30 * 86_400, Number.POSITIVE_INFINITY];
/** Longer than anything is old. */
const everS = 4_000_000_000;
const hours = tiers.find(({ name }) => name === '3600');

/**
 * Of each counter the last reading of a window that starts before an instant, or the first from it on, as a slot of
 * its own: where a gap at an edge begins or ends. Nearby first: zone maps make a short look cheap, and an outage of
 * days is rare.
 */
export async function neighbours(
  lane: Lane,
  shelves: Shelves,
  series: readonly SeriesRef[],
  atS: number,
  side: 'before' | 'after',
): Promise<Map<number, CounterSlot[]>> {
  const isBefore = side === 'before';
  const found = new Map<number, CounterSlot[]>();
  let left = series.filter(({ firstS, endS }) => (isBefore ? firstS < atS : endS > atS));
  for (const spanS of lookS) {
    if (left.length === 0) break;
    const [fromS, toS] = isBefore
      ? [Math.max(atS - spanS, Math.min(...left.map(({ firstS }) => firstS))), atS]
      : [atS, Math.min(atS + spanS, Math.max(...left.map(({ endS }) => endS)))];
    // One slot for all of the span.
    const slots = { bucketS: everS, tier: hours };
    for (const [number, own] of await counterSlots(lane, shelves, left, fromS, toS, slots)) {
      const slot = isBefore ? own.at(-1) : own[0];
      if (slot === undefined) continue;
      const { firstEndS, first, firstWindowS, lastEndS, last, lastWindowS } = slot;
      found.set(number, [
        isBefore ? single(lastEndS, last, lastWindowS) : single(firstEndS, first, firstWindowS),
      ]);
    }
    left = left.filter(({ number }) => !found.has(number));
  }
  return found;
}

/** One reading. */
export const single = (endS: number, value: number, windowS: number): CounterSlot => ({
  firstEndS: endS,
  first: value,
  firstWindowS: windowS,
  lastEndS: endS,
  last: value,
  lastWindowS: windowS,
  readings: 1,
  estimated: 0,
  isOdd: false,
});
