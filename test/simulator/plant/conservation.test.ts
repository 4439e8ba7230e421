import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { planProblems } from '../../../simulator/plant/plan-problems.ts';
import { createPlant, type Plant } from '../../../simulator/plant/plant.ts';
import { loadScenario, scenarioNames } from '../../../simulator/scenario/load.ts';
import { seed } from '../../seed.ts';
import { anyPlan, place } from './random-plans.ts';

const hourMs = 3_600_000;
/** Midnight in the plant's zone, in each season. */
const seasons = [Date.UTC(2026, 0, 14, 23), Date.UTC(2026, 3, 18, 22), Date.UTC(2026, 6, 9, 22)] as const;
/** With the hour that clocks leave out and the one they show twice. */
const starts = [...seasons, Date.UTC(2026, 2, 28, 23), Date.UTC(2026, 9, 24, 22)] as const;

const plants = fc.record({
  plan: anyPlan,
  seed: fc.nat(1_000_000),
  startMs: fc.constantFrom(...starts),
  hour: fc.integer({ min: 0, max: 23 }),
});

const runs = { seed, numRuns: 50 };
let steps = 0;

/** What has flowed into a circuit's own load so far, and what its counters had at the beginning. */
interface Sums {
  readonly ownMj: Float64Array;
  readonly ownMvars: Float64Array;
}

/** Every law that holds at one instant, at every level of the tree. */
function checkInstant({ tree, electricity }: Plant): void {
  const { ownMw, ownMvar, flowMw, flowMvar } = electricity;
  const parentsMw = Float64Array.from(ownMw);
  const parentsMvar = Float64Array.from(ownMvar);
  for (let node = 1; node < tree.length; node++) {
    for (let on = 0; on < 3; on++) {
      const above = (tree[node]?.parent ?? 0) * 3 + on;
      parentsMw[above] = (parentsMw[above] ?? 0) + (flowMw[node * 3 + on] ?? 0);
      parentsMvar[above] = (parentsMvar[above] ?? 0) + (flowMvar[node * 3 + on] ?? 0);
    }
  }
  for (let cell = 0; cell < flowMw.length; cell++) {
    const isOn = tree[Math.floor(cell / 3)]?.phases.includes(cell % 3);
    if (flowMw[cell] !== parentsMw[cell] || flowMvar[cell] !== parentsMvar[cell]) {
      throw new Error(`${tree[Math.floor(cell / 3)]?.id} on phase ${cell % 3}: flows do not add up`);
    }
    if (!Number.isInteger(flowMw[cell]) || !Number.isInteger(flowMvar[cell])) throw new Error('not whole');
    if (Object.is(ownMw[cell], -0) || Object.is(ownMvar[cell], -0)) throw new Error('zero with a sign');
    if (isOn !== true && (flowMw[cell] !== 0 || flowMvar[cell] !== 0)) {
      throw new Error(`${tree[Math.floor(cell / 3)]?.id} draws on phase ${cell % 3}, where it is not`);
    }
  }
}

function addOwn(
  { electricity: { ownMw, ownMvar } }: Plant,
  { ownMj, ownMvars }: Sums,
  seconds: number,
): void {
  for (let cell = 0; cell < ownMj.length; cell++) {
    ownMj[cell] = (ownMj[cell] ?? 0) + (ownMw[cell] ?? 0) * seconds;
    ownMvars[cell] = (ownMvars[cell] ?? 0) + (ownMvar[cell] ?? 0) * seconds;
  }
}

/** Net counts of each circuit: by phase, netted, and of reactive energy by phase and by quadrant. */
const netsOf = ({ tree, counters }: Plant) =>
  tree.map(({ phases }, node) => {
    const byPhase = (plus: 'import' | 'reactiveImport', minus: 'export' | 'reactiveExport') =>
      [0, 1, 2].map(on =>
        phases.includes(on) ? counters.ofPhase(plus, node, on) - counters.ofPhase(minus, node, on) : 0,
      );
    const whole = (id: Parameters<typeof counters.ofWhole>[0]) => counters.ofWhole(id, node);
    return {
      byPhase: byPhase('import', 'export'),
      netted: whole('netImport') - whole('netExport'),
      reactive: byPhase('reactiveImport', 'reactiveExport'),
      quadrants: whole('q1') + whole('q2') - whole('q3') - whole('q4'),
      apparent: whole('apparentImport') + whole('apparentExport'),
    };
  });

const total = (list: readonly number[]): number => list.reduce((sum, value) => sum + value, 0);

