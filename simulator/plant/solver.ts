import type { Place, PlantPlan, Supply } from '../scenario/scenario.ts';
import type { TreeNode } from './circuit-tree.ts';
import { DirectBus } from './direct-bus.ts';
import { Draw, type Electricity } from './electricity.ts';
import { Household } from './household.ts';
import type { Feeds, Load, LoadSite } from './load.ts';
import { loadKinds } from './load-kinds.ts';
import { busesOf, madeLoads } from './made-loads.ts';
import type { Clock, Moment } from './moment.ts';
import { Drift, type Noise } from './noise.ts';
import { Weather } from './weather.ts';

/** Reactance of the cable up to the site, as a share of its resistance. */
const reactanceShare = 0.35;

/** What holds energy has found its level after so many days, in steps of a quarter of an hour. */
const settleS = 4 * 86_400;
const settleStepS = 900;

/** Computes the plant at a moment, from its loads. */
export class Solver {
  readonly loads: readonly (Load | undefined)[];
  readonly thdPercents: readonly number[];
  readonly buses: readonly number[];
  /** Whether power flows out of a circuit. */
  readonly feeds: readonly Feeds[];
  readonly #tree: readonly TreeNode[];
  readonly #supply: Supply;
  readonly #draw: Draw;
  readonly #household: Household;
  readonly #weather: Weather;
  readonly #exponents: readonly number[];
  readonly #first: readonly Load[];
  readonly #last: readonly Load[];
  readonly #moving: readonly { readonly load: Load; readonly node: number }[];
  readonly #directBuses: readonly DirectBus[];
  readonly #slow: readonly Drift[];
  readonly #quick: readonly Drift[];
  readonly #frequency: Drift;
  readonly #noise: Noise;
  readonly #factors = [1000, 1000, 1000];

