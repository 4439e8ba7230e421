import type { QuantityId, Unit } from '../quantities.ts';
import { quantities } from '../quantities.ts';
import { Oddity } from './counter-oddity.ts';
import { type CounterRule, counterRule, largestOf, mostPerHour } from './counter-rule.ts';
import { isRise, type Reading } from './counter-steps.ts';
import { stoodSince, type Turn, turnOf } from './counter-turn.ts';

/** What happened to a counter: readings that were kept out, or what its new line is; `late` is the usual course of some. */
export type CounterHappening = 'glitch' | Exclude<Turn['kind'], 'late'>;

/** A held reading that was the last of its window when that closed, and how many of the window were held. */
export interface PastReading {
  readonly startMs: number;
  readonly reading: Reading;
  readonly samples: number;
}

export interface CounterListener {
  /** What this counter did, and how many of its readings are kept out for that. */
  happened(quantity: QuantityId, what: CounterHappening, keptOut: number): void;
  /** This reading, held when its window closed, was true. */
  confirmed(quantity: QuantityId, past: PastReading): void;
}

// Where a counter's course is in the row that its window has for it, in the place of what gauges have there; the first
// two are any quantity's. It takes no room of its own.
const value = 0;
const ticks = 1;
const grewTicks = 2;
const pacePerS = 3;
/** The step that its display moves by, 1 where that is 1 or less, 0 where nothing is known of it. */
const step = 4;

/** A display in whole kWh moves by this all at once. */
const largestStep = 1000;

/**
 * After so many odd readings in a row the newest is taken, whatever it is: nothing true is held back for long, and the
 * host, which has all of them, decides.
 */
export const mostOdd = 10;

/** One for all counters of a unit: `grain` is of the one that is looked at. */
interface GuardRule extends Omit<CounterRule, 'grain'> {
  grain: number;
  readonly largestW: number | undefined;
}

interface Held {
  readonly oddity: Oddity;
  /** Newest of those held in the window that is open, and how many; 0 where none was. */
  samples: number;
  readonly past: PastReading[];
}

/**
 * Keeps wrong readings out of a meter's counters: those that fall, or rise by more than the meter's power can have
 * given since the last one (`counterRule`, as the host believes) and its display's step beside. Such a reading is held until the next ones tell. Back
 * on the old course: it was a glitch, and is kept out. Three more that agree: a new line, and all of them are true.
 * The first reading of all has nothing to be held against. Only a counter that is odd takes memory.
 */
export class CounterGuard {
  readonly #windowS: number;
  readonly #listener: CounterListener;
  readonly #held = new Map<QuantityId, Held>();
  readonly #rules = new Map<Unit, GuardRule>();
  /** The largest power that was shown, and the largest that was shown twice. */
  #peakW: number | undefined;
  #largestW: number | undefined;

  constructor(windowS: number, listener: CounterListener) {
    this.#windowS = windowS;
    this.#listener = listener;
  }

  /** Whether any reading waits for those that tell what it is. */
  get isHolding(): boolean {
    return this.#held.size > 0;
  }

  /** The meter showed this power, and not for the first time: its counters may grow accordingly. A glitch is shown once. */
  power(powerW: number): void {
    const shownW = Math.abs(powerW);
    const peakW = this.#peakW;
    if (peakW !== undefined) this.#largestW = Math.max(this.#largestW ?? 0, Math.min(shownW, peakW));
    this.#peakW = Math.max(peakW ?? 0, shownW);
  }

  /**
   * How many readings of the open window are taken with this one, itself among them, or 0; the newest then stands in the
   * row. `row` is where the counter's cells begin.
   */
  take(cells: Float64Array, row: number, quantity: QuantityId, given: number, ticksMs: number): number {
    const before = cells[row + ticks] as number;
    if (before === Number.NEGATIVE_INFINITY) {
      cells[row + step] = 0;
      settle(cells, row, given, ticksMs, ticksMs, 0);
      return 1;
    }
    const atMs = Math.max(ticksMs, before + 1);
    const shown = cells[row + value] as number;
    const rule = this.ruleOf(quantity, cells[row + step] as number);
    const held = this.#held.get(quantity);
    if (held !== undefined) return this.follow(cells, row, quantity, held, given, atMs, rule);
    if (isRise(shown, before / 1000, given, atMs / 1000, rule)) {
      grow(cells, row, given, atMs);
      return 1;
    }
    const pace = cells[row + pacePerS] as number;
    const oddity = new Oddity(this.reading(shown, before), this.reading(given, atMs), pace, rule);
    this.#held.set(quantity, { oddity, samples: 1, past: [] });
    return 0;
  }

