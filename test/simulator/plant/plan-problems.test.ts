import { expect, test } from 'vitest';
import { planProblems } from '../../../simulator/plant/plan-problems.ts';
import { createPlant } from '../../../simulator/plant/plant.ts';
import type { CircuitPlan, PlantPlan, Supply } from '../../../simulator/scenario/scenario.ts';
import { place } from './random-plans.ts';

const threePhase: Supply = { kind: 'three-phase', nominalV: 230, frequencyHz: 50, feedOhm: 0.1 };
const direct: Supply = { kind: 'dc', nominalV: 12, frequencyHz: 0, feedOhm: 0 };

const plan = (circuits: readonly Omit<CircuitPlan, 'name'>[], supply = threePhase): PlantPlan => ({
  supply,
  circuits: circuits.map(circuit => ({ name: circuit.id, ...circuit })),
});

const cases: readonly (readonly [string, PlantPlan, readonly (string | number)[], string])[] = [
  ['an id twice', plan([{ id: 'a' }, { id: 'a' }]), ['circuits', 1, 'id'], 'another circuit has this id'],
  ['the supply’s id', plan([{ id: 'supply' }]), ['circuits', 0, 'id'], 'is taken'],
  ['under nothing', plan([{ id: 'a', under: 'b' }]), ['circuits', 0, 'under'], 'which is none of: a'],
  [
    'in a circle',
    plan([
      { id: 'a', under: 'b' },
      { id: 'b', under: 'a' },
    ]),
    ['circuits', 0, 'under'],
    'hangs under itself',
  ],
  [
    'on a phase that is not there',
    plan([
      { id: 'a', phases: ['L1'] },
      { id: 'b', under: 'a', phases: ['L2'] },
    ]),
    ['circuits', 1, 'phases', 0],
    'is on L2; each of L1 is allowed once',
  ],
  [
    'a kind that there is not',
    plan([{ id: 'a', load: { kind: 'toaster' } }]),
    ['circuits', 0, 'load', 'kind'],
    'is no load for alternating current; there are standby',
  ],
  [
    'panels of the mains on a bus',
    plan([{ id: 'a', load: { kind: 'pv', peakW: 100 } }], direct),
    ['circuits', 0, 'load', 'kind'],
    'is no load for direct current; there are dc-load',
  ],
  [
    'an option that is not there',
    plan([{ id: 'a', load: { kind: 'pv', peakW: 100, size: 3 } }]),
    ['circuits', 0, 'load', 'size'],
    'has no option size; it takes peakW',
  ],
  [
    'an option that is missing',
    plan([{ id: 'a', load: { kind: 'pv' } }]),
    ['circuits', 0, 'load'],
    'needs peakW: of the panels, W',
  ],
  [
    'an option beyond its bounds',
    plan([{ id: 'a', load: { kind: 'pv', peakW: 100, tiltDeg: 91 } }]),
    ['circuits', 0, 'load', 'tiltDeg'],
    'tiltDeg of the load pv is 91; a number from 0 to 90 is allowed',
  ],
  [
    'a battery that follows no circuit',
    plan([{ id: 'a', load: { kind: 'battery', follows: 'b' } }]),
    ['circuits', 0, 'load', 'follows'],
    'allowed is the id of a circuit: supply, a',
  ],
  [
    'a converter on three phases',
    plan([{ id: 'a', load: { kind: 'mains-charger' } }]),
    ['circuits', 0, 'phases'],
    'has to be on one phase, such as [L1]',
  ],
  [
    'two batteries on one bus',
    plan(
      [
        { id: 'a', load: { kind: 'battery-bank', capacityAh: 10 } },
        { id: 'b', load: { kind: 'battery-bank', capacityAh: 10 } },
      ],
      direct,
    ),
    ['circuits', 1, 'load', 'kind'],
    'a has the battery of this bus already',
  ],
];

test.each(cases)('%s is told with its place and what is allowed', (_name, wrong, path, words) => {
  const [first] = planProblems(wrong);
  expect(first?.path).toEqual(path);
  expect(first?.message).toContain(words);
  expect(() => createPlant(wrong, place, { seed: 1, startMs: 0 })).toThrow(words);
});

test('all mistakes of a plan are told, not the first alone', () => {
  const wrong = plan([
    { id: 'a', load: { kind: 'toaster' } },
    { id: 'b', load: { kind: 'pv' } },
  ]);
  expect(planProblems(wrong).map(({ path }) => path[1])).toEqual([0, 1]);
});
