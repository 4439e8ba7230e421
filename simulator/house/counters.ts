import { circuitIds, circuitIndex } from './circuits.ts';
import type { Electricity } from './electricity.ts';
import type { Noise } from './noise.ts';

/**
 * What the house counts, in whole mJ (millijoule; mVA·s and mvar·s for apparent and reactive energy), charge in mA·s.
 * `utility` nets the phases before it counts (German "saldierend"); `main` counts each phase by itself, so that
 * import and export can grow at the same time, as on an SDM630.
 */
export const counterIds = [
  'utilityImport',
  'utilityExport',
  'mainImportL1',
  'mainImportL2',
  'mainImportL3',
  'mainExportL1',
  'mainExportL2',
  'mainExportL3',
  'mainReactiveImport',
  'mainReactiveExport',
  'mainApparent',
  'mainCharge',
  'evImport',
  'evExport',
  'evReactiveImport',
  'evReactiveExport',
  'kitchenImport',
  'batteryImport',
  'batteryExport',
  'pvImport',
  'pvExport',
  'storageImport',
  'storageExport',
] as const;
export type CounterId = (typeof counterIds)[number];

const at = Object.freeze(
  Object.fromEntries(counterIds.map((id, index) => [id, index])) as Record<CounterId, number>,
);

export const millijoulePerWattHour = 3_600_000;

const evCell = circuitIndex.ev * 3;
const kitchenCell = circuitIndex.kitchen * 3;
/** The house's battery is on L3. */
const storageCell = circuitIndex.storage * 3 + 2;

/** Exact integrals: every addend is a whole number and no sum passes 2^53 (2,500 MWh). */
export class Counters {
  readonly #values = new Float64Array(counterIds.length);
  /** Net energy of each circuit since the start, in mJ; feeding in counts below zero. */
  readonly #circuits = new Float64Array(circuitIds.length);

  get(id: CounterId): number {
    return this.#values[at[id]] as number;
  }

  circuitMj(circuit: (typeof circuitIds)[number]): number {
    return this.#circuits[circuitIndex[circuit]] as number;
  }

  /** Meters that have hung there for a few years: whole Wh, differing by seed. */
  setUsed(noise: Noise): void {
    counterIds.forEach((id, index) => {
      if (id === 'evExport') return;
      const kilo = id.startsWith('battery') ? 40 : 2500;
      const wattHours = Math.floor((0.4 + noise.unit('meters', index)) * kilo * 1000);
      this.#values[index] = wattHours * millijoulePerWattHour;
    });
  }

  save(): number[] {
    return [...this.#values, ...this.#circuits];
  }

  /** @throws Error where it is not what this house saves: it has other meters. */
  restore(saved: readonly number[]): void {
    if (saved.length !== counterIds.length + circuitIds.length) {
      throw new Error('the house was saved by another version, with other meters; begin a new one');
    }
    this.#values.set(saved.slice(0, counterIds.length));
    this.#circuits.set(saved.slice(counterIds.length, counterIds.length + circuitIds.length));
  }

  /** Adds `seconds` of this electricity. */
  add(electricity: Electricity, seconds: number): void {
    const { gridMw, gridMvar, voltageV, circuitMw, circuitMvar, battery } = electricity;
    let netMw = 0;
    for (let on = 0; on < 3; on++) {
      const mw = gridMw[on] as number;
      const mvar = gridMvar[on] as number;
      netMw += mw;
      this.#count(at.mainImportL1 + on, at.mainExportL1 + on, mw * seconds);
      this.#count(at.mainReactiveImport, at.mainReactiveExport, mvar * seconds);
      const apparentMva = Math.sqrt(mw * mw + mvar * mvar);
      this.#grow(at.mainApparent, Math.round(apparentMva) * seconds);
      this.#grow(at.mainCharge, Math.round(apparentMva / (voltageV[on] as number)) * seconds);
    }
    this.#count(at.utilityImport, at.utilityExport, netMw * seconds);
    this.#count(at.evImport, at.evExport, (circuitMw[evCell] as number) * seconds);
    this.#count(at.evReactiveImport, at.evReactiveExport, (circuitMvar[evCell] as number) * seconds);
    this.#grow(at.kitchenImport, (circuitMw[kitchenCell + 1] as number) * seconds);
    this.#count(at.batteryImport, at.batteryExport, battery.powerMw * seconds);
    this.#count(at.storageImport, at.storageExport, (circuitMw[storageCell] as number) * seconds);
    for (let circuit = 0; circuit < circuitIds.length; circuit++) {
      const cell = circuit * 3;
      const mw =
        (circuitMw[cell] as number) + (circuitMw[cell + 1] as number) + (circuitMw[cell + 2] as number);
      this.#circuits[circuit] = (this.#circuits[circuit] as number) + mw * seconds;
      if (circuit === circuitIndex.pv) this.#count(at.pvImport, at.pvExport, mw * seconds);
    }
  }

  #count(importIndex: number, exportIndex: number, amount: number): void {
    if (amount >= 0) this.#grow(importIndex, amount);
    else this.#grow(exportIndex, -amount);
  }

  #grow(index: number, amount: number): void {
    this.#values[index] = (this.#values[index] as number) + amount;
  }
}
