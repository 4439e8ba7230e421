import type { CounterRule } from './counter-rule.ts';
import { believable, isGap, isRise, type Reading } from './counter-steps.ts';

/** What a reading makes of an oddity: nothing yet; the old line goes on with it; a new line began at `start`. */
export type Decision = 'open' | 'return' | 'line';

/** A counter that grows by more than this many times its pace before does not simply go on. */
const usualPaces = 3;

/**
 * A climb from far below is made of rises smaller than this share of its height, or at the usual pace; one from a
 * slip of rises smaller than half of it, at whatever pace: to lose the energy of two windows is better than to
 * count a counter that trembles.
 */
const climbShare = Object.freeze({ deep: 1 / 4, slip: 1 / 2 });

/**
 * A counter that fell, or rose too fast: what was odd up to now, after the reading `old` that counted last. It takes
 * the readings that follow, one by one, until they tell what it was. Those that come back to the old line in one leap
 * make what lies between a glitch. Else a new line begins where enough readings agree. The same machine runs on
 * gateways, which keep a glitch out, and on the host, which finds those that were longer.
 *
 * `agreeing` readings and `agreeingS` after the last odd step it is decided, whatever came before.
 */
export class Oddity {
  readonly old: Reading;
  /** Where a new line would begin: the last reading that was no rise from the one before. */
  start: Reading;
  /** The newest. */
  newest: Reading;
  /** How many readings agree with `start`. */
  agreeing = 0;
  /** How many readings were odd. */
  odd = 1;
  /** Since `start`: when it last grew, and its growth per second from the last reading but one. */
  sinceS: number;
  pace = 0;
  readonly #rule: CounterRule;
  /** Growth per second before. */
  readonly #paceBefore: number;
  #low: number;
  #high: number;
  /** Largest rise from one odd reading to the next, and the largest that is more than the usual pace gives. */
  #rise = 0;
  #leap = 0;

  constructor(old: Reading, first: Reading, pace: number, rule: CounterRule) {
    this.old = old;
    this.start = first;
    this.newest = first;
    this.sinceS = first.endS;
    this.#paceBefore = pace;
    this.#rule = rule;
    this.#low = first.value;
    this.#high = first.value;
  }

  /** What the next reading decides. After `line` the readings from `start` on are the new line, with or without this one. */
  take(after: Reading): Decision {
    const rule = this.#rule;
    const before = this.newest;
    const way = this.wayBack(before, after);
    if (way === 'leap') return 'return';
    if (way === 'climb') return this.joins(after, 'line');
    if (!isRise(before.value, before.endS, after.value, after.endS, rule)) {
      if (this.agreeing >= rule.agreeing) return 'line';
      this.start = after;
      this.agreeing = -1;
    }
    const isDecided =
      this.agreeing + 1 >= Math.max(rule.agreeing, 1) && after.endS - this.start.endS >= rule.agreeingS;
    return this.joins(after, isDecided ? 'line' : 'open');
  }

  private joins(after: Reading, decision: Decision): Decision {
    const rise = after === this.start ? 0 : after.value - this.newest.value;
    if (rise > 0 || after === this.start) this.sinceS = after.endS;
    this.pace = rise / (after.endS - this.newest.endS);
    this.agreeing++;
    this.odd++;
    this.newest = after;
    this.#low = Math.min(this.#low, after.value);
    this.#high = Math.max(this.#high, after.value);
    return decision;
  }

  /**
   * How a reading comes back to the old line, if it does: with a leap, or in a climb, step by step, as only a new line
   * does that passes the old height. Where both would explain the readings it is a leap: that counts less.
   */
  private wayBack(before: Reading, after: Reading): 'none' | 'leap' | 'climb' {
    const { old } = this;
    const rule = this.#rule;
    const rise = after.value - before.value;
    this.#rise = Math.max(this.#rise, rise);
    if (!this.isUsual(before, after)) this.#leap = Math.max(this.#leap, rise);
    const slipped = old.value * (1 - rule.slipShare);
    // What fell back a little only has to be as high as before; a counter may also slip during a glitch.
    const isSlip = this.#low >= slipped && this.#high < old.value;
    const isBack =
      after.value >= (isSlip ? old.value : slipped) &&
      after.value - old.value <= believable(after.endS - old.endS, rule);
    if (!isBack) return 'none';
    if (rise < 0) return 'leap';
    // A line above the old one meets what may be believed of that one some day, and tells nothing thereby.
    if (this.#low >= old.value) return 'none';
    if (!isRise(before.value, before.endS, after.value, after.endS, rule)) return 'leap';
    const height = old.value - this.#low;
    const isClimb = isSlip ? this.#rise < height * climbShare.slip : this.#leap < height * climbShare.deep;
    return isClimb ? 'climb' : 'leap';
  }

  private isUsual(before: Reading, after: Reading): boolean {
    return (
      after.value - before.value <= usualPaces * this.#paceBefore * (after.endS - before.endS) &&
      !isGap(before.endS, before.windowS, after.endS, after.windowS, this.#rule)
    );
  }
}
