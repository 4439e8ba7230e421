import type { CounterRule } from './counter-rule.ts';
import { believable, isGap, isRise } from './steps.ts';
import type { Reading } from './types.ts';

/** How an oddity ends: `return` to the old line, or a new `line`; `at` is the first reading that counts again. */
export interface Turn {
  readonly kind: 'return' | 'line';
  readonly at: number;
}

/** A counter that goes up by more than this many times its usual pace leaps. */
const leapPaces = 3;

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
  let low = before.value;
  let high = before.value;
  for (let index = start + 1; index < readings.length; index++) {
    const after = readings[index] as Reading;
    const way = wayBack(old, low, high, before, after, pace, rule);
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
    low = Math.min(low, after.value);
    high = Math.max(high, after.value);
    before = after;
  }
  return readings.length - 1 - start >= rule.agreeing ? { kind: 'line', at: start } : undefined;
}

/**
 * How a reading comes back to the old line, if it does. Where a glitch and a new line would both explain it, it is a
 * glitch: that counts less. A new line that passes the old height does so step by step.
 */
function wayBack(
  old: Reading,
  low: number,
  high: number,
  before: Reading,
  after: Reading,
  pace: number,
  rule: CounterRule,
): 'none' | 'leap' | 'climb' {
  const slipped = old.value * (1 - rule.slipShare);
  // What fell back a little only has to be as high as before; a counter may also slip during a glitch.
  const isShallow = low >= slipped && high < old.value;
  const isBack =
    after.value >= (isShallow ? old.value : slipped) &&
    after.value - old.value <= believable(after.endS - old.endS, rule);
  if (!isBack) return 'none';
  if (after.value < before.value) return 'leap';
  // A line that began above the old one meets what may be believed of that one some day, and tells nothing thereby.
  if (low >= old.value) return 'none';
  const isFromBelow = before.value <= (low + old.value) / 2;
  if (!isFromBelow) return 'climb';
  return isShallow || !isUsual(before, after, pace, rule) ? 'leap' : 'climb';
}

function isUsual(before: Reading, after: Reading, pace: number, rule: CounterRule): boolean {
  const seconds = after.endS - before.endS;
  const rise = after.value - before.value;
  return (
    rise <= leapPaces * pace * seconds &&
    rise <= believable(seconds, rule) &&
    !isGap(before.endS, before.windowS, after.endS, after.windowS, rule)
  );
}
