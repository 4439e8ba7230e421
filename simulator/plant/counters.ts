import type { TreeNode } from './circuit-tree.ts';
import type { Electricity } from './electricity.ts';
import type { Feeds } from './load.ts';
import type { Noise } from './noise.ts';

export const millijoulePerWattHour = 3_600_000;

/** What is counted on each phase of each circuit. Energy in whole mJ (mvar·s, mVA·s), charge in whole mA·s. */
export const phaseCounters = [
  'import',
  'export',
  'reactiveImport',
  'reactiveExport',
  'apparent',
  'charge',
  'chargeExport',
] as const;
export type PhaseCounter = (typeof phaseCounters)[number];

/**
 * What is counted of a circuit as a whole, its phases netted at each instant (German "saldierend"); reactive energy by
 * quadrant, I to IV as IEC 62053-23 counts them; apparent energy by the direction of the power; charge of the neutral.
 */
export const wholeCounters = [
  'netImport',
  'netExport',
  'q1',
  'q2',
  'q3',
  'q4',
  'apparentImport',
  'apparentExport',
  'neutralCharge',
] as const;
export type WholeCounter = (typeof wholeCounters)[number];

const sin120 = Math.sqrt(3) / 2;

/** Exact integrals: every addend is a whole number and no sum passes 2^53 (2,500 MWh). */
export class Counters {
  readonly #tree: readonly TreeNode[];
  readonly #phase: Readonly<Record<PhaseCounter, Float64Array>>;
  readonly #whole: Readonly<Record<WholeCounter, Float64Array>>;

  constructor(tree: readonly TreeNode[]) {
    this.#tree = tree;
    const lists = <N extends string>(names: readonly N[], length: number) =>
      Object.fromEntries(names.map(name => [name, new Float64Array(length)])) as Record<N, Float64Array>;
    this.#phase = lists(phaseCounters, tree.length * 3);
    this.#whole = lists(wholeCounters, tree.length);
  }

  ofPhase(counter: PhaseCounter, node: number, on: number): number {
    return this.#phase[counter][node * 3 + on] as number;
  }

  ofWhole(counter: WholeCounter, node: number): number {
    return this.#whole[counter][node] as number;
  }