  /**
   * A window closes: the one that began then, or one without a name, whose readings are told by none later. Gives how
   * many of its readings are held. Those of counters of which it has another reading need not be told later.
   */
  closing(startMs: number | undefined, has: (quantity: QuantityId) => boolean): number {
    let samples = 0;
    for (const [quantity, held] of this.#held) {
      samples += held.samples;
      if (held.samples > 0 && startMs !== undefined && !has(quantity))
        held.past.push({ startMs, reading: held.oddity.newest, samples: held.samples });
      held.samples = 0;
    }
    return samples;
  }

  /**
   * Another meter is in the place of this one. Odd readings are its; gives how many of the open window then are taken,
   * the newest of which stands in the row. Where there is none, the next reading is the counter's first.
   */
  replaced(cells: Float64Array, row: number, quantity: QuantityId): number {
    const held = this.#held.get(quantity);
    if (held === undefined) {
      cells[row + ticks] = Number.NEGATIVE_INFINITY;
      return 0;
    }
    return this.begin(cells, row, quantity, held, undefined);
  }

  private follow(
    cells: Float64Array,
    row: number,
    quantity: QuantityId,
    held: Held,
    given: number,
    ticksMs: number,
    rule: CounterRule,
  ): number {
    const { oddity } = held;
    const atMs = Math.max(ticksMs, oddity.newest.endS * 1000 + 1);
    const decision = oddity.take(this.reading(given, atMs));
    if (decision === 'return') {
      this.#held.delete(quantity);
      grow(cells, row, given, atMs);
      this.#listener.happened(quantity, 'glitch', oddity.odd);
      return 1;
    }
    held.samples++;
    if (decision === 'open' && oddity.odd < mostOdd) return 0;
    const sinceS = (cells[row + grewTicks] as number) / 1000;
    const { kind } = turnOf(oddity.old, stoodSince(sinceS, oddity.old, rule), oddity.start, rule);
    return this.begin(cells, row, quantity, held, kind);
  }

  /** The readings from the oddity's start on are true. */
  private begin(
    cells: Float64Array,
    row: number,
    quantity: QuantityId,
    held: Held,
    kind: Turn['kind'] | undefined,
  ): number {
    const { start, newest, agreeing, odd, sinceS, pace } = held.oddity;
    this.#held.delete(quantity);
    settle(cells, row, newest.value, newest.endS * 1000, sinceS * 1000, pace);
    const keptOut = odd - agreeing - 1;
    if (keptOut > 0) this.#listener.happened(quantity, 'glitch', keptOut);
    if (kind !== undefined && kind !== 'late') this.#listener.happened(quantity, kind, 0);
    for (const past of held.past) {
      if (past.reading.endS >= start.endS) this.#listener.confirmed(quantity, past);
    }
    return Math.min(held.samples, agreeing + 1);
  }

  private reading(given: number, ticksMs: number): Reading {
    return { endS: ticksMs / 1000, value: given, windowS: this.#windowS };
  }

  private ruleOf(quantity: QuantityId, displayStep: number): CounterRule {
    const { unit } = quantities[quantity];
    const known = this.#rules.get(unit);
    const largestW = this.#largestW;
    const grain = displayStep > 1 ? displayStep : 0;
    if (known !== undefined && known.largestW === largestW) {
      known.grain = grain;
      return known;
    }
    const maxPerS = mostPerHour(quantity, largestOf(quantity, largestW)) / 3600;
    // Here three readings decide; the host waits for ten minutes as well, and undoes what comes back by then.
    const rule = { ...(known ?? counterRule(quantity)), agreeingS: 0, maxPerS, grain, largestW };
    this.#rules.set(unit, rule);
    return rule;
  }
}

/** The counter counts on. (After a glitch it may have slipped back, which is no growth.) */
function grow(cells: Float64Array, row: number, shown: number, ticksMs: number): void {
  const amount = Math.max(shown - (cells[row + value] as number), 0);
  const grownMs = amount > 0 ? ticksMs : (cells[row + grewTicks] as number);
  settle(cells, row, shown, ticksMs, grownMs, (amount * 1000) / (ticksMs - (cells[row + ticks] as number)));
}

function settle(
  cells: Float64Array,
  row: number,
  shown: number,
  ticksMs: number,
  grownMs: number,
  pace: number,
): void {
  cells[row + value] = shown;
  cells[row + ticks] = ticksMs;
  cells[row + grewTicks] = grownMs;
  cells[row + pacePerS] = pace;
  if (shown === 0) return;
  let known = (cells[row + step] as number) || largestStep;
  while (known > 1 && shown % known !== 0) known /= 10;
  cells[row + step] = known;
}
