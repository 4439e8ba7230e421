import type { CounterRule } from './counter-rule.ts';
import { believable, isGap, isRise } from './steps.ts';
import type { Reading } from './types.ts';

/** How an oddity ends: `return` to the old line, or a new `line`; `at` is the first reading that counts again. */
export interface Turn {
  readonly kind: 'return' | 'line';
  readonly at: number;
}

/** What was odd up to now, after the reading `old` that counted last. */
interface Oddity {
  readonly old: Reading;
  /** Growth per second before. */
  readonly pace: number;
  low: number;
  high: number;
  /** Largest rise from one odd reading to the next, and the largest that is more than the usual pace gives. */
  rise: number;
  leap: number;
}

/** A counter that grows by more than this many times its pace before does not simply go on. */
const usualPaces = 3;

/**
 * A climb from far below is made of rises smaller than this share of its height, or at the usual pace; one from a
 * slip of rises smaller than half of it, at whatever pace: to lose the energy of two windows is better than to
 * count a counter that trembles.
 */
const climbShare = { deep: 1 / 4, slip: 1 / 2 };

/**
 * Looks on from reading `from`, the last that counted, whose next one is odd: it fell, or rose too fast. Readings
 * that come back to the old line in one leap make what lies between a glitch. Else a new line begins where enough
 * readings agree. Undefined while the readings cannot tell yet.
 *
 * `agreeing` readings and `agreeingS` after the last odd step it is decided, whatever came before: readings further
 * on never matter. `pace` is the growth per second before.
 */
export function turnAfter(
  readings: readonly Reading[],
  from: number,
  pace: number,
  rule: CounterRule,
): Turn | undefined {
  const old = readings[from] as Reading;
  let start = from + 1;
  let before = readings[start] as Reading;
  const oddity: Oddity = { old, pace, low: before.value, high: before.value, rise: 0, leap: 0 };
  for (let index = start + 1; index < readings.length; index++) {
    const after = readings[index] as Reading;
    const way = wayBack(oddity, before, after, rule);
    if (way === 'leap') return { kind: 'return', at: index };
    if (way === 'climb') return { kind: 'line', at: start };
    const agreeing = index - start;
    if (!isRise(before.value, before.endS, after.value, after.endS, rule)) {
      if (agreeing > rule.agreeing) return { kind: 'line', at: start };
      start = index;
    } else if (
      agreeing >= rule.agreeing &&
      after.endS - (readings[start] as Reading).endS >= rule.agreeingS
    ) {
      return { kind: 'line', at: start };
    }
    oddity.low = Math.min(oddity.low, after.value);
    oddity.high = Math.max(oddity.high, after.value);
    before = after;
  }
  return readings.length - 1 - start >= rule.agreeing ? { kind: 'line', at: start } : undefined;
}

/**
 * How a reading comes back to the old line, if it does: with a leap, or in a climb, step by step, as only a new line
 * does that passes the old height. Where both would explain the readings it is a leap: that counts less.
 */
function wayBack(
  oddity: Oddity,
  before: Reading,
  after: Reading,
  rule: CounterRule,
): 'none' | 'leap' | 'climb' {
  const { old, low, high } = oddity;
  const rise = after.value - before.value;
  oddity.rise = Math.max(oddity.rise, rise);
  if (!isUsual(before, after, oddity.pace, rule)) oddity.leap = Math.max(oddity.leap, rise);
  const slipped = old.value * (1 - rule.slipShare);
  // What fell back a little only has to be as high as before; a counter may also slip during a glitch.
  const isSlip = low >= slipped && high < old.value;
  const isBack =
    after.value >= (isSlip ? old.value : slipped) &&
    after.value - old.value <= believable(after.endS - old.endS, rule);
  if (!isBack) return 'none';
  if (rise < 0) return 'leap';
  // A line above the old one meets what may be believed of that one some day, and tells nothing thereby.
  if (low >= old.value) return 'none';
  if (!isRise(before.value, before.endS, after.value, after.endS, rule)) return 'leap';
  const height = old.value - low;
  const isClimb = isSlip ? oddity.rise < height * climbShare.slip : oddity.leap < height * climbShare.deep;
  return isClimb ? 'climb' : 'leap';
}

function isUsual(before: Reading, after: Reading, pace: number, rule: CounterRule): boolean {
  return (
    after.value - before.value <= usualPaces * pace * (after.endS - before.endS) &&
    !isGap(before.endS, before.windowS, after.endS, after.windowS, rule)
  );
}
