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
export function isRise(
  before: number,
  beforeS: number,
  after: number,
  afterS: number,
  rule: CounterBounds,
): boolean {
  const rise = after - before;
  return rise >= 0 && (rise <= believable(afterS - beforeS, rule) || isOneStep(before, rise, rule));
}

/**
 * Whether it goes on at the pace that its readings have shown before. Where the power of its meter is known it does not grow
 * faster than that anyway.
 */
export const goesOn = (rise: number, seconds: number, pace: number, rule: CounterBounds): boolean =>
  rise >= 0 && rise <= Math.min(usualPaces * pace, rule.fastestPerS) * seconds;

/** A counter that grows by more than this many times its pace before does not simply go on. */
export const usualPaces = 3;

/** A display in MWh, or in tenths or hundredths of one, that moves by one: both of its readings are whole multiples of it. */
function isOneStep(before: number, rise: number, { coarsestStep }: CounterBounds): boolean {
  const isStep = rise === coarsestStep || rise * 10 === coarsestStep || rise * 100 === coarsestStep;
  return isStep && before % rise === 0;
}

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
