import { quantities } from '#core/quantities.ts';
import { type CounterRule, counterRule, settlingS } from '../counters/counter-rule.ts';
import type { CounterSlot } from '../counters/counter-slot.ts';
import { growthsOfSlots, resolved, type Stretch } from '../counters/slots.ts';
import type { CounterHistory, Reading } from '../counters/types.ts';
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

/** Slots to read a counter by: an SQL expression of a part's start, and the tier that may serve them. */
export interface Slots {
  readonly bucket: string;
  readonly tier: Tier | undefined;
  readonly days?: readonly number[];
}

/** What a counter did, in whole numbers of its last decimal, and the slots of the range itself. */
export interface CounterTale extends CounterHistory {
  readonly slots: readonly MeasuredSlot[];
}

/** What is believed of a counter whose meter tells no power: a large building's supply. */
const unknownLargestW = 250_000;

/** What is believed of this series. */
export const ruleOf = ({ quantity, largestW = unknownLargestW }: SeriesRef): CounterRule =>
  counterRule(quantity, {
    stepsPerUnit: 10 ** quantities[quantity].decimals,
    ...(quantities[quantity].unit === 'Ah' ? {} : { largest: largestW }),
  });

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
  const rule = ruleOf(series);
  const wideFromS = fromS - settlingS(rule) - series.longestS;
  const wideToS = toS + rule.agreeingS + series.longestS;
  const inside = await counterSlots(lane, shelves, series, wideFromS, wideToS, rule, slots);
  const before = await neighbour(lane, shelves, series, wideFromS, 'before');
  const after = await neighbour(lane, shelves, series, wideToS, 'after');
  const history = growthsOfSlots([...before, ...inside, ...after], rule);
  const readings: Reading[][] = [];
  for (const stretch of history.stretches) readings.push(await readingsIn(lane, shelves, series, stretch));
  return {
    ...resolved(history, readings, rule),
    slots: inside.filter(({ lastEndS, startS }) => lastEndS > fromS && startS < toS),
  };
}

async function counterSlots(
  lane: Lane,
  shelves: Shelves,
  series: SeriesRef,
  fromS: number,
  toS: number,
  rule: CounterRule,
  { bucket, tier, days }: Slots,
): Promise<MeasuredSlot[]> {
  const parts = partsOf(shelves, [series], fromS, toS, tier, days);
  const columns = await lane.columns(
    `SELECT ${slotColumns} FROM (${joinParts('counter', parts, bucket)}) ORDER BY bucketS`,
  );
  return slotsOfColumns(columns, rule);
}

const slotColumns = [
  'bucketS',
  'measuredS',
  'readings',
  'firstEndS',
  'firstWindowS',
  'lastEndS',
  'lastWindowS',
  'first',
  'last',
  'gap',
  'fastest',
  'isFallen',
]
  .map(name => `${name}::DOUBLE AS ${name}`)
  .join(', ');

function slotsOfColumns(columns: readonly (readonly number[])[], rule: CounterRule): MeasuredSlot[] {
  const [starts = []] = columns;
  const cell = (column: number, row: number) => columns[column]?.[row] as number;
  return starts.map((startS, row) => ({
    startS,
    measuredS: cell(1, row),
    readings: cell(2, row),
    firstEndS: cell(3, row),
    firstWindowS: cell(4, row),
    lastEndS: cell(5, row),
    lastWindowS: cell(6, row),
    first: cell(7, row),
    last: cell(8, row),
    estimated: cell(9, row),
    isOdd: cell(11, row) === 1 || cell(10, row) > rule.maxPerS,
  }));
}

/** The windows' readings that end within a stretch. */
async function readingsIn(
  lane: Lane,
  shelves: Shelves,
  series: SeriesRef,
  { fromS, toS }: Stretch,
): Promise<Reading[]> {
  const windows = partsOf(shelves, [series], fromS - series.longestS, toS, undefined);
  const [ends = [], values = [], lengths = []] = await lane.columns(
    `SELECT lastEndS::DOUBLE, last::DOUBLE, lastWindowS::DOUBLE FROM (${windows})
     WHERE lastEndS >= ${fromS} AND lastEndS <= ${toS} ORDER BY lastEndS, last`,
  );
  return ends.map((endS, index) => ({
    endS,
    value: values[index] as number,
    windowS: lengths[index] as number,
  }));
}

const lookS = [3600, 86_400, 30 * 86_400, Number.POSITIVE_INFINITY];
const hours = tiers.find(({ name }) => name === '3600');

/**
 * The last reading of a window that starts before an instant, or the first from it on, as a slot of its own: where a
 * gap at an edge begins or ends. Nearby first: zone maps make a short look cheap, and an outage of days is rare.
 */
async function neighbour(
  lane: Lane,
  shelves: Shelves,
  series: SeriesRef,
  atS: number,
  side: 'before' | 'after',
): Promise<CounterSlot[]> {
  const isBefore = side === 'before';
  if (isBefore ? series.firstS >= atS : series.endS <= atS) return [];
  const chosen = isBefore
    ? 'max(lastEndS)::DOUBLE, arg_max(last, lastEndS)::DOUBLE, arg_max(lastWindowS, lastEndS)::DOUBLE'
    : 'min(firstEndS)::DOUBLE, arg_min(first, firstEndS)::DOUBLE, arg_min(firstWindowS, firstEndS)::DOUBLE';
  for (const span of lookS) {
    const [fromS, toS] = isBefore
      ? [Math.max(atS - span, series.firstS), atS]
      : [atS, Math.min(atS + span, series.endS)];
    const [ends = [], values = [], lengths = []] = await lane.columns(
      `SELECT ${chosen} FROM (${partsOf(shelves, [series], fromS, toS, hours)}) HAVING count(*) > 0`,
    );
    const [endS, value, windowS] = [ends[0], values[0], lengths[0]];
    if (endS !== undefined && value !== undefined && windowS !== undefined) {
      return [single(endS, value, windowS)];
    }
    if (isBefore ? fromS === series.firstS : toS === series.endS) return [];
  }
  return [];
}

const single = (endS: number, value: number, windowS: number): CounterSlot => ({
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
