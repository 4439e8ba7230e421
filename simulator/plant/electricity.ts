import type { TreeNode } from './circuit-tree.ts';

/** What every load would draw at the nominal voltage, by cell: circuit `n` on phase `p` is at `n * 3 + p`. */
export class Draw {
  readonly powerW: Float64Array;
  readonly reactiveVar: Float64Array;

  constructor(circuits: number) {
    this.powerW = new Float64Array(circuits * 3);
    this.reactiveVar = new Float64Array(circuits * 3);
  }
}

/**
 * The electricity of one step. Powers are whole milliwatts and millivars, so that sums hold exactly: what flows into a
 * circuit is what its own load draws and what flows into those below, by phase. Positive is taken from the supply.
 */
export interface Electricity {
  /** By cell, as in `Draw`. */
  readonly ownMw: Float64Array;
  readonly ownMvar: Float64Array;
  readonly flowMw: Float64Array;
  readonly flowMvar: Float64Array;
  /** By phase. */
  readonly voltageV: Float64Array;
  /** By circuit: the voltage of its bus of direct current, 0 where it has alternating current. */
  readonly busV: Float64Array;
  frequencyHz: number;
}

export const emptyElectricity = (circuits: number): Electricity => ({
  ownMw: new Float64Array(circuits * 3),
  ownMvar: new Float64Array(circuits * 3),
  flowMw: new Float64Array(circuits * 3),
  flowMvar: new Float64Array(circuits * 3),
  voltageV: new Float64Array(3),
  busV: new Float64Array(circuits),
  frequencyHz: 0,
});

/** From the leaves to the supply. */
export function addUp(tree: readonly TreeNode[], parents: Int32Array, electricity: Electricity): void {
  const { ownMw, ownMvar, flowMw, flowMvar } = electricity;
  flowMw.set(ownMw);
  flowMvar.set(ownMvar);
  for (let node = tree.length - 1; node > 0; node--) {
    const from = node * 3;
    const to = (parents[node] as number) * 3;
    for (let on = 0; on < 3; on++) {
      flowMw[to + on] = (flowMw[to + on] as number) + (flowMw[from + on] as number);
      flowMvar[to + on] = (flowMvar[to + on] as number) + (flowMvar[from + on] as number);
    }
  }
}
