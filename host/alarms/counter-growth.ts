import { coarsestStep, paceOf } from '#core/aggregate/counter-rule.ts';
import { isRise } from '#core/aggregate/counter-steps.ts';
import type { QuantityId } from '#core/quantities.ts';

/** A counter's reading: when its window ended, and what it showed. */
export type CounterReading = readonly [endMs: number, value: number];

/**
 * What a counter grew from one reading to the next, in its unit, by what the store believes of counters: one that fell, was
 * replaced or misread has grown by nothing that is known just then. `largestW`: the most its meter ever showed.
 */
export function grownBetween(
  quantity: QuantityId,
  before: CounterReading | undefined,
  after: CounterReading,
  largestW: number | undefined,
): number {
  if (before === undefined) return 0;
  const bounds = { ...paceOf(quantity, largestW), grain: 0, coarsestStep };
  const [beforeS, afterS] = [before[0] / 1000, after[0] / 1000];
  return isRise(before[1], beforeS, after[1], afterS, bounds) ? after[1] - before[1] : 0;
}
