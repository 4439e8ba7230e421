import type { TreeNode } from './circuit-tree.ts';
import type { Counters } from './counters.ts';
import type { DemandBlocks } from './demand-blocks.ts';
import type { Electricity } from './electricity.ts';
import type { Load } from './load.ts';

/** A plant as its points see it: lists go by circuit, in the order of the tree. */
export interface PlantState {
  readonly tree: readonly TreeNode[];
  /** Where it is in time, whole seconds of UTC. */
  readonly second: number;
  readonly electricity: Electricity;
  readonly counters: Counters;
  readonly demand: DemandBlocks;
  readonly loads: readonly (Load | undefined)[];
  /** Distortion of the loads' own currents, percent. */
  readonly thdPercents: readonly number[];
  /** Which bus of direct current a circuit is on; -1 where it has alternating current. */
  readonly buses: readonly number[];
  /** Of the supply's voltage. */
  readonly distortionPercent: number;
}
