import { type CounterRule, counterBounds } from '#core/aggregate/counter-rule.ts';
import { isGap, isRise } from '#core/aggregate/counter-steps.ts';
import { spreadScaled } from '../corrections/spread-scaled.ts';
import type { CounterSlot } from '../counters/counter-slot.ts';
import { Spreading } from '../counters/spread.ts';
import { type CounterTale, counterHistories, widened } from './counter-history.ts';
import { counterParts, neighbours, ruleOf, type Slots } from './counter-slots.ts';
import type { CounterParts, MeasuredSlot, SlotGrid } from './fold-parts.ts';
import type { Lane } from './lane.ts';
import type { Shelves } from './series-parts.ts';
import type { SeriesRef } from './types.ts';

/** What a counter grew in each of some periods, in whole numbers of its last decimal, and how long it was measured. */
export interface CounterSums {
  readonly amount: readonly number[];
  /** How much of it was shared out over gaps or concluded. */
  readonly estimated: readonly number[];
  readonly measuredS: readonly number[];
}

/**
 * What counters grew between `bounds` (s), in their order: the sums of what `counterHistories` tells. Most counters of most
 * years only counted on; of these nothing but the sums is made. A slot that a bound cuts is read window by window.
 */
export async function counterSums(
  lane: Lane,
  shelves: Shelves,
  series: readonly SeriesRef[],
  bounds: readonly number[],
  slots: Slots,
): Promise<CounterSums[]> {
  const [fromS, toS] = [bounds[0] ?? 0, bounds.at(-1) ?? 0];
  const given = { ...slots, cut: cutSlots(bounds, slots.bucketS, shelves.tiers.kept.fromS('900')) };
  const isPlain = ({ number, replacements }: SeriesRef) =>
    replacements.length === 0 && shelves.corrections.plan.lineOf(number) === undefined;
  const sums = await steadySums(lane, shelves, series.filter(isPlain), bounds, given);
  const others = series.filter(({ number }) => !sums.has(number));
  if (others.length > 0) {
    const tales = await counterHistories(lane, shelves, others, fromS, toS, given);
    for (const [index, { number }] of others.entries())
      sums.set(number, sumsOf(tales[index] as CounterTale, bounds));
  }
  return series.map(({ number }) => sums.get(number) as CounterSums);
}

/** Starts of the slots that a bound is within, as far as anything finer than they are kept, ascending. */
const cutSlots = (bounds: readonly number[], bucketS: number, keptFromS: number): Set<number> =>
  new Set(
    bounds
      .filter(atS => atS % bucketS !== 0)
      .map(atS => Math.floor(atS / bucketS) * bucketS)
      .filter(startS => startS >= keptFromS),
  );

/** Of those that only counted on, by their numbers. */
async function steadySums(
  lane: Lane,
  shelves: Shelves,
  series: readonly SeriesRef[],
  bounds: readonly number[],
  given: Slots,
): Promise<Map<number, CounterSums>> {
  const sums = new Map<number, CounterSums>();
  if (series.length === 0) return sums;
  const [fromS, toS] = [bounds[0] ?? 0, bounds.at(-1) ?? 0];
  const { range, slots } = await widened(lane, shelves, series, fromS, toS, given);
  const { wideFromS, wideToS } = range;
  const parts = await counterParts(lane, shelves, series, wideFromS, wideToS, slots);
  const beyond = new Map(series.map(({ number }) => [number, parts.readingsBeyond(number, fromS, toS)]));
  const open = (side: 'before' | 'after') =>
    series.filter(({ number }) => (beyond.get(number)?.[side] ?? 0) < counterBounds.agreeing);
  const before = await neighbours(lane, shelves, open('before'), wideFromS, 'before');
  const after = await neighbours(lane, shelves, open('after'), wideToS, 'after');
  for (const each of series) {
    const { number } = each;
    const tally = new SteadyTally(bounds, given, ruleOf(each));
    const lead = before.get(number) ?? [];
    const trail = after.get(number) ?? [];
    if (tally.takeAll(lead, parts, number, trail)) sums.set(number, tally);
  }
  return sums;
}

/** The sums of a counter as long as it counts on. */
class SteadyTally implements CounterSums {
  readonly #growth: Spreading;
  readonly #measured: Spreading;
  readonly #grid: SlotGrid;
  readonly #rule: CounterRule;
  #endS = Number.NaN;
  #windowS = 0;
  #last = 0;

  constructor(bounds: readonly number[], grid: SlotGrid, rule: CounterRule) {
    this.#grid = grid;
    this.#rule = rule;
    this.#growth = new Spreading(bounds);
    this.#measured = new Spreading(bounds, 0);
  }

  get amount(): readonly number[] {
    return this.#growth.amount;
  }

  get estimated(): readonly number[] {
    return this.#growth.estimated;
  }

  get measuredS(): readonly number[] {
    return this.#measured.amount;
  }

  /** Slots and the readings beyond them, by time; false where there is anything but counting on. */
  takeAll(
    lead: readonly CounterSlot[],
    parts: CounterParts,
    number: number,
    trail: readonly CounterSlot[],
  ): boolean {
    const take = (slot: CounterSlot) => this.#take(slot);
    return (
      lead.every(take) &&
      parts.eachSlot(number, this.#grid, this.#rule.maxPerS, slot => {
        measure(this.#measured, slot);
        return this.#take(slot);
      }) &&
      trail.every(take)
    );
  }

  #take(slot: CounterSlot): boolean {
    const { firstEndS, first, firstWindowS, lastEndS, last, estimated } = slot;
    const rule = this.#rule;
    if (slot.isOdd) return false;
    if (!Number.isNaN(this.#endS)) {
      if (!isRise(this.#last, this.#endS, first, firstEndS, rule)) return false;
      const isEstimated = isGap(this.#endS, this.#windowS, firstEndS, firstWindowS, rule);
      this.#growth.add(this.#endS, firstEndS, first - this.#last, isEstimated);
    }
    this.#growth.add(firstEndS, lastEndS, last - first - estimated, false);
    this.#growth.add(firstEndS, lastEndS, estimated, true);
    this.#endS = lastEndS;
    this.#windowS = slot.lastWindowS;
    this.#last = last;
    return true;
  }
}

/** The time of a slot that reaches over a bound is shared out, as what it counted is. */
const measure = (measured: Spreading, { firstEndS, firstWindowS, lastEndS, measuredS }: MeasuredSlot): void =>
  measured.add(firstEndS - firstWindowS, lastEndS, measuredS, false);

/** Of any history. */
function sumsOf({ growths, slots, scales }: CounterTale, bounds: readonly number[]): CounterSums {
  const measured = new Spreading(bounds, 0);
  for (const slot of slots) measure(measured, slot);
  return { ...spreadScaled(bounds, growths, scales), measuredS: measured.amount };
}
