import type { TreeNode } from './circuit-tree.ts';
import type { Counters, PhaseCounter } from './counters.ts';

export const demandBlockS = 900;

/** Of a circuit as a whole; currents have been by phase always. */
const wholeIds = [
  'import',
  'export',
  'apparent',
  'reactive',
  'currentL1',
  'currentL2',
  'currentL3',
  'currentNeutral',
] as const;

/** Of each phase by itself: for a meter on one of several. */
const phaseIds = [
  ...(['importL1', 'importL2', 'importL3', 'exportL1', 'exportL2', 'exportL3'] as const),
  ...(['apparentL1', 'apparentL2', 'apparentL3', 'reactiveL1', 'reactiveL2', 'reactiveL3'] as const),
] as const;

/** Means over blocks of 15 minutes, as meters with a demand register show them: mW (mVA, mvar) and mA. */
export const demandIds = [...wholeIds, ...phaseIds] as const;
export type DemandId = (typeof demandIds)[number];

const size = demandIds.length;
/** Starts, last and highest means. */
const lists = 3;
/** How many numbers `save` gives of a circuit, and gave before single phases had blocks of their own. */
export const savedDemandSizes: readonly number[] = [lists * size, lists * wholeIds.length];

/** For each circuit the sums at the block's beginning, the means of the last whole block, and the highest of those. */
export class DemandBlocks {
  readonly #tree: readonly TreeNode[];
  readonly #start: Float64Array;
  readonly #last: Float64Array;
  readonly #most: Float64Array;

  constructor(tree: readonly TreeNode[]) {
    this.#tree = tree;
    this.#start = new Float64Array(tree.length * size);
    this.#last = new Float64Array(tree.length * size);
    this.#most = new Float64Array(tree.length * size);
  }

  last(node: number, id: DemandId): number {
    return this.#last[node * size + demandIds.indexOf(id)] as number;
  }

  most(node: number, id: DemandId): number {
    return this.#most[node * size + demandIds.indexOf(id)] as number;
  }

  /** What the block that runs comes to so far, spread over all of it. */
  now(node: number, id: DemandId, counters: Counters): number {
    const index = demandIds.indexOf(id);
    const grown =
      (this.#sums(counters, node)[index] as number) - (this.#start[node * size + index] as number);
    return grown / demandBlockS;
  }

  /** A block ends, the next begins. */
  close(counters: Counters): void {
    this.#tree.forEach((_, node) => {
      this.#sums(counters, node).forEach((sum, index) => {
        const at = node * size + index;
        const mean = (sum - (this.#start[at] as number)) / demandBlockS;
        this.#last[at] = mean;
        if (Math.abs(mean) > Math.abs(this.#most[at] as number)) this.#most[at] = mean;
        this.#start[at] = sum;
      });
    });
  }

  /** The first block begins here, in its middle mostly. */
  begin(counters: Counters): void {
    this.#tree.forEach((_, node) => {
      this.#start.set(this.#sums(counters, node), node * size);
    });
  }

  save(node: number): number[] {
    const [from, end] = [node * size, (node + 1) * size];
    return [this.#start, this.#last, this.#most].flatMap(list => [...list.subarray(from, end)]);
  }

  /** Takes what `save` gave; blocks that were not saved begin at these counters. */
  restore(node: number, saved: readonly number[], counters: Counters): void {
    this.#start.set(this.#sums(counters, node), node * size);
    const each = saved.length / lists;
    [this.#start, this.#last, this.#most].forEach((list, index) => {
      list.set(saved.slice(index * each, (index + 1) * each), node * size);
    });
  }

  #sums(counters: Counters, node: number): number[] {
    const whole = (id: Parameters<Counters['ofWhole']>[0]): number => counters.ofWhole(id, node);
    const ofPhase = (id: PhaseCounter, on: number): number => counters.ofPhase(id, node, on);
    const byPhase = (of: (on: number) => number): number[] => [0, 1, 2].map(of);
    return [
      whole('netImport'),
      whole('netExport'),
      whole('apparentImport') + whole('apparentExport'),
      whole('q1') + whole('q2') - whole('q3') - whole('q4'),
      ...byPhase(on => ofPhase('charge', on)),
      whole('neutralCharge'),
      ...byPhase(on => ofPhase('import', on)),
      ...byPhase(on => ofPhase('export', on)),
      ...byPhase(on => ofPhase('apparent', on)),
      ...byPhase(on => ofPhase('reactiveImport', on) - ofPhase('reactiveExport', on)),
    ];
  }
}
