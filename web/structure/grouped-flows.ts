import type { FlowKind, FlowLink, FlowNode, Flows } from './flows.ts';

/** Kinds of which several can be shown as one. */
const isSmall: ReadonlySet<FlowKind> = new Set(['load', 'source', 'solar', 'battery', 'charge']);

/**
 * The same flows with at most `most` single meters on each side of a place: the smallest of more become one. What comes
 * in and goes out stays the same everywhere.
 */
export function groupedFlows(flows: Flows, most: number): Flows {
  const ends = new Map<string, FlowLink[]>();
  const degree = new Map<string, number>();
  for (const { from, to } of flows.links) {
    for (const id of [from, to]) degree.set(id, (degree.get(id) ?? 0) + 1);
  }
  const nodes = new Map(flows.nodes.map(node => [node.id, node]));
  const isEnd = (id: string) => degree.get(id) === 1 && isSmall.has(nodes.get(id)?.kind ?? 'place');
  for (const link of flows.links) {
    if (isEnd(link.to)) push(ends, `${link.from} down`, link);
    else if (isEnd(link.from)) push(ends, `${link.to} up`, link);
  }
  const goneNodes = new Set<string>();
  const goneLinks = new Set<FlowLink>();
  const newNodes: FlowNode[] = [];
  const newLinks: FlowLink[] = [];
  for (const [side, links] of ends) {
    if (links.length <= most) continue;
    const small = links.toSorted((a, b) => b.amount - a.amount).slice(most - 1);
    const isDown = side.endsWith(' down');
    const amount = small.reduce((sum, link) => sum + link.amount, 0);
    const place = isDown ? small[0]?.from : small[0]?.to;
    if (place === undefined) continue;
    const id = `${place}:more${isDown ? '' : ':up'}`;
    const gone = small.flatMap(({ from, to }) => nodes.get(isDown ? to : from) ?? []);
    for (const node of gone) goneNodes.add(node.id);
    for (const link of small) goneLinks.add(link);
    const key = nodes.get(place)?.key ?? null;
    newNodes.push({ id, key, kind: 'more', amount, meters: gone.flatMap(node => node.key ?? []) });
    newLinks.push(isDown ? { from: place, to: id, amount } : { from: id, to: place, amount });
  }
  return {
    ...flows,
    nodes: [...flows.nodes.filter(({ id }) => !goneNodes.has(id)), ...newNodes],
    links: [...flows.links.filter(link => !goneLinks.has(link)), ...newLinks],
  };
}

function push(lists: Map<string, FlowLink[]>, name: string, link: FlowLink): void {
  const list = lists.get(name);
  if (list === undefined) lists.set(name, [link]);
  else list.push(link);
}
