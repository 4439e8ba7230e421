import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sumsOf } from '../../../web/structure/flow-sums.ts';
import { type FlowNode, type Flows, flowsOf } from '../../../web/structure/flows.ts';
import { groupedFlows } from '../../../web/structure/grouped-flows.ts';
import { totalsOfTable } from '../../../web/structure/meter-totals.ts';
import { sites, totals, treeBy } from './site-meters.ts';

const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0);
const into = ({ links }: Flows, id: string) =>
  sum(links.filter(({ to }) => to === id).map(({ amount }) => amount));
const outOf = ({ links }: Flows, id: string) =>
  sum(links.filter(({ from }) => from === id).map(({ amount }) => amount));

/** Where the promises are broken that hold for all flows. */
function breachesOf(flows: Flows): string[] {
  const { nodes, links } = flows;
  const ids = new Set(nodes.map(({ id }) => id));
  const wrong = ids.size === nodes.length ? [] : ['an id is there twice'];
  for (const { from, to, amount } of links) {
    if (!ids.has(from) || !ids.has(to) || amount <= 0) wrong.push(`${from} to ${to}: ${amount}`);
  }
  for (const { id, kind, amount } of nodes) {
    const [comes, goes] = [into(flows, id), outOf(flows, id)];
    const isRight =
      kind === 'place' ? comes === amount && goes === amount : comes + goes === amount && comes * goes === 0;
    if (!isRight) wrong.push(`${id}: ${comes} comes, ${goes} goes, ${amount} is told`);
  }
  const sources = nodes.filter(({ id }) => into(flows, id) === 0).map(({ amount }) => amount);
  const sinks = nodes.filter(({ id }) => outOf(flows, id) === 0).map(({ amount }) => amount);
  if (sum(sources) !== sum(sinks)) wrong.push(`${sum(sources)} from sources, ${sum(sinks)} into sinks`);
  return wrong;
}

const expectConserved = (flows: Flows) => expect(breachesOf(flows)).toEqual([]);

/** Takes ends off until nothing is left: what is left goes round. */
function goesRound({ nodes, links }: Flows): boolean {
  let left = [...links];
  for (let count = 0; count <= nodes.length; count++)
    left = left.filter(({ to }) => left.some(({ from }) => from === to));
  return left.length > 0;
}

const house = treeBy({
  'a.grid': { role: 'grid' },
  'a.sun': { role: 'solar' },
  'a.cell': { role: 'battery' },
  'a.garage': {},
  'a.car': { below: 'a.garage' },
  'a.kitchen': {},
});
const day = new Map([
  ['a.grid', totals(8000, 3000)],
  ['a.sun', totals(20, 12_000)],
  ['a.cell', totals(4000, 3500)],
  ['a.garage', totals(7000)],
  ['a.car', totals(6100)],
  ['a.kitchen', totals(2500.123)],
]);
const amountsOf = ({ nodes }: Flows) =>
  Object.fromEntries(nodes.map(({ id, kind, amount }) => [`${kind} ${id}`, amount / 1000]));