describe('electricity is conserved, whatever the plan, the seed and the season', () => {
  test('at every instant and level, by phase, active and reactive', () => {
    fc.assert(
      fc.property(plants, fc.integer({ min: 1, max: 9000 }), ({ plan, seed, startMs, hour }, strideMs) => {
        expect(planProblems(plan)).toEqual([]);
        const plant = createPlant(plan, place, {
          seed,
          startMs: startMs + hour * hourMs,
          stepS: 1 + (seed % 3),
        });
        for (let look = 0; look < 40; look++) {
          checkInstant(plant);
          steps++;
          plant.advanceTo(plant.atMs + strideMs + 3000);
        }
      }),
      runs,
    );
    console.info(`conservation: ${runs.numRuns} plans, ${steps} instants, seed ${seed}`);
    expect(steps).toBe(runs.numRuns * 40);
  });

  test('counters are the exact integrals of what flowed, by phase and netted', () => {
    let seconds = 0;
    let both = 0;
    fc.assert(
      fc.property(plants, ({ plan, seed, startMs, hour }) => {
        const plant = createPlant(plan, place, { seed, startMs: startMs + hour * hourMs });
        const cells = plant.tree.length * 3;
        const sums = { ownMj: new Float64Array(cells), ownMvars: new Float64Array(cells) };
        const before = netsOf(plant);
        for (let second = 0; second < 120; second++, seconds++) {
          addOwn(plant, sums, 1);
          plant.advanceTo(plant.atMs + 1000);
        }
        netsOf(plant).forEach((after, node) => {
          const was = before[node] ?? after;
          const end = plant.tree[node]?.end ?? 0;
          const isDirect = (plant.electricity.busV[node] ?? 0) > 0;
          // Own loads of the circuit and all below it: nothing but the tree's leaves and branches.
          const ownOf = (list: Float64Array, on: number) =>
            total(Array.from({ length: end - node }, (_, below) => list[(node + below) * 3 + on] ?? 0));
          const expected = [0, 1, 2].map(on => ownOf(sums.ownMj, on));
          expect(after.byPhase.map((value, on) => value - (was.byPhase[on] ?? 0))).toEqual(expected);
          expect(after.netted - was.netted).toBe(total(expected));
          const reactive = [0, 1, 2].map(on => ownOf(sums.ownMvars, on));
          if (!isDirect) {
            expect(after.reactive.map((value, on) => value - (was.reactive[on] ?? 0))).toEqual(reactive);
          }
          expect(after.quadrants - was.quadrants).toBe(total(reactive));
          expect(after.apparent - was.apparent).toBeGreaterThanOrEqual(
            isDirect ? 0 : Math.abs(total(expected)) - 120 * 3,
          );
          both++;
        });
      }),
      { ...runs, numRuns: 30 },
    );
    console.info(`integrals: ${both} circuits over ${seconds} s, seed ${seed}`);
  });

  test('a bus of direct current gives what it takes: with a battery nothing is left for the supply', () => {
    let buses = 0;
    fc.assert(
      fc.property(plants, ({ plan, seed, startMs, hour }) => {
        const plant = createPlant(plan, place, { seed, startMs: startMs + hour * hourMs });
        const hasBattery = plan.circuits.some(({ load }) => load?.kind === 'battery-bank');
        for (let look = 0; look < 40; look++) {
          if (plan.supply.kind === 'dc' && hasBattery) {
            expect(plant.electricity.flowMw[0]).toBe(0);
            buses++;
          }
          for (const [node, { plan: circuit, phases }] of plant.tree.entries()) {
            if (circuit?.load?.kind !== 'mains-charger') continue;
            // What it loses is its own; it never feeds back into the mains.
            const cell = node * 3 + (phases[0] ?? 0);
            expect(plant.electricity.ownMw[cell]).toBeGreaterThan(0);
            expect(plant.electricity.flowMw[cell]).toBeGreaterThan(0);
            buses++;
          }
          plant.advanceTo(plant.atMs + 97_000);
        }
      }),
      { ...runs, numRuns: 30 },
    );
    console.info(`buses of direct current: ${buses} looked at, seed ${seed}`);
    expect(buses).toBeGreaterThan(200);
  });
});

test.each(scenarioNames())('in the scenario %s all adds up at every circuit, all day', name => {
  const { plant: plan, place: its } = loadScenario(name);
  const plant = createPlant(plan, its, { seed, startMs: starts[0], stepS: 60 });
  for (let minute = 1; minute <= 24 * 60; minute++) {
    plant.advanceTo(starts[0] + minute * 60_000);
    checkInstant(plant);
  }
});
