import { type CounterRule, counterRule, paceOf } from '#core/aggregate/counter-rule.ts';
import { type QuantityId, quantities } from '#core/quantities.ts';
import type { CounterSlot } from '../counters/counter-slot.ts';
import type { Stretch } from '../counters/slots.ts';
import type { Reading } from '../counters/types.ts';
import { CounterParts, foldParts, type MeasuredSlot, slotColumns } from './fold-parts.ts';
import type { Lane } from './lane.ts';
import { joinParts } from './parts.ts';
import { mostFolded, partsOf, piecesOf, rowsOf, type Shelves, sqlOf } from './series-parts.ts';
import { type Tier, tiers } from './tier-tables.ts';
import type { SeriesRef } from './types.ts';

/** Slots to read a counter by: multiples of a length, s, and the tier that may serve them. */
export interface Slots {
  readonly bucketS: number;
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

/** Slots of many counters from parts that start in `[fromS, toS)`, by series. */
export async function counterSlots(
  lane: Lane,
  shelves: Shelves,
  series: readonly SeriesRef[],
  fromS: number,
  toS: number,
  { bucketS, tier, days }: Slots,
): Promise<Map<number, MeasuredSlot[]>> {
  const pieces = piecesOf(shelves, series, fromS, toS, tier, days);
  const slots = rowsOf(pieces) > mostFolded ? slotsOfParts : foldedSlots;
  return slots(lane, series, sqlOf(pieces), bucketS);
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
  { bucketS, tier, days }: Slots,
): Promise<CounterParts> {
  const pieces = piecesOf(shelves, series, fromS, toS, tier, days);
  const parts = sqlOf(pieces);
  const rows = rowsOf(pieces) > mostPassed ? joinedTo(bucketS, parts) : parts;
  return new CounterParts(await lane.typedColumns(`SELECT ${slotColumns} FROM (${rows})`));
}

/** Parts joined to slots by what `joinParts` does in SQL; a test holds both to each other. */
export async function foldedSlots(
  lane: Lane,
  series: readonly SeriesRef[],
  parts: string,
  bucketS: number,
): Promise<Map<number, MeasuredSlot[]>> {
  const columns = await lane.typedColumns(`SELECT ${slotColumns} FROM (${parts})`);
  return foldParts(columns, bucketS, new Map(series.map(each => [each.number, ruleOf(each)])));
}

/** The same from given parts that the database joins first. */
export function slotsOfParts(
  lane: Lane,
  series: readonly SeriesRef[],
  parts: string,
  bucketS: number,
): Promise<Map<number, MeasuredSlot[]>> {
  return foldedSlots(lane, series, joinedTo(bucketS, parts), bucketS);
}

const joinedTo = (bucketS: number, parts: string): string =>
  `SELECT bucketS AS startS, * FROM (${joinParts('counter', parts, `startS // ${bucketS}::UINTEGER * ${bucketS}::UINTEGER`)})`;

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
