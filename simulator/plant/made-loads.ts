import type { LoadPlan, Supply } from '../scenario/scenario.ts';
import type { TreeNode } from './circuit-tree.ts';
import type { BusParts } from './direct-bus.ts';
import type { BusBattery, BusConverter, BusLoad, Load, LoadKind, LoadSite } from './load.ts';

interface Hung<L extends Load = Load> {
  readonly node: number;
  readonly load: L;
}

/** The loads of a plant by the part they play. */
export interface MadeLoads {
  /** By circuit. */
  readonly all: readonly (Load | undefined)[];
  readonly first: readonly Load[];
  /** Those that see what all others draw. */
  readonly last: readonly Load[];
  readonly moving: readonly Hung[];
  readonly partsOf: (buses: readonly number[]) => BusParts[];
}

export function madeLoads(
  tree: readonly TreeNode[],
  kinds: readonly (LoadKind | undefined)[],
  siteOf: (node: number) => LoadSite,
): MadeLoads {
  const hung = {
    mains: [] as Hung[],
    last: [] as Hung[],
    converters: [] as Hung<BusConverter>[],
    busLoads: [] as Hung<BusLoad>[],
    sources: [] as Hung[],
    batteries: [] as Hung<BusBattery>[],
  };
  tree.forEach(({ plan }, node) => {
    const kind = kinds[node];
    if (kind !== undefined && plan?.load !== undefined) hang(hung, kind, node, siteOf(node), plan.load);
  });
  const { last, converters, busLoads, sources, batteries } = hung;
  const first = [...hung.mains, ...converters, ...busLoads, ...sources, ...batteries];
  const both = [...first, ...last];
  return {
    all: tree.map((_, node) => both.find(one => one.node === node)?.load),
    first: first.map(({ load }) => load),
    last: last.map(({ load }) => load),
    moving: both.filter(({ load }) => load.move !== undefined),
    partsOf: buses => {
      const count = Math.max(-1, ...buses) + 1;
      return Array.from({ length: count }, (_, bus) => {
        const on = ({ node }: Hung): boolean => buses[node] === bus;
        const battery = batteries.find(on);
        const converter = converters.find(({ node }) =>
          buses.some((own, at) => own === bus && tree[at]?.parent === node),
        );
        return {
          bus,
          buses,
          tree,
          loads: busLoads.filter(on),
          sources: sources.filter(on),
          ...(battery === undefined ? {} : { battery }),
          ...(converter === undefined ? {} : { converter }),
        };
      });
    },
  };
}

interface HungByPart {
  readonly mains: Hung[];
  readonly last: Hung[];
  readonly converters: Hung<BusConverter>[];
  readonly busLoads: Hung<BusLoad>[];
  readonly sources: Hung[];
  readonly batteries: Hung<BusBattery>[];
}

function hang(hung: HungByPart, kind: LoadKind, node: number, site: LoadSite, plan: LoadPlan): void {
  switch (kind.on) {
    case 'mains':
      hung.mains.push({ node, load: kind.make(site, plan) });
      return;
    case 'mains-last':
      hung.last.push({ node, load: kind.make(site, plan) });
      return;
    case 'converter':
      hung.converters.push({ node, load: kind.make(site, plan) });
      return;
    case 'bus-load':
      hung.busLoads.push({ node, load: kind.make(site, plan) });
      return;
    case 'bus-source':
      hung.sources.push({ node, load: kind.make(site, plan) });
      return;
    case 'bus-battery':
      hung.batteries.push({ node, load: kind.make(site, plan) });
  }
}

/** Each circuit's bus of direct current, or -1: what hangs under a converter is one, under a supply of direct current all is. */
export function busesOf(
  tree: readonly TreeNode[],
  kinds: readonly (LoadKind | undefined)[],
  supply: Supply,
): number[] {
  const buses: number[] = [];
  let next = supply.kind === 'dc' ? 1 : 0;
  const ofConverter = new Map<number, number>();
  tree.forEach(({ parent }, node) => {
    if (parent < 0) {
      buses[node] = supply.kind === 'dc' ? 0 : -1;
    } else if (kinds[parent]?.on === 'converter') {
      const bus = ofConverter.get(parent) ?? next++;
      ofConverter.set(parent, bus);
      buses[node] = bus;
    } else buses[node] = buses[parent] as number;
  });
  return buses;
}
