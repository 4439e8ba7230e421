import type { QuantityId } from '#core/quantities.ts';
import type { LoadPlan } from '../scenario/scenario.ts';
import type { Draw } from './electricity.ts';
import type { Household } from './household.ts';
import type { Moment } from './moment.ts';
import type { Noise } from './noise.ts';
import type { LoadOptions, LoadValues } from './plan-option.ts';
import type { Weather } from './weather.ts';

/** Where a load is: what it may look at, and where it writes what it draws. */
export interface LoadSite {
  /** Its circuit in the tree. */
  readonly node: number;
  /** Phases it is on, 0 to 2. */
  readonly phases: readonly number[];
  readonly nominalV: number;
  readonly draw: Draw;
  /** Its own: no other load draws from it. */
  readonly noise: Noise;
  readonly household: Household;
  readonly weather: Weather;
  /** Where a circuit is in the tree, and the first that does not hang below it. */
  readonly range: (circuit: string) => readonly [from: number, end: number];
}

/** What a load draws, told each step. It writes its cells of `draw` anew, or leaves what is there. */
export interface Load {
  step(moment: Moment, seconds: number): void;
  /** What its circuit drew by itself flowed for so long, mW: what it holds changes. */
  move?(mw: number, seconds: number): void;
  /** What it remembers, as numbers that `restore` takes; a load without these is a function of seed and time alone. */
  save?(): number[];
  restore?(saved: readonly number[]): void;
  /** What can be asked of it besides the electricity of its circuit, such as the panels' side of an inverter. */
  read?(quantity: QuantityId): number | undefined;
}

/** What draws from a bus of direct current, or offers to it what it writes as drawn below zero. */
export interface BusLoad extends Load {
  /** It stays on when the battery is empty. */
  readonly isVital: boolean;
}

/** A battery is what keeps a bus in balance: the bus asks and tells it. */
export interface BusBattery extends Load {
  /** Its terminals' voltage while this flows into it, mW. */
  voltageV(mw: number): number;
  /** The most it takes now, mW. */
  readonly acceptsMw: number;
  readonly isEmpty: boolean;
  /** It has recovered far enough for what had been switched off. */
  readonly isBack: boolean;
}

/** A mains supply of a bus of direct current. */
export interface BusConverter extends Load {
  /** The most it gives beside a battery, mW. */
  readonly givesMw: number;
  /** It charges the battery now; else the battery carries the loads. */
  readonly charges: boolean;
  readonly busV: number;
  /** What it loses while it gives this, W. */
  lossW(mw: number): number;
}

/** Whether power flows out of it: never, as well as in (a battery), or hardly anything else (panels). */
export type Feeds = 'never' | 'also' | 'mostly';

interface KindBase {
  /** In a few words, for lists. */
  readonly what: string;
  readonly options: LoadOptions;
  /** How its power follows the voltage, as an exponent of U / nominal: 2 for heating elements, 1 for constant current, 0 for constant power. */
  readonly exponent: 0 | 1 | 2;
  /** Distortion of its current, percent. */
  readonly thdPercent: number;
  readonly feeds: Feeds;
}

/** A kind of load. Kinds of direct current hang on a bus of it, all others on the mains. */
export type LoadKind = KindBase &
  (
    | { readonly on: 'mains'; readonly make: (site: LoadSite, plan: LoadPlan) => Load }
    /** Comes after all others and sees what they draw. */
    | { readonly on: 'mains-last'; readonly make: (site: LoadSite, plan: LoadPlan) => Load }
    | { readonly on: 'converter'; readonly make: (site: LoadSite, plan: LoadPlan) => BusConverter }
    | { readonly on: 'bus-load'; readonly make: (site: LoadSite, plan: LoadPlan) => BusLoad }
    | { readonly on: 'bus-source'; readonly make: (site: LoadSite, plan: LoadPlan) => Load }
    | { readonly on: 'bus-battery'; readonly make: (site: LoadSite, plan: LoadPlan) => BusBattery }
  );

/** The values of a plan's options, those that are not given as the table says. */
export function valuesOf<const O extends LoadOptions>(options: O, plan: LoadPlan): LoadValues<O> {
  const values: Record<string, unknown> = {};
  for (const [name, option] of Object.entries(options)) values[name] = plan[name] ?? option.unless;
  // `planProblems` has checked each against its option.
  return values as LoadValues<O>;
}

/** Writes what a load draws, shared evenly by its phases. */
export function drawEvenly({ node, phases, draw }: LoadSite, powerW: number, reactiveVar: number): void {
  const share = 1 / phases.length;
  for (let index = 0; index < phases.length; index++) {
    const cell = node * 3 + (phases[index] as number);
    draw.powerW[cell] = powerW * share;
    draw.reactiveVar[cell] = reactiveVar * share;
  }
}
