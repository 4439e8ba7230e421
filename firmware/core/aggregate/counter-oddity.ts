import type { CounterRule } from './counter-rule.ts';
import { goesOn, isGap, isRise, isWithin, type Reading, usualPaces } from './counter-steps.ts';

/**
 * What a reading makes of an oddity: nothing yet; the old line goes on with it; a new line began at `start`; or it is the
 * old line, which is faster than was believed, and nothing was odd.
 */
export type Decision = 'open' | 'return' | 'line' | 'faster';

/** Rises of a counter that is faster than was believed are no further from each other than this many times. */
const likePaces = 4;

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
  /** Rises in a row from the old reading on that are about as fast as each other, and the slowest and fastest of them. */
  #alike = 0;
  #slowest = Number.POSITIVE_INFINITY;
  #fastest = 0;
  /** Pace of the newest rise since `start` that is faster than was believed; 0 before there is one. */
  #linePace = 0;

  constructor(old: Reading, first: Reading, pace: number, rule: CounterRule) {
    this.old = old;
    this.start = first;
    this.newest = first;
    this.sinceS = first.endS;
    this.#paceBefore = pace;
    this.#rule = rule;
    this.#low = first.value;
    this.#high = first.value;
    this.isAlike(old, first);
  }

  /** Whether so many readings agree with `start` that a new line begins there, if there is no other explanation. */
  get isAgreed(): boolean {
    const { agreeing, agreeingZeros } = this.#rule;
    return this.agreeing >= (this.newest.value === 0 ? agreeingZeros : agreeing);
  }

  /** What the next reading decides. After `line` the readings from `start` on are the new line, with or without this one. */
  take(after: Reading): Decision {
    const rule = this.#rule;
    const before = this.newest;
    if (this.isAlike(before, after)) return this.joins(after, 'faster');
    const way = this.wayBack(before, after);
    if (way === 'leap') return 'return';
    if (way === 'climb') return this.joins(after, 'line');
    if (!this.isOfLine(before, after)) {
      if (this.isAgreed) return 'line';
      this.start = after;
      this.agreeing = -1;
      this.#linePace = 0;
    }
    this.joins(after, 'open');
    const isDecided = this.agreeing >= 1 && this.isAgreed && after.endS - this.start.endS >= rule.agreeingS;
    return isDecided ? 'line' : 'open';
  }

  /**
   * Whether all that was odd are rises at about one pace, one more than have to agree: so grows a plant whose meter tells no
   * power, and nothing that is wrong.
   */
  private isAlike(before: Reading, after: Reading): boolean {
    const { fastestPerS, maxPerS, agreeing } = this.#rule;
    if (fastestPerS <= maxPerS || this.#alike < this.odd - 1) return false;
    const pace = (after.value - before.value) / (after.endS - before.endS);
    this.#slowest = Math.min(this.#slowest, pace);
    this.#fastest = Math.max(this.#fastest, pace);
    const isLike = this.#slowest > 0 && this.#fastest <= likePaces * this.#slowest;
    const seconds = after.endS - before.endS;
    if (!isLike || !isWithin(before.value, after.value, seconds, fastestPerS, this.#rule)) return false;
    this.#alike++;
    return this.#alike > agreeing;
  }

  /**
   * Whether a reading goes on with the line that began at `start`: at a pace that is believed, that was the old line's, or
   * that this one shows by itself. A plant whose meter tells no power would else never be believed again after a reset.
   */
  private isOfLine(before: Reading, after: Reading): boolean {
    const rule = this.#rule;
    if (this.isRiseAt(before, after, this.#paceBefore)) return true;
    const seconds = after.endS - before.endS;
    const pace = (after.value - before.value) / seconds;
    if (pace < 0 || rule.fastestPerS <= rule.maxPerS) return false;
    const most = this.#linePace === 0 ? rule.fastestPerS : likePaces * this.#linePace;
    if (!isWithin(before.value, after.value, seconds, most, rule)) return false;
    this.#linePace = pace;
    return true;
  }

  private isRiseAt(before: Reading, after: Reading, pace: number): boolean {
    return (
      isRise(before.value, before.endS, after.value, after.endS, this.#rule) ||
      goesOn(before.value, after.value, after.endS - before.endS, pace, this.#rule)
    );
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
      (after.value <= old.value || this.isRiseAt(old, after, this.#paceBefore));
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
