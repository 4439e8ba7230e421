import type { Supply } from '../scenario/scenario.ts';
import type { TreeNode } from './circuit-tree.ts';
import type { Draw } from './electricity.ts';
import type { BusBattery, BusConverter, BusLoad, Load } from './load.ts';

/** The circuits of a bus by what they do on it. */
export interface BusParts {
  readonly bus: number;
  readonly buses: readonly number[];
  readonly tree: readonly TreeNode[];
  readonly loads: readonly { readonly node: number; readonly load: BusLoad }[];
  readonly sources: readonly { readonly node: number; readonly load: Load }[];
  readonly battery?: { readonly node: number; readonly load: BusBattery };
  readonly converter?: { readonly node: number; readonly load: BusConverter };
}

/**
 * A bus of direct current in balance: what its sources, its converter and its battery give is what its loads draw, to the
 * milliwatt. Sources give what can be used, the converter what is missing, the battery takes and gives the rest; when it is
 * empty, all loads that are not vital are off until it has recovered. Without battery and converter the rest flows from
 * the supply.
 */
export class DirectBus {
  readonly #parts: BusParts;
  readonly #draw: Draw;
  readonly #supply: Supply;
  readonly #nodes: readonly number[];
  #isOff = false;

  constructor(parts: BusParts, draw: Draw, supply: Supply) {
    this.#parts = parts;
    this.#draw = draw;
    this.#supply = supply;
    this.#nodes = parts.buses.flatMap((bus, node) => (bus === parts.bus ? [node] : []));
  }

  /** Writes what each circuit of the bus draws, whole mW, and the bus's voltage. */
  solve(busV: Float64Array): void {
    const { loads, sources, battery, converter } = this.#parts;
    this.#shed();
    let wantedMw = 0;
    for (const { node, load } of loads) {
      const mw = this.#isOff && !load.isVital ? 0 : Math.round(this.#drawnW(node) * 1000);
      this.#write(node, mw);
      wantedMw += mw;
    }
    let offeredMw = 0;
    for (const { node } of sources) offeredMw += Math.round(-this.#drawnW(node) * 1000);
    const acceptsMw = battery?.load.acceptsMw ?? 0;
    const usableMw = battery !== undefined || converter !== undefined ? wantedMw + acceptsMw : offeredMw;
    let givenMw = this.#take(offeredMw, Math.min(offeredMw, usableMw));
    if (converter !== undefined) {
      const chargeMw = converter.load.charges ? acceptsMw : 0;
      const fromMains = battery === undefined || converter.load.charges;
      const missingMw = Math.max(0, wantedMw + chargeMw - givenMw);
      const mw = fromMains
        ? Math.min(missingMw, battery === undefined ? missingMw : converter.load.givesMw)
        : 0;
      this.#write(converter.node, Math.round(converter.load.lossW(mw) * 1000));
      givenMw += mw;
    }
    const restMw = givenMw - wantedMw;
    if (battery !== undefined) this.#write(battery.node, restMw);
    const volt = battery === undefined ? this.#suppliedV(-restMw) : battery.load.voltageV(restMw);
    for (const node of this.#nodes) busV[node] = Math.round(volt * 1000) / 1000;
  }

  save(): number[] {
    return [this.#isOff ? 1 : 0];
  }

  restore(saved: readonly number[]): void {
    this.#isOff = saved[0] === 1;
  }

  /** Off when the battery is empty, on again when it has recovered. */
  #shed(): void {
    const battery = this.#parts.battery?.load;
    if (battery === undefined) return;
    if (battery.isEmpty) this.#isOff = true;
    else if (battery.isBack) this.#isOff = false;
  }

  /** Lets each source give its part of what can be used; the first one makes up for what rounding leaves. */
  #take(offeredMw: number, takenMw: number): number {
    const { sources } = this.#parts;
    const share = offeredMw === 0 ? 0 : takenMw / offeredMw;
    let leftMw = takenMw;
    for (let index = sources.length - 1; index >= 0; index--) {
      const { node } = sources[index] as { node: number };
      const mw = index === 0 ? leftMw : Math.floor(Math.round(-this.#drawnW(node) * 1000) * share);
      this.#write(node, -mw);
      leftMw -= mw;
    }
    return sources.length === 0 ? 0 : takenMw;
  }

  #suppliedV(mw: number): number {
    const { nominalV, feedOhm } = this.#supply;
    if (this.#parts.converter !== undefined) return this.#parts.converter.load.busV;
    return Math.max(nominalV * 0.5, nominalV - (feedOhm * mw) / 1000 / nominalV);
  }

  #cell(node: number): number {
    return node * 3 + (this.#parts.tree[node]?.phases[0] ?? 0);
  }

  #drawnW(node: number): number {
    return this.#draw.powerW[this.#cell(node)] as number;
  }

  #write(node: number, mw: number): void {
    // Zero without a sign: what flows is compared and saved.
    this.#draw.powerW[this.#cell(node)] = mw === 0 ? 0 : mw / 1000;
  }
}
