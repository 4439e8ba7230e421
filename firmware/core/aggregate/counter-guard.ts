import type { QuantityId } from '../quantities.ts';
import { Oddity } from './counter-oddity.ts';
import {
  type CounterBounds,
  type CounterRule,
  coarsestStep,
  counterRule,
  leastPerS,
  paceOf,
} from './counter-rule.ts';
import { goesOn, isRise, type Reading } from './counter-steps.ts';
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

/** Rows of a meter's quantities (`Window`), four cells and two spans each; those of counters are the guard's. */
export interface CounterRows {
  readonly cells: Float64Array;
  readonly spans: Float32Array;
}

const value = 0;
const ticks = 1;
const grewTicks = 2;
const pacePerS = 3;
const cellCount = 4;
/** The step that its display moves by, 1 where that is 1 or less, 0 where nothing is known of it. */
const step = 0;
const spanCount = 2;

/** A counter of which nothing was read yet. */
export function beginCounter({ cells, spans }: CounterRows, row: number): void {
  cells[row * cellCount + ticks] = Number.NEGATIVE_INFINITY;
  spans[row * spanCount + step] = 0;
}

/** When a counter was read last; minus infinity before the first time. */
export const takenTicks = ({ cells }: CounterRows, row: number): number =>
  cells[row * cellCount + ticks] as number;

/** A display in whole kWh moves by this all at once. */
const largestStep = 1000;

/**
 * After so many odd readings in a row the newest is taken, whatever it is: nothing true is held back for long, and the
 * host, which has all of them, decides.
 */
