import type { CounterRule } from './counter-rule.ts';
import type { Reading } from './types.ts';

/** What a counter may grow in so many seconds. */
export const believable = (seconds: number, rule: CounterRule): number => rule.maxPerS * seconds + rule.grain;

/** Whether a counter simply counted on from one reading to a later one: it did not fall, nor grow too fast. */
export const isRise = (before: number, beforeS: number, after: number, afterS: number, rule: CounterRule) =>
  after >= before && after - before <= believable(afterS - beforeS, rule);

/**
 * Whether two neighbouring readings are further apart than their windows leave. The longer window decides, so that
 * a change of their length is no gap, wherever within a new window it falls.
 */
export const isGap = (
  beforeS: number,
  beforeWindowS: number,
  afterS: number,
  afterWindowS: number,
  rule: CounterRule,
): boolean => afterS - beforeS > Math.max(rule.gapWindows * Math.max(beforeWindowS, afterWindowS), rule.gapS);

/**
 * Readings by time, one for each instant. Of several for one instant the lowest stays: it claims the least, and no
 * order of arrival matters. Readings that are so already are given back as they are.
 */
export function inOrder(readings: readonly Reading[]): readonly Reading[] {
  let isOrdered = true;
  for (let index = 1; index < readings.length && isOrdered; index++) {
    isOrdered = (readings[index] as Reading).endS > (readings[index - 1] as Reading).endS;
  }
  if (isOrdered) return readings;
  return readings
    .toSorted((one, other) => one.endS - other.endS || one.value - other.value || one.windowS - other.windowS)
    .filter((reading, index, sorted) => reading.endS !== sorted[index - 1]?.endS);
}