  constructor({ supply }: PlantPlan, place: Place, tree: readonly TreeNode[], noise: Noise) {
    this.#tree = tree;
    this.#supply = supply;
    this.#draw = new Draw(tree.length);
    this.#household = new Household(noise.stream('people'));
    this.#weather = new Weather(place, noise.stream('weather'));
    const kinds = tree.map(({ plan }) => (plan?.load === undefined ? undefined : loadKinds[plan.load.kind]));
    this.buses = busesOf(tree, kinds, supply);
    this.#exponents = kinds.map(kind => kind?.exponent ?? 0);
    this.thdPercents = kinds.map(kind => kind?.thdPercent ?? 0);
    this.feeds = tree.map(({ end }, node) => {
      const own = kinds.slice(node, end).flatMap(kind => kind?.feeds ?? []);
      if (own.length > 0 && own.every(feeds => feeds === 'mostly')) return 'mostly';
      return own.some(feeds => feeds !== 'never') ? 'also' : 'never';
    });
    const made = madeLoads(tree, kinds, node => this.#siteOf(node, noise));
    this.loads = made.all;
    this.#first = made.first;
    this.#last = made.last;
    this.#moving = made.moving;
    this.#directBuses = made.partsOf(this.buses).map(parts => new DirectBus(parts, this.#draw, supply));
    const source = noise.stream('voltage');
    this.#slow = [0, 1, 2].map(on => new Drift(source, 1800, on));
    this.#quick = [0, 1, 2].map(on => new Drift(source, 20, on + 3));
    this.#noise = noise.stream('frequency');
    this.#frequency = new Drift(this.#noise, 240, 1);
  }

  /** Fills `into` with the truth at this moment, but for what flows in the tree. */
  solve(moment: Moment, seconds: number, into: Electricity): void {
    this.#household.goTo(moment);
    this.#weather.goTo(moment);
    for (const load of this.#first) load.step(moment, seconds);
    for (const bus of this.#directBuses) bus.solve(into.busV);
    for (const load of this.#last) load.step(moment, seconds);
    if (this.#supply.kind === 'dc') {
      this.#setOwn(0, into);
      return;
    }
    for (let on = 0; on < 3; on++) this.#solvePhase(moment.second, on, into);
    const driftHz = (this.#frequency.at(moment.second) - 0.5) * 0.06;
    into.frequencyHz = this.#supply.frequencyHz + driftHz + this.#noise.signed(moment.second) * 0.002;
  }

  /** What was solved has flowed for so long: batteries fill and empty. */
  move({ ownMw }: Electricity, seconds: number): void {
    for (const { load, node } of this.#moving) {
      const cell = node * 3;
      const mw = (ownMw[cell] as number) + (ownMw[cell + 1] as number) + (ownMw[cell + 2] as number);
      load.move?.(mw, seconds);
    }
  }

  /** Lets what holds energy find its level before the plant's time begins. */
  settle(clock: Clock, second: number, into: Electricity): void {
    if (this.loads.every(load => load?.save === undefined)) return;
    const firstS = Math.floor((second - settleS) / settleStepS) * settleStepS;
    for (let at = firstS; at < second; at += settleStepS) {
      const stepS = Math.min(settleStepS, second - at);
      this.solve(clock.at(at), stepS, into);
      this.move(into, stepS);
    }
  }

  save(): Record<string, readonly number[]> {
    const states: Record<string, readonly number[]> = {};
    this.#tree.forEach(({ id }, node) => {
      const state = this.loads[node]?.save?.();
      if (state !== undefined) states[id] = state;
    });
    for (const [index, bus] of this.#directBuses.entries()) states[`bus.${index}`] = bus.save();
    return states;
  }

  restore(states: Readonly<Record<string, readonly number[]>>): void {
    this.#tree.forEach(({ id }, node) => {
      const state = states[id];
      if (state !== undefined) this.loads[node]?.restore?.(state);
    });
    for (const [index, bus] of this.#directBuses.entries()) bus.restore(states[`bus.${index}`] ?? []);
  }

  #siteOf(node: number, noise: Noise): LoadSite {
    const { id, phases } = this.#tree[node] as TreeNode;
    return {
      node,
      phases,
      nominalV: this.#supply.nominalV,
      draw: this.#draw,
      noise: noise.stream(`load ${id}`),
      household: this.#household,
      weather: this.#weather,
      range: circuit => {
        const from = Math.max(
          0,
          this.#tree.findIndex(one => one.id === circuit),
        );
        return [from, (this.#tree[from] as TreeNode).end];
      },
    };
  }

  /** The voltage sags with what the phase would draw at the nominal one; then every load draws what it does at that voltage. */
  #solvePhase(second: number, on: number, into: Electricity): void {
    const { powerW, reactiveVar } = this.#draw;
    const { nominalV, feedOhm } = this.#supply;
    let wantedW = 0;
    let wantedVar = 0;
    for (let cell = on; cell < powerW.length; cell += 3) {
      wantedW += powerW[cell] as number;
      wantedVar += reactiveVar[cell] as number;
    }
    const slow = ((this.#slow[on] as Drift).at(second) - 0.5) * 4;
    const quick = ((this.#quick[on] as Drift).at(second) - 0.5) * 0.8;
    const sourceV = nominalV * (1 + (1.2 + slow + quick) / 230);
    const sagV = (feedOhm * (wantedW + reactanceShare * wantedVar)) / nominalV;
    // A cable that is far too thin still leaves something.
    const voltageV = Math.max(nominalV * 0.5, Math.round((sourceV - sagV) * 1000) / 1000);
    into.voltageV[on] = voltageV;
    const relative = voltageV / nominalV;
    // 1000 for mW.
    this.#factors[0] = 1000;
    this.#factors[1] = 1000 * relative;
    this.#factors[2] = 1000 * relative * relative;
    this.#setOwn(on, into);
  }

  #setOwn(on: number, { ownMw, ownMvar }: Electricity): void {
    const { powerW, reactiveVar } = this.#draw;
    for (let node = 0; node < this.#exponents.length; node++) {
      const cell = node * 3 + on;
      const factor = this.#factors[this.#exponents[node] as number] as number;
      // Plus zero: what rounds to nothing from below has no sign.
      ownMw[cell] = Math.round((powerW[cell] as number) * factor) + 0;
      ownMvar[cell] = Math.round((reactiveVar[cell] as number) * factor) + 0;
    }
  }
}
