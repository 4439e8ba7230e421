import type { CounterBounds, CounterRule } from './counter-rule.ts';

/** A counter's reading: at the end of a window or when it was read, s; the value in whatever steps the caller counts. */
export interface Reading {
  readonly endS: number;
  readonly value: number;
  /** Length of its window. */
  readonly windowS: number;
}

/** What a counter may grow in so many seconds. */
export const believable = (seconds: number, { maxPerS, grain }: CounterBounds): number =>
  maxPerS * seconds + grain;

/** Whether a counter simply counted on from one reading to a later one: it did not fall, nor grow too fast. */
export const isRise = (before: number, beforeS: number, after: number, afterS: number, rule: CounterBounds) =>
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
