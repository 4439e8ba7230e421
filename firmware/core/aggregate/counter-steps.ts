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
  if (rise < 0) return false;
  const most = believable(afterS - beforeS, rule);
  return rise <= most || rise <= most + displayStep(before, after, rule);
}

/**
 * Whether it goes on at the pace that its readings have shown before. Where the power of its meter is known it does not grow
 * faster than that anyway.
 */
export const goesOn = (before: number, after: number, seconds: number, pace: number, rule: CounterBounds) =>
  after >= before && pace > 0 && isWithin(before, after, seconds, usualPaces * pace, rule);

/** Whether it rose by no more than this pace gives, nor than any counter is believed to, and a step of its display. */
export function isWithin(
  before: number,
  after: number,
  seconds: number,
  pace: number,
  rule: CounterBounds,
): boolean {
  const most = Math.min(pace, rule.fastestPerS) * seconds;
  return after - before <= most || after - before <= most + displayStep(before, after, rule);
}

/** A counter that grows by more than this many times its pace before does not simply go on. */
export const usualPaces = 3;

/**
 * The step of a display in MWh, in tenths, hundredths or thousandths of one, of which both readings are whole multiples; 0
 * of one that is finer.
 */
function displayStep(before: number, after: number, { coarsestStep }: CounterBounds): number {
  for (let step = coarsestStep; step >= coarsestStep / 1000 && step > 0; step /= 10) {
    if (before % step === 0 && after % step === 0) return step;
  }
  return 0;
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
