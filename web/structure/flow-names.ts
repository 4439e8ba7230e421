import { words } from '../i18n/language.ts';
import type { FlowNode } from './flows.ts';
import type { MeterTree } from './tree.ts';

/** The same in fewer letters, where its side tells which way it goes. */
export function shortFlowName(node: FlowNode, tree: MeterTree): string {
  const isEnd = node.kind === 'battery' || node.kind === 'charge' || node.kind === 'load';
  const meter = tree.all.find(({ key }) => key === node.key);
  return (isEnd && meter?.name) || flowName(node, tree);
}

/** How a node of the flows is called. */
export function flowName({ id, key, kind, meters = [] }: FlowNode, tree: MeterTree): string {
  const { flows: text } = words().structure;
  const meter = tree.all.find(each => each.key === key);
  const name = meter?.name ?? key ?? text.house;
  const gates = tree.tops.filter(({ role }) => role === 'grid' || role === 'whole');
  const isGate = gates.some(gate => gate.key === key);
  const isOnly = gates.length === 1;
  switch (kind) {
    case 'grid':
      return isOnly ? text.grid : text.gridOf(name);
    case 'feed':
      return isOnly ? text.feed : text.feedOf(name);
    case 'battery':
      return text.discharged(name);
    case 'charge':
      return text.charged(name);
    case 'solar':
      return name;
    case 'load':
      return meter?.role === 'solar' ? text.ownUse(name) : name;
    case 'source':
      return text.fedBack(name);
    case 'place':
      return isGate && isOnly ? text.house : name;
    case 'rest':
      if (id.endsWith(':lack')) return text.madeRest(name);
      return isGate && isOnly ? text.rest : text.restOf(name);
    case 'over':
      return text.over;
    case 'unmeasured':
      return text.unmeasured;
    case 'above':
      return text.backAbove(name);
    case 'more':
      return text.more(String(meters.length));
  }
}
