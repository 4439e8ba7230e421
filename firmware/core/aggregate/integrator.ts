import { quantities } from '../quantities.ts';

const stepsPerWh = 10 ** quantities.energyImportWh.decimals;
const wattMsPerStep = 3_600_000 / stepsPerWh;

export interface EnergyReadings {
  readonly importWh: number;
  readonly exportWh: number;
}

/**
 * Energy counters of a source that has none: the integral of its signed power by the trapezoid rule, what is taken
 * and what is fed in counted apart. Counters are whole numbers of the vocabulary's last decimal (0.0001 Wh); what
 * is less than a step is carried on, so no energy is lost by rounding however small the power.
 */
export class EnergyIntegrator {
  readonly #maxGapMs: number;
  #importSteps: number;
  #exportSteps: number;
  #importRest = 0;
  #exportRest = 0;
  #lastMs: number | undefined;
  #lastW = 0;

  /** Between samples further apart than `maxGapMs` nothing is known, and nothing is counted. */
  constructor(maxGapMs: number, start: EnergyReadings = { importWh: 0, exportWh: 0 }) {
    this.#maxGapMs = maxGapMs;
    this.#importSteps = Math.round(start.importWh * stepsPerWh);
    this.#exportSteps = Math.round(start.exportWh * stepsPerWh);
  }

  get importWh(): number {
    return this.#importSteps / stepsPerWh;
  }

  get exportWh(): number {
    return this.#exportSteps / stepsPerWh;
  }

  /** Power at a monotonic time, positive when taken. */
  add(ticksMs: number, powerW: number): void {
    const spanMs = this.#lastMs === undefined ? 0 : ticksMs - this.#lastMs;
    if (spanMs > 0 && spanMs <= this.#maxGapMs) this.#count(this.#lastW, powerW, spanMs);
    this.#lastMs = ticksMs;
    this.#lastW = powerW;
  }

  /** The next sample begins anew: what was between is not known, as after an overflow. */
  interrupt(): void {
    this.#lastMs = undefined;
  }

  #count(fromW: number, toW: number, spanMs: number): void {
    if (fromW * toW >= 0) {
      const wattMs = ((fromW + toW) / 2) * spanMs;
      this.#take(Math.max(wattMs, 0), Math.max(-wattMs, 0));
      return;
    }
    // The line from one to the other crosses zero: a triangle on either side, neither below nothing.
    const whole = Math.abs(fromW) + Math.abs(toW);
    const before = ((fromW * fromW) / whole / 2) * spanMs;
    const after = ((toW * toW) / whole / 2) * spanMs;
    if (fromW > 0) this.#take(before, after);
    else this.#take(after, before);
  }

  #take(importWattMs: number, exportWattMs: number): void {
    const imported = this.#importRest + importWattMs;
    const exported = this.#exportRest + exportWattMs;
    const importSteps = Math.floor(imported / wattMsPerStep);
    const exportSteps = Math.floor(exported / wattMsPerStep);
    this.#importSteps += importSteps;
    this.#exportSteps += exportSteps;
    this.#importRest = imported - importSteps * wattMsPerStep;
    this.#exportRest = exported - exportSteps * wattMsPerStep;
  }
}
