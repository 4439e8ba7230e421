import { appliances } from './appliances.ts';
import { type BatteryState, batteryAt } from './battery.ts';
import { circuitIds, Demand, exponents, phase, type VoltageExponent } from './circuits.ts';
import { type DayPlan, planDay } from './day-plan.ts';
import { Noise } from './noise.ts';
import { Storage } from './storage.ts';
import { momentOf, sunAt } from './sun.ts';

/**
 * The electricity of one step. Powers are whole milliwatts and millivars, so that sums hold exactly: the grid's
 * phase is the sum of the circuits' phases. Positive is taken from the grid.
 */
export interface Electricity {
  /** mW of circuit c and phase p at `c * 3 + p`, in the order of `circuitIds`. */
  readonly circuitMw: Float64Array;
  readonly circuitMvar: Float64Array;
  /** At the grid connection, by phase. */
  readonly gridMw: Float64Array;
  readonly gridMvar: Float64Array;
  readonly voltageV: Float64Array;
  readonly frequency: { hz: number };
  readonly battery: BatteryState;
}

const nominalV = 230;
/** Cable and transformer up to the house: 16 A pull the voltage down by some 3 V. */
const feedOhm = 0.17;
const feedReactanceOhm = 0.06;

/** Computes the house at any moment, from its seed alone. */
export class Solver {
  readonly #noise: Noise;
  readonly #utcOffsetMinutes: number;
  readonly #demand = new Demand();
  readonly #storage: Storage;
  #plan: DayPlan;

  constructor(seed: number, utcOffsetMinutes: number) {
    this.#noise = new Noise(seed);
    this.#utcOffsetMinutes = utcOffsetMinutes;
    this.#plan = planDay(0, this.#noise);
    this.#storage = new Storage(this.#noise, utcOffsetMinutes);
  }

  /** Fills `into` with the truth at `atMs`. */
  solve(atMs: number, into: Electricity): void {
    const moment = momentOf(atMs, this.#utcOffsetMinutes);
    const sun = sunAt(moment);
    if (this.#plan.day !== moment.day) this.#plan = planDay(moment.day, this.#noise);
    const demand = this.#demand;
    demand.clear();
    for (const appliance of appliances) appliance(moment, sun, this.#plan, this.#noise, demand);
    batteryAt(moment, this.#noise, into.battery);
    demand.add('charger', phase.L2, into.battery.chargerW, into.battery.chargerW * 0.3);
    demand.add('storage', phase.L3, this.#storage.powerW(moment, demand.netW()));
    for (let on = 0; on < 3; on++) this.#solvePhase(atMs, on, into);
    const second = Math.floor(atMs / 1000);
    const driftHz = (this.#noise.smooth('frequency', atMs, 240_000) - 0.5) * 0.06;
    into.frequency.hz = 50 + driftHz + this.#noise.signed('frequency', second, 1) * 0.002;
  }

  /** The voltage sags with what the phase would draw at 230 V; then every circuit draws what it does at that voltage. */
  #solvePhase(atMs: number, on: number, into: Electricity): void {
    const { powerW, reactiveVar } = this.#demand;
    let wantedW = 0;
    let wantedVar = 0;
    for (let cell = on; cell < powerW.length; cell += 3) {
      wantedW += powerW[cell] as number;
      wantedVar += reactiveVar[cell] as number;
    }
    const sourceV =
      nominalV +
      1.2 +
      4 * (this.#noise.smooth('voltage', atMs, 1_800_000, on) - 0.5) +
      0.8 * (this.#noise.smooth('voltage', atMs, 20_000, on + 3) - 0.5);
    const sagV = (feedOhm * wantedW + feedReactanceOhm * wantedVar) / nominalV;
    const voltageV = Math.round((sourceV - sagV) * 1000) / 1000;
    const relative = voltageV / nominalV;
    // 1000 for mW.
    const factors = [1000, 1000 * relative, 1000 * relative * relative] as const;
    let gridMw = 0;
    let gridMvar = 0;
    for (let circuit = 0; circuit < circuitIds.length; circuit++) {
      const cell = circuit * 3 + on;
      const factor = factors[exponents[circuit] as VoltageExponent];
      const mw = Math.round((powerW[cell] as number) * factor);
      const mvar = Math.round((reactiveVar[cell] as number) * factor);
      into.circuitMw[cell] = mw;
      into.circuitMvar[cell] = mvar;
      gridMw += mw;
      gridMvar += mvar;
    }
    into.voltageV[on] = voltageV;
    into.gridMw[on] = gridMw;
    into.gridMvar[on] = gridMvar;
  }
}

export const emptyElectricity = (): Electricity => ({
  circuitMw: new Float64Array(circuitIds.length * 3),
  circuitMvar: new Float64Array(circuitIds.length * 3),
  gridMw: new Float64Array(3),
  gridMvar: new Float64Array(3),
  voltageV: new Float64Array(3),
  frequency: { hz: 50 },
  battery: { voltageV: 0, currentA: 0, powerMw: 0, chargerW: 0 },
});
