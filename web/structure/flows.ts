import type { MeterTotals } from './meter-totals.ts';
import type { MeterTree, TreeMeter } from './tree.ts';

/**
 * What stands at an end of a flow. `grid`, `feed`: to and from outside. `solar`, `battery`, `charge`: made, given back,
 * stored. `load`: used; `source`: given by a meter that usually uses. `place`: a meter with others below it, where flows
 * come together. `rest`: what no meter below explains; `over`: by so much those below show more than the meter above them.
 * `unmeasured`: what has to flow where no meter measures it. `above`: to and from the meter above, beside the larger flow
 * the other way. `more`: several meters in one.
 */
export type FlowKind =
  | 'grid'
  | 'feed'
  | 'solar'
  | 'battery'
  | 'charge'
  | 'load'
  | 'source'
  | 'place'
  | 'rest'
  | 'over'
  | 'unmeasured'
  | 'above'
  | 'more';

/** Amounts are whole thousandths of a watt-hour. */
export interface FlowNode {
  readonly id: string;
  /** The meter that measures it, or below which it is; null: of the whole site. */
  readonly key: string | null;
  readonly kind: FlowKind;
  readonly amount: number;
  /** The meters that are in it, of `more`. */
  readonly meters?: readonly string[];
}

export interface FlowLink {
  readonly from: string;
  readonly to: string;
  readonly amount: number;
}

/** Those below a meter show `amount` more than it does. */
export interface Excess {
  readonly key: string;
  readonly amount: number;
  /** No more than meters of class 1 may differ. */
  readonly isSlight: boolean;
}

export interface Flows {
  readonly nodes: readonly FlowNode[];
  readonly links: readonly FlowLink[];
  readonly excesses: readonly Excess[];
  /** Meters that have a place in the picture and no value of this time: what they measured is in the rest above. */
  readonly missing: readonly string[];
  /** Meters that are left out, as they would count energy twice or are no part of the balance. */
  readonly leftOut: readonly string[];
}

/** A meter of class 1 may be wrong by one in a hundred. */
const accuracy = 0.01;

/** What went down into a meter and up out of it. */
interface Reading {
  readonly down: number;
  readonly up: number;
}

/**
 * Energy of a time as flows from sources through the tree of meters to what used it. At each place what comes in is
 * what goes out, to the thousandth: the difference between a meter and those below it is a node of its own, `rest` or
 * `over`. Nothing is negative, and nothing flows in a circle.
 */
export function flowsOf(tree: MeterTree, totals: ReadonlyMap<string, MeterTotals>): Flows {
  return new FlowBuilder(tree, totals).build();
}

class FlowBuilder {
  readonly #tree: MeterTree;
  readonly #totals: ReadonlyMap<string, MeterTotals>;
  readonly #nodes: FlowNode[] = [];
  readonly #links: FlowLink[] = [];
  readonly #excesses: Excess[] = [];
  readonly #missing: string[] = [];
  readonly #leftOut: string[] = [];
  readonly #hasGrid: boolean;

  constructor(tree: MeterTree, totals: ReadonlyMap<string, MeterTotals>) {
    this.#tree = tree;
    this.#totals = totals;
    this.#hasGrid = tree.tops.some(({ role }) => role === 'grid');
  }