export const mostOdd = 10;
/** As many as are held agree that a counter stands at zero: meters and converters that start show it for a while. */
export const agreeingZeros = mostOdd - 1;

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
  /** Counters that are odd; there are none nearly always. */
  #held: Map<QuantityId, Held> | undefined;
  /** The largest power that was shown, and the largest that was shown twice. */
  #peakW: number | undefined;
  #largestW: number | undefined;

  constructor(windowS: number, listener: CounterListener) {
    this.#windowS = windowS;
    this.#listener = listener;
  }

  /** Whether any reading waits for those that tell what it is. */
  get isHolding(): boolean {
    return this.#held !== undefined;
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
   * counter's row.
   */
  take(rows: CounterRows, row: number, quantity: QuantityId, given: number, ticksMs: number): number {
    const { cells } = rows;
    const cell = row * cellCount;
    const before = cells[cell + ticks] as number;
    if (before === Number.NEGATIVE_INFINITY) {
      rows.spans[row * spanCount + step] = 0;
      settle(rows, row, given, ticksMs, ticksMs, 0);
      return 1;
    }
    const atMs = Math.max(ticksMs, before + 1);
    const shown = cells[cell + value] as number;
    const held = this.#held?.get(quantity);
    if (held !== undefined) return this.follow(rows, row, quantity, held, given, atMs);
    const seconds = atMs / 1000 - before / 1000;
    // Nearly every reading is well within what is believed of any meter.
    const isUsual = given >= shown && given - shown <= leastPerS(quantity) * seconds;
    const pace = cells[cell + pacePerS] as number;
    if (isUsual || this.isBelieved(rows, row, quantity, shown, before, given, atMs, pace)) {
      grow(rows, row, given, atMs);
      return 1;
    }
    const rule = this.ruleOf(rows, row, quantity);
    const oddity = new Oddity(this.reading(shown, before), this.reading(given, atMs), pace, rule);
    this.#held ??= new Map();
    this.#held.set(quantity, { oddity, samples: 1, past: [] });
    return 0;
  }

  /**
   * A window closes: the one that began then, or one without a name, whose readings are told by none later. Gives how
   * many of its readings are held. Those of counters of which it has another reading need not be told later.
   */
  closing(startMs: number | undefined, has: (quantity: QuantityId) => boolean): number {
    let samples = 0;
    for (const [quantity, held] of this.#held ?? []) {
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
  replaced(rows: CounterRows, row: number, quantity: QuantityId): number {
    const held = this.#held?.get(quantity);
    if (held !== undefined) return this.begin(rows, row, quantity, held, undefined);
    rows.cells[row * cellCount + ticks] = Number.NEGATIVE_INFINITY;
    return 0;
  }

  private isBelieved(
    rows: CounterRows,
    row: number,
    quantity: QuantityId,
    shown: number,
    beforeMs: number,
    given: number,
    atMs: number,
    pace: number,
  ): boolean {
    const bounds = this.boundsOf(rows, row, quantity);
    return (
      isRise(shown, beforeMs / 1000, given, atMs / 1000, bounds) ||
      goesOn(shown, given, (atMs - beforeMs) / 1000, pace, bounds)
    );
  }

  private follow(
    rows: CounterRows,
    row: number,
    quantity: QuantityId,
    held: Held,
    given: number,
    ticksMs: number,
  ): number {
    const { oddity } = held;
    const atMs = Math.max(ticksMs, oddity.newest.endS * 1000 + 1);
    const decision = oddity.take(this.reading(given, atMs));
    if (decision === 'return') {
      this.release(quantity);
      grow(rows, row, given, atMs);
      this.#listener.happened(quantity, 'glitch', oddity.odd);
      return 1;
    }
    held.samples++;
    if (decision === 'faster') return this.goOn(rows, row, quantity, held);
    if (decision === 'open' && oddity.odd < mostOdd) return 0;
    const sinceS = (rows.cells[row * cellCount + grewTicks] as number) / 1000;
    const rule = this.ruleOf(rows, row, quantity);
    const { kind } = turnOf(oddity.old, stoodSince(sinceS, oddity.old, rule), oddity.start, rule);
    return this.begin(rows, row, quantity, held, kind);
  }

  /** The readings from the oddity's start on are true. */
  private begin(
    rows: CounterRows,
    row: number,
    quantity: QuantityId,
    held: Held,
    kind: Turn['kind'] | undefined,
  ): number {
    const { start, newest, agreeing, odd, sinceS, pace } = held.oddity;
    this.release(quantity);
    settle(rows, row, newest.value, newest.endS * 1000, sinceS * 1000, pace);
    const keptOut = odd - agreeing - 1;
    if (keptOut > 0) this.#listener.happened(quantity, 'glitch', keptOut);
    if (kind !== undefined && kind !== 'late') this.#listener.happened(quantity, kind, 0);
    for (const past of held.past) {
      if (past.reading.endS >= start.endS) this.#listener.confirmed(quantity, past);
    }
    return Math.min(held.samples, agreeing + 1);
  }

  /** Nothing was odd: all that was held is true. */
  private goOn(rows: CounterRows, row: number, quantity: QuantityId, held: Held): number {
    const { newest, pace } = held.oddity;
    this.release(quantity);
    settle(rows, row, newest.value, newest.endS * 1000, newest.endS * 1000, pace);
    for (const past of held.past) this.#listener.confirmed(quantity, past);
    return held.samples;
  }

  private release(quantity: QuantityId): void {
    this.#held?.delete(quantity);
    if (this.#held?.size === 0) this.#held = undefined;
  }

  private reading(given: number, ticksMs: number): Reading {
    return { endS: ticksMs / 1000, value: given, windowS: this.#windowS };
  }

  private boundsOf({ spans }: CounterRows, row: number, quantity: QuantityId): CounterBounds {
    const displayStep = spans[row * spanCount + step] as number;
    const { maxPerS, fastestPerS } = paceOf(quantity, this.#largestW);
    return { maxPerS, fastestPerS, grain: displayStep > 1 ? displayStep : 0, coarsestStep };
  }

  private ruleOf(rows: CounterRows, row: number, quantity: QuantityId): CounterRule {
    // Here three readings decide; the host waits for ten minutes as well, and undoes what comes back by then.
    return { ...counterRule(quantity), agreeingS: 0, agreeingZeros, ...this.boundsOf(rows, row, quantity) };
  }
}

/** The counter counts on. (After a glitch it may have slipped back, which is no growth.) */
function grow(rows: CounterRows, row: number, shown: number, ticksMs: number): void {
  const { cells } = rows;
  const cell = row * cellCount;
  const amount = Math.max(shown - (cells[cell + value] as number), 0);
  const grownMs = amount > 0 ? ticksMs : (cells[cell + grewTicks] as number);
  settle(rows, row, shown, ticksMs, grownMs, (amount * 1000) / (ticksMs - (cells[cell + ticks] as number)));
}

function settle(
  { cells, spans }: CounterRows,
  row: number,
  shown: number,
  ticksMs: number,
  grownMs: number,
  pace: number,
): void {
  const cell = row * cellCount;
  const span = row * spanCount;
  cells[cell + value] = shown;
  cells[cell + ticks] = ticksMs;
  cells[cell + grewTicks] = grownMs;
  cells[cell + pacePerS] = pace;
  if (shown === 0) return;
  let known = (spans[span + step] as number) || largestStep;
  while (known > 1 && shown % known !== 0) known /= 10;
  spans[span + step] = known;
}
