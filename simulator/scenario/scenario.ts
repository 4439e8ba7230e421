import type { QuantityId } from '#core/quantities.ts';
import type { ScheduledHappening } from '../happenings/happening.ts';

/**
 * What a scenario file describes, once it is read and checked: a site's electricity, the meters on it, and what goes
 * wrong when. The numbers carry their units in their names.
 */
export interface Scenario {
  /** The file's name without its ending, such as `family-house`. */
  readonly id: string;
  readonly name: string;
  readonly about: string;
  readonly place: Place;
  readonly plant: PlantPlan;
  readonly lines: readonly ScenarioLine[];
  readonly meters: readonly ScenarioMeter[];
  readonly happenings: readonly ScheduledHappening[];
}

/** Where it stands: sun, seasons and weather follow from it. */
export interface Place {
  /** IANA name; the local time of people and sun. */
  readonly zone: string;
  readonly latitudeDeg: number;
  readonly longitudeDeg: number;
  /** Mean outdoor temperature of the coldest and the warmest month, °C. */
  readonly coldestC: number;
  readonly warmestC: number;
  /** Share of the sky that clouds cover in the mean, 0 to 1. */
  readonly cloudiness: number;
}

/** The site's electricity: a tree of circuits under one supply. */
export interface PlantPlan {
  readonly supply: Supply;
  readonly circuits: readonly CircuitPlan[];
}

export interface Supply {
  /** `dc`: a bus of direct current, as in a cabin off the grid. */
  readonly kind: 'single-phase' | 'three-phase' | 'dc';
  readonly nominalV: number;
  readonly frequencyHz: number;
  /** Of the cable up to the site, for each phase. */
  readonly feedOhm: number;
}

export type PhaseId = 'L1' | 'L2' | 'L3';

/** A circuit: what hangs on it, and under which other it hangs. What flows into one is what its load and those under it take. */
export interface CircuitPlan {
  readonly id: string;
  readonly name: string;
  /** The circuit it hangs under; absent: the supply. */
  readonly under?: string;
  /** Phases it is connected to; absent: all there are. */
  readonly phases?: readonly PhaseId[];
  /** What draws or feeds on it; absent: only what is under it. */
  readonly load?: LoadPlan;
}

/** A load by its kind (`standby`, `fridge`, `lights`, `heat-pump`, `ev`, `pv`, `battery`, `motor`, `profile`, …) and what that kind takes. */
export interface LoadPlan {
  readonly kind: string;
  readonly [option: string]: unknown;
}

export interface ScenarioLine {
  readonly id: string;
  readonly kind: 'rs485' | 'ir' | 'i2c';
  readonly baud?: number;
  readonly parity?: 'none' | 'even' | 'odd';
  readonly stopBits?: 1 | 2;
}

/** A meter of any profile at any circuit. */
export interface ScenarioMeter {
  readonly id: string;
  readonly name: string;
  /** An id of the registry of profiles, or of a head: `sml-meter`, `d0-meter`, `ina219`. */
  readonly profile: string;
  /** The circuit whose electricity it measures, or one phase of it (`ev.L1`); `supply` is the site's own connection. */
  readonly at: string;
  readonly line: string;
  readonly address?: number;
  /** What a head speaks, by its name and quirks as `headFor` takes them; absent: what is usual for its profile. */
  readonly head?: string;
  /** Of an INA219: its shunt, and the most that it measures by it; absent: 0.1 Ω and 3.2 A. */
  readonly shuntOhm?: number;
  readonly maxCurrentA?: number;
}

/** What a meter at a point can be asked; undefined where the point has no such thing. */
export interface PointReader {
  read(quantity: QuantityId): number | undefined;
  /** What was taken since the quarter of an hour began, spread over all of it, W; phases netted. */
  demandNowW(): number;
}

/** How a meter adds up its phases; `netted` at each instant is what is usual. */
export type PhaseCounting = 'netted' | 'by-phase';

/** What is known of a plant that has run for a while: enough to let it go on exactly where it was. */
export interface SavedPlant {
  readonly seed: number;
  readonly atMs: number;
  readonly counters: Readonly<Record<string, readonly number[]>>;
  readonly states: Readonly<Record<string, readonly number[]>>;
}

/** A plant that runs: one consistent truth, a second at a time, the same for the same plan and seed. */
export interface RunningPlant {
  readonly seed: number;
  /** Beginning of the step that it is in, UTC ms. */
  readonly atMs: number;
  /** Goes on to this time; a time that is past changes nothing. */
  advanceTo(ms: number): void;
  /**
   * `supply`, a circuit's id, or one phase of either such as `ev.L1`. A meter that counts its phases by themselves (as
   * an SDM630) sees `by-phase`, one that nets them (as utilities' meters) `netted`. @throws Error where there is no such point.
   */
  point(id: string, counting?: PhaseCounting): PointReader;
  save(): SavedPlant;
}
