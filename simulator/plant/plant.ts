import type {
  PhaseCounting,
  Place,
  PlantPlan,
  PointReader,
  RunningPlant,
  SavedPlant,
} from '../scenario/scenario.ts';
import { phaseIds, type TreeNode, treeOf } from './circuit-tree.ts';
import { Counters } from './counters.ts';
import { DemandBlocks, demandBlockS, savedDemandSizes } from './demand-blocks.ts';
import { addUp, type Electricity, emptyElectricity } from './electricity.ts';
import { Clock } from './moment.ts';
import { Noise } from './noise.ts';
import { planProblems } from './plan-problems.ts';
import type { PlantState } from './plant-state.ts';
import { pointAt } from './point.ts';
import { Solver } from './solver.ts';

export interface PlantOptions {
  /** Any whole number; the same plan and seed are the same plant for ever. */
  readonly seed: number;
  /** Where its time begins, UTC ms; cut down to a whole second. */
  readonly startMs: number;
  /** Length of a step, whole seconds; default 1. Longer ones are for looking at years: counters are then coarser. */
  readonly stepS?: number;
}

/** @throws Error in words for the person who wrote the plan, where it cannot run. */
export function createPlant(plan: PlantPlan, place: Place, options: PlantOptions): Plant {
  const [first] = planProblems(plan);
  if (first !== undefined) throw new Error(first.message);
  return new Plant(plan, place, options);
}

/** A plant that goes on exactly where it was saved. @throws Error where it was saved with another plan. */
export function resumePlant(plan: PlantPlan, place: Place, saved: SavedPlant): Plant {
  const plant = createPlant(plan, place, { seed: saved.seed, startMs: saved.atMs });
  plant.restore(saved);
  return plant;
}

/** Of a leap: a divisor of the blocks of demand. */
const leapStepS = 60;

const otherPlan = 'is not the one it was saved with; begin anew';

const phaseNames: readonly string[] = phaseIds;

/**
 * The electricity of a site. It goes in steps of one second, from whole second to whole second, each computed from the
 * seed, its time, and what batteries hold; counters add up the steps. So it does not matter how often it is asked.
 */
export class Plant implements RunningPlant {
  readonly seed: number;
  readonly tree: readonly TreeNode[];
  readonly #parents: Int32Array;
  readonly #clock: Clock;
  readonly #solver: Solver;
  readonly #electricity: Electricity;
  readonly #counters: Counters;
  readonly #demand: DemandBlocks;
  readonly #state: PlantState;
  readonly #stepS: number;
  #second: number;

  constructor(plan: PlantPlan, place: Place, { seed, startMs, stepS = 1 }: PlantOptions) {
    this.seed = seed;
    this.#stepS = stepS;
    this.#second = Math.floor(startMs / 1000 / stepS) * stepS;
    const noise = new Noise(seed);
    this.tree = treeOf(plan);
    this.#parents = Int32Array.from(this.tree, ({ parent }) => parent);
    this.#clock = new Clock(place.zone);
    this.#solver = new Solver(plan, place, this.tree, noise);
    this.#electricity = emptyElectricity(this.tree.length);
    this.#counters = new Counters(this.tree);
    this.#demand = new DemandBlocks(this.tree);
    const { buses } = this.#solver;
    this.#counters.setUsed(noise.stream('meters'), this.#solver.feeds, node => (buses[node] ?? -1) >= 0);
    this.#demand.begin(this.#counters);
    const now = (): number => this.#second;
    this.#state = {
      tree: this.tree,
      get second() {
        return now();
      },
      electricity: this.#electricity,
      counters: this.#counters,
      demand: this.#demand,
      loads: this.#solver.loads,
      thdPercents: this.#solver.thdPercents,
      buses: this.#solver.buses,
      distortionPercent: 1.4,
    };
    this.#solver.settle(this.#clock, this.#second, this.#electricity);
    this.#solve();
  }

  get atMs(): number {
    return this.#second * 1000;
  }

  /** The electricity of the current step; changes in place as the plant goes on. */
  get electricity(): Electricity {
    return this.#electricity;
  }

  get counters(): Counters {
    return this.#counters;
  }

  advanceTo(ms: number): void {
    this.#goOn(ms, this.#stepS);
  }

  /**
   * Goes on to this time in steps of a minute as far as they fit: for a stretch that nobody measured, such as the days
   * between two demos. A year takes seconds; where it comes out is not where steps of a second would have led.
   */
  leapTo(ms: number): void {
    this.advanceTo(Math.min(ms, Math.ceil(this.#second / leapStepS) * leapStepS * 1000));
    this.#goOn(ms, leapStepS);
    this.advanceTo(ms);
  }

  #goOn(ms: number, stepS: number): void {
    while ((this.#second + stepS) * 1000 <= ms) {
      this.#counters.add(this.#electricity, stepS);
      this.#solver.move(this.#electricity, stepS);
      this.#second += stepS;
      if (this.#second % demandBlockS === 0) this.#demand.close(this.#counters);
      this.#solve();
    }
  }

  /** `supply`, a circuit's id, or one phase of either, such as `ev.L1`. `counting`: how a meter there adds up its phases. */
  point(id: string, counting: PhaseCounting = 'netted'): PointReader {
    const [circuit, phase] = id.split('.');
    const node = this.tree.findIndex(one => one.id === circuit);
    const { phases = [], end = 0 } = this.tree[node] ?? {};
    const on = phaseNames.indexOf(phase ?? '');
    if (node < 0 || (phase !== undefined && !phases.includes(on))) {
      const ids = this.tree.map(one => one.id).join(', ');
      throw new Error(
        `there is no point ${JSON.stringify(id)}; there are ${ids}, and single phases such as supply.L1`,
      );
    }
    return pointAt({
      plant: this.#state,
      node,
      end,
      phases: phase === undefined ? phases : [on],
      counting,
    });
  }

  save(): SavedPlant {
    const counters: Record<string, number[]> = {};
    this.tree.forEach(({ id }, node) => {
      counters[id] = [...this.#counters.save(node), ...this.#demand.save(node)];
    });
    return { seed: this.seed, atMs: this.atMs, counters, states: this.#solver.save() };
  }

  /** @throws Error where it was saved with another plan. */
  restore(saved: SavedPlant): void {
    const known = new Set(this.tree.map(({ id }) => id));
    const gone = Object.keys(saved.counters).find(id => !known.has(id));
    if (gone !== undefined) throw new Error(`what was saved has a circuit ${gone}: the plan ${otherPlan}`);
    this.tree.forEach(({ id }, node) => {
      const own = saved.counters[id];
      const demandSize = (own?.length ?? 0) - this.#counters.save(node).length;
      if (own === undefined || !savedDemandSizes.includes(demandSize))
        throw new Error(`what was saved has no such circuit ${id}: the plan ${otherPlan}`);
      this.#demand.restore(node, this.#counters.restore(node, own), this.#counters);
    });
    this.#second = saved.atMs / 1000;
    this.#solver.restore(saved.states);
    this.#solve();
  }

  #solve(): void {
    this.#solver.solve(this.#clock.at(this.#second), this.#stepS, this.#electricity);
    addUp(this.tree, this.#parents, this.#electricity);
  }
}
