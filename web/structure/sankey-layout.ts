import { sankey, sankeyJustify, sankeyLinkHorizontal } from 'd3-sankey';
import type { FlowLink, FlowNode, Flows } from './flows.ts';

/** A node as a bar, pixels. `column` from the left. */
export interface PlacedNode {
  readonly node: FlowNode;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly column: number;
}

/** A flow as a line of some width. */
export interface PlacedLink {
  readonly from: FlowNode;
  readonly to: FlowNode;
  readonly amount: number;
  readonly path: string;
  readonly width: number;
}

export interface SankeyLayout {
  readonly nodes: readonly PlacedNode[];
  readonly links: readonly PlacedLink[];
  readonly height: number;
  readonly columns: number;
}

const barWidth = 12;
/** Between nodes: room for a label of two lines. */
const gap = 34;
/** Above the first node: room for the label of a place, beside those of ends where the picture is narrow. */
const top = 28;
const narrowTop = 48;
const narrowPx = 520;
const leastHeight = 220;

/** Whether labels of one column reach those of the next. */
export const isNarrow = (width: number): boolean => width < narrowPx;

interface Own {
  readonly node: FlowNode;
}
interface OwnLink {
  readonly link: FlowLink;
}

/** Flows as bars and lines in a picture of this width; its height follows from how many there are. */
export function layoutOf(flows: Flows, width: number): SankeyLayout {
  const nodes = flows.nodes.map(node => ({ node }));
  const byId = new Map(nodes.map((each, index) => [each.node.id, index]));
  const links = flows.links.flatMap(link => {
    const [source, target] = [byId.get(link.from), byId.get(link.to)];
    return source === undefined || target === undefined ? [] : [{ link, source, target, value: link.amount }];
  });
  if (links.length === 0) return { nodes: [], links: [], height: 0, columns: 0 };
  const above = isNarrow(width) ? narrowTop : top;
  const draw = (height: number) =>
    sankey<Own, OwnLink>()
      .nodeAlign(sankeyJustify)
      .nodeWidth(barWidth)
      .nodePadding(gap)
      .iterations(24)
      .extent([
        [0, above],
        [width, height],
      ])({ nodes: nodes.map(each => ({ ...each })), links: links.map(each => ({ ...each })) });
  const counts = new Map<number, number>();
  for (const { x0 = 0 } of draw(leastHeight).nodes) counts.set(x0, (counts.get(x0) ?? 0) + 1);
  const columns = [...counts.keys()].sort((a, b) => a - b);
  // The fullest column has this much for its bars beside the room for labels.
  const height = Math.max(leastHeight, above + Math.max(...counts.values()) * (gap + 14) + 40);
  const graph = draw(height);
  const lineOf = sankeyLinkHorizontal<Own, OwnLink>();
  const nodeOf = (end: unknown): FlowNode | undefined =>
    typeof end === 'object' && end !== null && 'node' in end ? (end as Own).node : undefined;
  return {
    nodes: graph.nodes.map(({ node, x0 = 0, x1 = 0, y0 = 0, y1 = 0 }) => ({
      node,
      x: x0,
      y: y0,
      width: x1 - x0,
      height: Math.max(1, y1 - y0),
      column: columns.indexOf(x0),
    })),
    links: graph.links.flatMap(each => {
      const [from, to] = [nodeOf(each.source), nodeOf(each.target)];
      if (from === undefined || to === undefined) return [];
      const { width: lineWidth = 0, value } = each;
      return [{ from, to, amount: value, path: lineOf(each) ?? '', width: Math.max(1, lineWidth) }];
    }),
    height: height + 20,
    columns: columns.length,
  };
}
