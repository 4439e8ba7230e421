import type { CircuitPlan, PhaseId, PlantPlan } from '../scenario/scenario.ts';

export const phaseIds: readonly PhaseId[] = Object.freeze(['L1', 'L2', 'L3']);

/** Below the supply, which every tree begins with. */
export const supplyId = 'supply';

/** A circuit in the tree. What hangs below it follows it at once in the list, up to `end`. */
export interface TreeNode {
  readonly id: string;
  /** Absent for the supply itself. */
  readonly plan?: CircuitPlan;
  readonly parent: number;
  /** The first one that does not hang below it. */
  end: number;
  /** 0 to 2 for L1 to L3. What is of direct current counts on the one phase that its converter hangs on, or on the first. */
  readonly phases: readonly number[];
}

/**
 * The circuits in an order in which each comes after the one it hangs under and before all that is beside that.
 * The plan has been checked: see `planProblems`.
 */
export function treeOf({ supply, circuits }: PlantPlan): readonly TreeNode[] {
  const all = supply.kind === 'three-phase' ? [0, 1, 2] : [0];
  const nodes: TreeNode[] = [{ id: supplyId, parent: -1, end: 0, phases: all }];
  const hang = (parent: number): void => {
    const { id: under, phases: above } = nodes[parent] as TreeNode;
    for (const plan of circuits) {
      if ((plan.under ?? supplyId) !== under) continue;
      const phases = plan.phases?.map(id => phaseIds.indexOf(id)).sort() ?? above;
      const index = nodes.push({ id: plan.id, plan, parent, end: 0, phases }) - 1;
      hang(index);
    }
    (nodes[parent] as TreeNode).end = nodes.length;
  };
  hang(0);
  return nodes;
}
