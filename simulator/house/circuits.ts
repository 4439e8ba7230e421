/**
 * The house's circuits behind its main meter. `pv`, the mains charger of the 12 V `battery` and the house's own battery
 * (`storage`) are circuits too.
 */
export const circuitIds = [
  'base',
  'lights',
  'kitchen',
  'heatPump',
  'ev',
  'pv',
  'charger',
  'storage',
] as const;
export type CircuitId = (typeof circuitIds)[number];

export const phase = Object.freeze({ L1: 0, L2: 1, L3: 2 } as const);
export type Phase = (typeof phase)[keyof typeof phase];

export const phases: readonly Phase[] = Object.freeze([phase.L1, phase.L2, phase.L3]);

/**
 * How a circuit's power follows the voltage, as an exponent of U / 230 V: 2 for heating elements, 1 for
 * constant current (a wallbox), 0 for constant power (power supplies and inverters).
 */
export type VoltageExponent = 0 | 1 | 2;

const voltageExponents: Readonly<Record<CircuitId, VoltageExponent>> = Object.freeze({
  base: 0,
  lights: 0,
  kitchen: 2,
  heatPump: 0,
  ev: 1,
  pv: 0,
  charger: 0,
  storage: 0,
});

export const circuitIndex = Object.freeze(
  Object.fromEntries(circuitIds.map((id, index) => [id, index])) as Record<CircuitId, number>,
);

/** Exponents by circuit index. */
export const exponents: readonly VoltageExponent[] = Object.freeze(
  circuitIds.map(id => voltageExponents[id]),
);

/** Active and reactive power of every circuit and phase at 230 V, filled anew for each step. */
export class Demand {
  readonly powerW = new Float64Array(circuitIds.length * 3);
  readonly reactiveVar = new Float64Array(circuitIds.length * 3);

  clear(): void {
    this.powerW.fill(0);
    this.reactiveVar.fill(0);
  }

  add(circuit: CircuitId, on: Phase, powerW: number, reactiveVar = 0): void {
    const cell = circuitIndex[circuit] * 3 + on;
    this.powerW[cell] = (this.powerW[cell] as number) + powerW;
    this.reactiveVar[cell] = (this.reactiveVar[cell] as number) + reactiveVar;
  }

  /** What all circuits and phases draw together, at 230 V. */
  netW(): number {
    let sumW = 0;
    for (const powerW of this.powerW) sumW += powerW;
    return sumW;
  }

  /** The same share on each phase. */
  addThreePhase(circuit: CircuitId, powerW: number, reactiveVar: number): void {
    for (const on of phases) this.add(circuit, on, powerW / 3, reactiveVar / 3);
  }
}
