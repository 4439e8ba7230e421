import type { CircuitPlan, PhaseId, PlantPlan } from '../scenario/scenario.ts';
import { phaseIds, supplyId } from './circuit-tree.ts';
import { loadKinds } from './load-kinds.ts';
import { optionProblem } from './plan-option.ts';

/** A mistake in a plan: where it is, as the names and numbers that lead there, and what is wrong and allowed, in words. */
export interface PlanProblem {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** Everything that is wrong with a plan whose types are right; empty where it can run. */
export function planProblems(plan: PlantPlan): readonly PlanProblem[] {
  const problems: PlanProblem[] = [];
  const ids = plan.circuits.map(({ id }) => id);
  plan.circuits.forEach((circuit, index) => {
    const say = saying(problems, circuit, index);
    if (circuit.id === supplyId || circuit.id.includes('.')) {
      say(['id'], `the id ${JSON.stringify(circuit.id)} is taken; another one without a dot is allowed`);
    }
    if (ids.indexOf(circuit.id) !== index) say(['id'], 'another circuit has this id; each has its own');
    if (circuit.under !== undefined && circuit.under !== supplyId && !ids.includes(circuit.under)) {
      say(['under'], `hangs under ${JSON.stringify(circuit.under)}, which is none of: ${ids.join(', ')}`);
    } else if (hangsUnderItself(circuit, plan.circuits)) {
      say(['under'], 'hangs under itself; a circuit hangs under the supply or under another one');
    }
  });
  // Only once it is known where all hang can be said what may hang there.
  if (problems.length > 0) return problems;
  plan.circuits.forEach((circuit, index) => {
    const say = saying(problems, circuit, index);
    checkPhases(circuit, plan, say);
    checkLoad(circuit, plan, [supplyId, ...ids], say);
    checkBattery(circuit, plan, say);
  });
  return problems;
}

type Say = (path: readonly (string | number)[], message: string) => void;

const saying =
  (problems: PlanProblem[], { id }: CircuitPlan, index: number): Say =>
  (path, message) => {
    problems.push({ path: ['circuits', index, ...path], message: `circuit ${id}: ${message}` });
  };

const parentOf = ({ under }: CircuitPlan, circuits: readonly CircuitPlan[]): CircuitPlan | undefined =>
  circuits.find(({ id }) => id === under);

function hangsUnderItself(circuit: CircuitPlan, circuits: readonly CircuitPlan[]): boolean {
  let above = parentOf(circuit, circuits);
  for (let depth = 0; above !== undefined; depth++) {
    if (above === circuit || depth > circuits.length) return true;
    above = parentOf(above, circuits);
  }
  return false;
}

const isConverter = (circuit: CircuitPlan): boolean =>
  circuit.load !== undefined && loadKinds[circuit.load.kind]?.on === 'converter';

/** Whether it is on a bus of direct current. */
function isDirect(circuit: CircuitPlan, plan: PlantPlan): boolean {
  if (plan.supply.kind === 'dc') return true;
  const above = parentOf(circuit, plan.circuits);
  return above !== undefined && (isConverter(above) || isDirect(above, plan));
}

/** The circuit whose converter feeds its bus; undefined: the supply. */
function busOf(circuit: CircuitPlan, plan: PlantPlan): CircuitPlan | undefined {
  const above = parentOf(circuit, plan.circuits);
  return above === undefined || isConverter(above) ? above : busOf(above, plan);
}

/** A bus has one voltage, and so one battery that sets it. */
function checkBattery(circuit: CircuitPlan, plan: PlantPlan, say: Say): void {
  const isBattery = ({ load }: CircuitPlan): boolean =>
    load !== undefined && loadKinds[load.kind]?.on === 'bus-battery';
  if (!isBattery(circuit)) return;
  const first = plan.circuits.find(one => isBattery(one) && busOf(one, plan) === busOf(circuit, plan));
  if (first !== undefined && first !== circuit) {
    say(['load', 'kind'], `${first.id} has the battery of this bus already; one for each bus is allowed`);
  }
}

function phasesOf(circuit: CircuitPlan | undefined, plan: PlantPlan): readonly PhaseId[] {
  if (circuit === undefined) return plan.supply.kind === 'three-phase' ? phaseIds : ['L1'];
  return circuit.phases ?? phasesOf(parentOf(circuit, plan.circuits), plan);
}

function checkPhases(circuit: CircuitPlan, plan: PlantPlan, say: Say): void {
  const above = phasesOf(parentOf(circuit, plan.circuits), plan);
  for (const [index, phase] of (circuit.phases ?? []).entries()) {
    if (!above.includes(phase) || circuit.phases?.indexOf(phase) !== index) {
      say(
        ['phases', index],
        `is on ${phase}; each of ${above.join(', ')} is allowed once, as it hangs there`,
      );
    }
  }
  if (circuit.phases?.length === 0) say(['phases'], `has no phase; some of ${above.join(', ')} are needed`);
  if (isConverter(circuit) && phasesOf(circuit, plan).length > 1) {
    say(['phases'], 'feeds a bus of direct current; it has to be on one phase, such as [L1]');
  }
}

function checkLoad(circuit: CircuitPlan, plan: PlantPlan, ids: readonly string[], say: Say): void {
  const { load } = circuit;
  if (load === undefined) return;
  const direct = isDirect(circuit, plan);
  const fitting = Object.keys(loadKinds).filter(id => loadKinds[id]?.on.startsWith('bus') === direct);
  const kind = Object.hasOwn(loadKinds, load.kind) ? loadKinds[load.kind] : undefined;
  if (kind === undefined || !fitting.includes(load.kind)) {
    const where = direct ? 'direct' : 'alternating';
    say(
      ['load', 'kind'],
      `${JSON.stringify(load.kind)} is no load for ${where} current; there are ${fitting.join(', ')}`,
    );
    return;
  }
  const names = Object.keys(kind.options);
  for (const name of Object.keys(load)) {
    if (name === 'kind' || names.includes(name)) continue;
    const allowed = names.length === 0 ? 'it takes none' : `it takes ${names.join(', ')}`;
    say(['load', name], `a load ${load.kind} has no option ${name}; ${allowed}`);
  }
  for (const [name, option] of Object.entries(kind.options)) {
    const value = load[name];
    if (value === undefined && option.unless !== null) continue;
    if (value === undefined) {
      say(['load'], `a load ${load.kind} needs ${name}: ${option.help}`);
      continue;
    }
    const problem = optionProblem(option, value, ids);
    if (problem !== undefined) say(['load', name], `${name} of the load ${load.kind} ${problem}`);
  }
}