  /**
   * Meters that have hung there for a few years: whole Wh, differing by seed. What is counted by phase and what is
   * netted agree, as if the phases had gone against each other now and then.
   */
  setUsed(noise: Noise, feeds: readonly Feeds[], isDirect: (node: number) => boolean): void {
    this.#tree.forEach(({ id, phases }, node) => {
      const used = noise.stream(id);
      const kwh = (lane: number): number => Math.floor((0.4 + used.unit(0, lane)) * 2500);
      const fed = feeds[node] ?? 'never';
      const importKwh = fed === 'mostly' ? Math.floor(kwh(0) / 100) : kwh(0);
      const exportKwh = fed === 'never' ? 0 : kwh(1);
      const bothKwh = phases.length === 1 ? 0 : Math.floor(Math.min(importKwh, exportKwh) * 0.12);
      const isAlternating = !isDirect(node);
      const mj = millijoulePerWattHour * 1000;
      this.#whole.netImport[node] = importKwh * mj;
      this.#whole.netExport[node] = exportKwh * mj;
      if (isAlternating) {
        this.#whole.apparentImport[node] = (importKwh + bothKwh) * mj;
        this.#whole.apparentExport[node] = (exportKwh + bothKwh) * mj;
        this.#whole.q1[node] = Math.floor(importKwh / 8) * mj;
      }
      const parts = (amount: number): number[] => shared(amount, phases.length, used);
      const taken = parts(importKwh + bothKwh);
      const given = parts(exportKwh + bothKwh);
      const reactive = parts(Math.floor(importKwh / 8));
      phases.forEach((on, index) => {
        const cell = node * 3 + on;
        const [plus, minus] = [(taken[index] ?? 0) * mj, (given[index] ?? 0) * mj];
        this.#phase.import[cell] = plus;
        this.#phase.export[cell] = minus;
        if (!isAlternating) return;
        this.#phase.apparent[cell] = plus + minus;
        this.#phase.reactiveImport[cell] = (reactive[index] ?? 0) * mj;
        this.#phase.charge[cell] = Math.floor((plus + minus) / 230);
      });
    });
  }

  /** Adds `seconds` of this electricity. */
  add(electricity: Electricity, seconds: number): void {
    const { flowMw, flowMvar, voltageV, busV } = electricity;
    const counted = this.#phase;
    const whole = this.#whole;
    const tree = this.#tree;
    for (let node = 0; node < tree.length; node++) {
      const { phases } = tree[node] as TreeNode;
      const directV = busV[node] as number;
      let netMw = 0;
      let netMvar = 0;
      let apparent = 0;
      // Currents along the voltage of L1, and across.
      let along = 0;
      let across = 0;
      for (let index = 0; index < phases.length; index++) {
        const on = phases[index] as number;
        const cell = node * 3 + on;
        const mw = flowMw[cell] as number;
        const mvar = flowMvar[cell] as number;
        netMw += mw;
        netMvar += mvar;
        if (mw >= 0) grow(counted.import, cell, mw * seconds);
        else grow(counted.export, cell, -mw * seconds);
        if (directV > 0) {
          const milliampere = Math.round(mw / directV);
          if (mw >= 0) grow(counted.charge, cell, milliampere * seconds);
          else grow(counted.chargeExport, cell, -milliampere * seconds);
          continue;
        }
        if (mvar >= 0) grow(counted.reactiveImport, cell, mvar * seconds);
        else grow(counted.reactiveExport, cell, -mvar * seconds);
        const volt = voltageV[on] as number;
        const mva = Math.round(Math.sqrt(mw * mw + mvar * mvar));
        apparent += mva;
        grow(counted.apparent, cell, mva * seconds);
        grow(counted.charge, cell, Math.round(mva / volt) * seconds);
        const inPhase = mw / volt;
        const lagging = mvar / volt;
        if (on === 0) {
          along += inPhase;
          across -= lagging;
        } else {
          const side = on === 1 ? -sin120 : sin120;
          along += -0.5 * inPhase + side * lagging;
          across += side * inPhase + 0.5 * lagging;
        }
      }
      const quadrant = netMvar >= 0 ? (netMw >= 0 ? whole.q1 : whole.q2) : netMw >= 0 ? whole.q4 : whole.q3;
      grow(quadrant, node, Math.abs(netMvar) * seconds);
      if (netMw >= 0) {
        grow(whole.netImport, node, netMw * seconds);
        grow(whole.apparentImport, node, apparent * seconds);
      } else {
        grow(whole.netExport, node, -netMw * seconds);
        grow(whole.apparentExport, node, apparent * seconds);
      }
      grow(whole.neutralCharge, node, Math.round(Math.sqrt(along * along + across * across)) * seconds);
    }
  }

  save(node: number): number[] {
    const { phases } = this.#tree[node] as TreeNode;
    return [
      ...wholeCounters.map(name => this.ofWhole(name, node)),
      ...phases.flatMap(on => phaseCounters.map(name => this.ofPhase(name, node, on))),
    ];
  }

  /** Takes what `save` gave; gives what is left of it. */
  restore(node: number, saved: readonly number[]): readonly number[] {
    const { phases } = this.#tree[node] as TreeNode;
    let at = 0;
    const next = (): number => saved[at++] ?? 0;
    for (const name of wholeCounters) this.#whole[name][node] = next();
    for (const on of phases) {
      for (const name of phaseCounters) this.#phase[name][node * 3 + on] = next();
    }
    return saved.slice(at);
  }
}

/** A whole amount in whole parts that differ a little. */
function shared(amount: number, parts: number, noise: Noise): number[] {
  let left = amount;
  return Array.from({ length: parts }, (_, index) => {
    const isLast = index === parts - 1;
    const part = isLast ? left : Math.floor((amount / parts) * (0.8 + 0.4 * noise.unit(1, index)));
    left -= part;
    return part;
  });
}

function grow(list: Float64Array, index: number, amount: number): void {
  list[index] = (list[index] as number) + amount;
}
