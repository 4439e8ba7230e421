import fc from 'fast-check';
import { expect, it } from 'vitest';
import { flowsOf } from '../../../web/structure/flows.ts';
import { groupedFlows } from '../../../web/structure/grouped-flows.ts';
import { layoutOf } from '../../../web/structure/sankey-layout.ts';
import { sites, treeBy } from './site-meters.ts';

it('a picture of flows is as wide as its place, has every node and flow, and room for a label at each', () => {
  fc.assert(
    fc.property(sites, fc.integer({ min: 300, max: 1200 }), ({ said, present, readings }, width) => {
      const flows = groupedFlows(flowsOf(treeBy(said, present), readings), 8);
      const { nodes, links, height, columns } = layoutOf(flows, width);
      expect(links).toHaveLength(flows.links.length);
      expect(nodes).toHaveLength(flows.links.length === 0 ? 0 : flows.nodes.length);
      const outside = nodes.filter(
        ({ x, y, ...node }) =>
          !(x >= 0 && x + node.width <= width + 1e-6 && y >= 0 && y + node.height <= height + 1e-6),
      );
      expect(outside).toEqual([]);
      for (let column = 0; column < columns; column++) {
        const bars = nodes.filter(node => node.column === column).sort((a, b) => a.y - b.y);
        expect(bars.length).toBeGreaterThan(0);
        for (const [index, { y, height: tall }] of bars.entries()) {
          const next = bars[index + 1];
          if (next !== undefined && next.y + next.height / 2 - y - tall / 2 < 30) expect.fail('labels meet');
        }
      }
    }),
    { seed: 6, numRuns: 60 },
  );
});

it('no flows make no picture', () => {
  expect(layoutOf({ nodes: [], links: [], excesses: [], missing: [], leftOut: [] }, 500)).toMatchObject({
    nodes: [],
    height: 0,
  });
});
