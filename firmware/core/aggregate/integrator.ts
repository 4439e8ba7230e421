/** Counters of energy and charge are whole numbers of 0.0001 Wh or Ah. */
const stepsPerUnitHour = 10_000;
/** What is less than a step is kept as whole parts: a millionth of a unit for a millisecond, a nanojoule for watts. */
const partsPerUnitMs = 1_000_000;
const partsPerStep = (3_600_000 * partsPerUnitMs) / stepsPerUnitHour;

/** Where an integral stands: whole steps and whole parts of a step, so that it can be kept and taken up exactly. */
export interface IntegralState {
  readonly takenSteps: number;
  readonly takenParts: number;
  readonly givenSteps: number;
  readonly givenParts: number;
}

export const zeroIntegral: IntegralState = Object.freeze({
  takenSteps: 0,
  takenParts: 0,
  givenSteps: 0,
  givenParts: 0,
});

/**
 * Counters of a source that has none: the integral over hours of a signed power (Wh) or current (Ah) by the trapezoid
 * rule, what is taken and what is given counted apart. Each contribution is rounded once to whole parts and all adding
 * is of whole numbers, so that nothing drifts however many samples there are and however small they be.
 */
export class SignedIntegral {
  readonly #maxGapMs: number;
  #takenSteps: number;
  #takenParts: number;
  #givenSteps: number;
  #givenParts: number;
  #lastMs: number | undefined;
  #last = 0;

  /** Between samples further apart than `maxGapMs` nothing is known, and nothing is counted. */
  constructor(maxGapMs: number, start: IntegralState = zeroIntegral) {
    this.#maxGapMs = maxGapMs;
    this.#takenSteps = start.takenSteps;
    this.#takenParts = start.takenParts;
    this.#givenSteps = start.givenSteps;
    this.#givenParts = start.givenParts;
  }

  /** What was taken, in Wh or Ah. */
  get taken(): number {
    return this.#takenSteps / stepsPerUnitHour;
  }

  get given(): number {
    return this.#givenSteps / stepsPerUnitHour;
  }

  get state(): IntegralState {
    return {
      takenSteps: this.#takenSteps,
      takenParts: this.#takenParts,
      givenSteps: this.#givenSteps,
      givenParts: this.#givenParts,
    };
  }

  /** A value at a monotonic time, positive when taken. */
  add(ticksMs: number, value: number): void {
    const spanMs = this.#lastMs === undefined ? 0 : ticksMs - this.#lastMs;
    if (spanMs > 0 && spanMs <= this.#maxGapMs) this.count(this.#last, value, spanMs);
    this.#lastMs = ticksMs;
    this.#last = value;
  }

  /** The next sample begins anew: what was between is not known, as after an overflow. */
  interrupt(): void {
    this.#lastMs = undefined;
  }

  private count(from: number, to: number, spanMs: number): void {
    if (from * to >= 0) {
      const area = ((from + to) / 2) * spanMs;
      if (area >= 0) this.take(area);
      else this.give(-area);
      return;
    }
    // The line from one to the other crosses zero: a triangle on either side, neither below nothing.
    const whole = Math.abs(from) + Math.abs(to);
    const before = ((from * from) / whole / 2) * spanMs;
    const after = ((to * to) / whole / 2) * spanMs;
    this.take(from > 0 ? before : after);
    this.give(from > 0 ? after : before);
  }

  private take(area: number): void {
    const parts = this.#takenParts + Math.round(area * partsPerUnitMs);
    this.#takenParts = parts % partsPerStep;
    this.#takenSteps += (parts - this.#takenParts) / partsPerStep;
  }

  private give(area: number): void {
    const parts = this.#givenParts + Math.round(area * partsPerUnitMs);
    this.#givenParts = parts % partsPerStep;
    this.#givenSteps += (parts - this.#givenParts) / partsPerStep;
  }
}