  build(): Flows {
    const tops = this.#tree.tops.flatMap(top => this.#seen(top));
    const gates = tops.filter(top => this.#isGate(top));
    const others = tops.filter(top => !this.#isGate(top));
    for (const gate of gates) this.#gate(gate);
    if (others.length > 0) this.#site(others);
    return {
      nodes: this.#nodes,
      links: this.#links,
      excesses: this.#excesses,
      missing: this.#missing,
      leftOut: this.#leftOut,
    };
  }

  /** Where the site meets the outside; without a meter at the grid one of the whole takes its place. */
  #isGate({ role }: TreeMeter): boolean {
    return role === 'grid' || (!this.#hasGrid && role === 'whole');
  }

  /** The meter, or those below it where it has no place of its own in the picture. */
  #seen(meter: TreeMeter): TreeMeter[] {
    const { key, role, isGone, children } = meter;
    if (role === 'aside') {
      for (const each of [meter, ...below(meter)]) this.#leftOut.push(each.key);
      return [];
    }
    const isSecond = role === 'whole' && !(this.#isGate(meter) && meter.below === null);
    if (isSecond) this.#leftOut.push(key);
    const isForgotten = isGone && this.#reading(meter) === null;
    return isSecond || isForgotten ? children.flatMap(child => this.#seen(child)) : [meter];
  }

  #gate(meter: TreeMeter): void {
    const { key } = meter;
    const inner = this.#inner(meter);
    const { down, up } = this.#outer(meter, inner);
    const isKnown = this.#reading(meter) !== null;
    this.#place(meter, inner, { down, up });
    this.#source(`${key}:in`, key, isKnown ? 'grid' : 'unmeasured', key, down);
    this.#sink(`${key}:out`, key, isKnown ? 'feed' : 'unmeasured', key, up);
  }

  /** Meters with none above them: what else comes and goes is not known. */
  #site(meters: readonly TreeMeter[]): void {
    const id = 'site';
    const inner = meters.map(meter => this.#attach(meter, id)).reduce(add, nothing);
    const lack = inner.down - inner.up;
    this.#add({ id, key: null, kind: 'place', amount: Math.max(inner.down, inner.up) });
    this.#source('site:in', null, 'unmeasured', id, Math.max(0, lack));
    this.#sink('site:out', null, 'unmeasured', id, Math.max(0, -lack));
  }

  /** Everything below a meter, as its place sees it. */
  #inner(meter: TreeMeter): Reading {
    return meter.children
      .flatMap(child => this.#seen(child))
      .map(child => this.#attach(child, meter.key))
      .reduce(add, nothing);
  }

  /** A meter below a place: what goes down to it from there, and up. */
  #attach(meter: TreeMeter, to: string): Reading {
    const { key, role } = meter;
    const hasBelow = meter.children.some(child => this.#hasPlace(child));
    if (!hasBelow) {
      // None of these has a place: they are named.
      for (const child of meter.children) this.#seen(child);
      const reading = this.#reading(meter);
      if (reading === null) {
        this.#missing.push(key);
        return nothing;
      }
      const takes = role === 'battery' ? 'charge' : 'load';
      const gives = role === 'battery' || role === 'solar' ? role : 'source';
      this.#sink(`${key}:in`, key, takes, to, reading.down);
      this.#source(`${key}:out`, key, gives, to, reading.up);
      return reading;
    }
    const inner = this.#inner(meter);
    const outer = this.#outer(meter, inner);
    this.#place(meter, inner, outer);
    // Both ways between the same two places would be a circle: the smaller one ends and begins at their sides.
    const isDown = outer.down >= outer.up;
    if (isDown) {
      this.#link(to, key, outer.down);
      this.#sink(`${key}:back`, key, 'above', key, outer.up);
      this.#source(`${key}:out`, key, 'source', to, outer.up);
    } else {
      this.#link(key, to, outer.up);
      this.#source(`${key}:from`, key, 'above', key, outer.down);
      this.#sink(`${key}:in`, key, 'load', to, outer.down);
    }
    return outer;
  }

  /** What a meter shows; of one without a value, what those below it need. */
  #outer(meter: TreeMeter, inner: Reading): Reading {
    const reading = this.#reading(meter);
    if (reading !== null) return reading;
    this.#missing.push(meter.key);
    const lack = inner.down - inner.up;
    return { down: Math.max(0, lack), up: Math.max(0, -lack) };
  }

  /** The node of a meter with others below it, and what they do not explain. */
  #place(meter: TreeMeter, inner: Reading, outer: Reading): void {
    const { key, role } = meter;
    const comes = outer.down + inner.up;
    const goes = outer.up + inner.down;
    this.#add({ id: key, key, kind: 'place', amount: Math.max(comes, goes) });
    const rest = comes - goes;
    // Of a plant the rest is what is made and not measured singly; elsewhere what is used so.
    const isOver = role === 'solar' ? rest > 0 : role === 'battery' ? false : rest < 0;
    if (isOver) {
      const amount = Math.abs(rest);
      this.#excesses.push({ key, amount, isSlight: amount <= accuracy * Math.max(comes, goes) });
    }
    const kind = isOver ? 'over' : 'rest';
    this.#sink(`${key}:rest`, key, kind, key, Math.max(0, rest));
    this.#source(`${key}:lack`, key, kind, key, Math.max(0, -rest));
  }

  #hasPlace(meter: TreeMeter): boolean {
    if (meter.role === 'aside') return false;
    const isSeen = meter.role !== 'whole' && !(meter.isGone && this.#reading(meter) === null);
    return isSeen || meter.children.some(child => this.#hasPlace(child));
  }

  #reading({ key, role }: TreeMeter): Reading | null {
    const { imported = null, exported = null } = this.#totals.get(key) ?? {};
    if (imported === null && exported === null) return null;
    const [down, up] = [Math.max(0, imported ?? 0), Math.max(0, exported ?? 0)];
    // Which way round a plant's meter is wired differs from house to house; it never takes more than it makes.
    return role === 'solar' ? { down: Math.min(down, up), up: Math.max(down, up) } : { down, up };
  }

  #source(id: string, key: string | null, kind: FlowKind, to: string, amount: number): void {
    if (amount <= 0) return;
    this.#add({ id, key, kind, amount });
    this.#link(id, to, amount);
  }

  #sink(id: string, key: string | null, kind: FlowKind, from: string, amount: number): void {
    if (amount <= 0) return;
    this.#add({ id, key, kind, amount });
    this.#link(from, id, amount);
  }

  #add(node: FlowNode): void {
    if (node.amount > 0) this.#nodes.push(node);
  }

  #link(from: string, to: string, amount: number): void {
    if (amount > 0) this.#links.push({ from, to, amount });
  }
}

const nothing: Reading = Object.freeze({ down: 0, up: 0 });

const add = (a: Reading, b: Reading): Reading => ({ down: a.down + b.down, up: a.up + b.up });

const below = (meter: TreeMeter): TreeMeter[] => meter.children.flatMap(child => [child, ...below(child)]);
