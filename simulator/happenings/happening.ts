import type { Option } from '../arguments.ts';

/** What a happening takes, by name: the same options as on a command line. */
export type HappeningOptions = Readonly<Record<string, Option>>;
export type HappeningValues = Readonly<Record<string, string | number | boolean | readonly number[] | null>>;

/** Ends what was begun; where nothing is to be ended (a kill, a clock that jumped) it does nothing. */
export type Undo = () => void | Promise<void>;

/** Something that can go wrong in the laboratory, by a schedule or by a person, and be mended again. */
export interface HappeningKind {
  /** Where and what, such as `line.noise`, `host.kill`, `network.loss`, `clock.jump`, `counter.reset`. */
  readonly id: string;
  /** In a few words, for lists. */
  readonly what: string;
  readonly options: HappeningOptions;
  /** The options that say how much goes wrong: where all of them are 0, nothing does. */
  readonly amounts?: readonly string[];
  /** Whether it lasts until it is ended, or is over at once. */
  readonly lasts: boolean;
}

/** Something that can go wrong with a part that runs: what a part of the laboratory offers. */
export interface Happening extends HappeningKind {
  /**
   * Whether it can happen now, where the same one would be ended for it: nothing is changed by asking.
   * @throws Error, in words for the person who asked, where it cannot.
   */
  readonly check: (values: HappeningValues) => void;
  /** @throws Error, in words for the person who asked, where it cannot happen now. */
  readonly begin: (values: HappeningValues) => Undo | Promise<Undo>;
}

/** One line of a scenario's schedule. Times are seconds of the scenario's own clock, from its start. */
export interface ScheduledHappening {
  readonly what: string;
  readonly atS: number;
  /** Until it is ended by itself; absent: for good. */
  readonly forS?: number;
  /** Again and again, this long after the last time. */
  readonly everyS?: number;
  readonly values: HappeningValues;
}