describe('the flows of a time', () => {
  it('go from grid, sun and battery through the house to what used them, with the rest of each place exact', () => {
    const flows = flowsOf(house, day);
    expect(amountsOf(flows)).toEqual({
      'grid a.grid:in': 8000,
      'solar a.sun:out': 12_000,
      'load a.sun:in': 20,
      'battery a.cell:out': 3500,
      'charge a.cell:in': 4000,
      'place a.garage': 7000,
      'load a.car:in': 6100,
      'rest a.garage:rest': 900,
      'load a.kitchen:in': 2500.123,
      'feed a.grid:out': 3000,
      'place a.grid': 23_500,
      'rest a.grid:rest': 8000 + 12_000 + 3500 - 3000 - 20 - 4000 - 7000 - 2500.123,
    });
    expect(flows.excesses).toEqual([]);
    expectConserved(flows);
  });

  it('sum up to what was taken, made, given back, fed in, stored and used', () => {
    expect(sumsOf(flowsOf(house, day))).toEqual({
      taken: 8_000_000,
      made: 12_000_000,
      given: 3_500_000,
      unexplained: 0,
      fed: 3_000_000,
      stored: 4_000_000,
      used: 16_500_000,
      lost: 0,
    });
  });

  it('tell by how much those below a meter show more than it, and show nothing negative', () => {
    const flows = flowsOf(house, new Map([...day, ['a.car', totals(7400)]]));
    expect(flows.excesses).toEqual([{ key: 'a.garage', amount: 400_000, isSlight: false }]);
    expect(amountsOf(flows)).toMatchObject({ 'over a.garage:lack': 400, 'place a.garage': 7400 });
    expect(flowsOf(house, new Map([...day, ['a.car', totals(7005)]])).excesses[0]).toMatchObject({
      isSlight: true,
    });
    expectConserved(flows);
  });

  it('name a meter without a value, which is not zero: what it used is in the rest above', () => {
    const flows = flowsOf(house, new Map([...day].filter(([key]) => key !== 'a.kitchen')));
    expect(flows.missing).toEqual(['a.kitchen']);
    expect(amountsOf(flows)).not.toHaveProperty('load a.kitchen:in');
    const without = flowsOf(house, day).nodes.find(({ id }) => id === 'a.grid:rest');
    const rest = flows.nodes.find(({ id }) => id === 'a.grid:rest');
    expect((rest?.amount ?? 0) - (without?.amount ?? 0)).toBe(2_500_123);
  });

  it('go through a meter without a value by what those below it need, and say what nobody measured', () => {
    const unknown = flowsOf(
      house,
      new Map([...day].filter(([key]) => key !== 'a.garage' && key !== 'a.grid')),
    );
    expect(unknown.missing.toSorted()).toEqual(['a.garage', 'a.grid']);
    expect(amountsOf(unknown)).toMatchObject({ 'place a.garage': 6100, 'unmeasured a.grid:out': 2879.877 });
    expectConserved(unknown);
    const noGrid = treeBy({ 'a.one': { role: 'load' }, 'a.two': { role: 'load' } });
    const flows = flowsOf(
      noGrid,
      new Map([
        ['a.one', totals(10)],
        ['a.two', totals(5)],
      ]),
    );
    expect(amountsOf(flows)).toMatchObject({ 'unmeasured site:in': 15, 'place site': 15 });
  });

  it('take a plant of either wiring as giving, and its parts as parts of it', () => {
    const plant = treeBy({
      'a.grid': { role: 'grid' },
      'a.sun': { role: 'solar' },
      'a.east': { role: 'solar', below: 'a.sun' },
    });
    const flows = flowsOf(
      plant,
      new Map([
        ['a.grid', totals(1, 60)],
        ['a.sun', totals(100, 0)],
        ['a.east', totals(0, 70)],
      ]),
    );
    expect(amountsOf(flows)).toMatchObject({
      'solar a.east:out': 70,
      'rest a.sun:lack': 30,
      'place a.sun': 100,
    });
    expect(flows.links).toContainEqual({ from: 'a.sun', to: 'a.grid', amount: 100_000 });
    expect(flows.excesses).toEqual([]);
  });

  it('leave out second meters of the whole and what stands aside, and keep what is below the former', () => {
    const tree = treeBy({
      'a.grid': { role: 'grid' },
      'a.house': { role: 'whole' },
      'a.kitchen': { below: 'a.house' },
      'a.dc': { role: 'aside' },
    });
    const all = new Map(['a.grid', 'a.house', 'a.kitchen', 'a.dc'].map(key => [key, totals(10)]));
    const flows = flowsOf(tree, all);
    expect(flows.leftOut.toSorted()).toEqual(['a.dc', 'a.house']);
    expect(flows.links).toContainEqual({ from: 'a.grid', to: 'a.kitchen:in', amount: 10_000 });
  });

  it('are conserved at every node, never negative, never in a circle, and lose no meter, whatever the site', () => {
    fc.assert(
      fc.property(sites, ({ keys, said, present, readings }) => {
        const tree = treeBy(said, present);
        const flows = flowsOf(tree, readings);
        expectConserved(flows);
        expect(goesRound(flows)).toBe(false);
        const { taken, made, given, unexplained, fed, stored, used, lost } = sumsOf(flows);
        expect(taken + made + given + unexplained).toBe(fed + stored + used + lost);
        expect(Math.min(taken, made, given, unexplained, fed, stored, used, lost)).toBeGreaterThanOrEqual(0);
        const told = new Set([...flows.nodes.map(({ key }) => key), ...flows.missing, ...flows.leftOut]);
        for (const key of keys) {
          const { imported = null, exported = null } = readings.get(key) ?? {};
          const isForgotten = !present.includes(key) && imported === null && exported === null;
          const isZero = (imported ?? 0) === 0 && (exported ?? 0) === 0 && (imported ?? exported) !== null;
          if (!isForgotten && !isZero && !told.has(key)) expect.fail(`${key} is lost`);
        }
      }),
      { seed: 6, numRuns: 300 },
    );
  });
});

describe('many meters in one', () => {
  it('leave every sum as it was, and no meter out', () => {
    fc.assert(
      fc.property(sites, fc.integer({ min: 1, max: 4 }), ({ said, present, readings }, most) => {
        const flows = flowsOf(treeBy(said, present), readings);
        const grouped = groupedFlows(flows, most);
        expectConserved(grouped);
        const keysOf = (nodes: readonly FlowNode[]) =>
          [...new Set(nodes.flatMap(({ key, meters }) => meters ?? (key === null ? [] : [key])))].sort();
        expect(keysOf(grouped.nodes)).toEqual(keysOf(flows.nodes));
        for (const { id, kind, amount } of flows.nodes) {
          if (kind === 'place') expect(grouped.nodes.find(each => each.id === id)?.amount).toBe(amount);
        }
      }),
      { seed: 6, numRuns: 150 },
    );
  });
});

describe('the totals of a table', () => {
  it('are exact sums of what is known, with the share of the time measured and what was estimated', () => {
    const column = { meter: 'a.b', importEstimatedWh: [0, 0.2, null], exportEstimatedWh: [null, null, null] };
    const table = {
      zone: 'Europe/Berlin',
      startMs: [0, 23, 47],
      endMs: [23, 47, 72],
      meters: [
        { ...column, importWh: [0.1, 0.2, null], exportWh: [null, null, null], coverage: [1, 0.5, 0] },
      ],
    };
    expect(totalsOfTable(table, 59).get('a.b')?.coverage).toBe((23 + 12) / 59);
    // What may be on its way is no gap, but what had to come is.
    expect(totalsOfTable(table, 47, () => 12).get('a.b')?.coverage).toBe(1);
    expect(totalsOfTable(table, 59, () => 12).get('a.b')?.coverage).toBe((23 + 12) / 47);
    expect(totalsOfTable(table, 1000).get('a.b')).toEqual({
      imported: 300,
      exported: null,
      estimated: 200,
      coverage: (23 + 12) / 72,
    });
  });
});
