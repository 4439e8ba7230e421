/** `quick` is part of `npm test`, all faults of it in less than three minutes; `full` is what the table promises. */
export type FaultSize = 'quick' | 'full';

/** What a run is given. */
export interface FaultRun {
  readonly size: FaultSize;
  /** How often the fault is to happen. */
  readonly times: number;
  /** Everything random comes from it; it is printed. */
  readonly seed: number;
  /** An empty folder of its own, removed after the run. */
  readonly folder: string;
  /** Hears how often the fault has happened so far. */
  readonly progress: (done: number) => void;
  /** Somebody wants it to end: what was started is ended. */
  readonly signal: AbortSignal;
}

/** A figure beside the counts, such as `{ name: 'memory', value: 12.3, unit: 'MB', most: 150 }`. */
export interface FaultFigure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** What it may be; a run whose figure is beyond has failed. Absent: it is told and not judged. */
  readonly most?: number;
  readonly least?: number;
}

/** What a run counted. It passes where nothing was lost, doubled or wrong and every figure is within its bounds. */
export interface FaultCounts {
  readonly times: number;
  /** How much was watched, of what the fault's `watched` names (records, frames, readings). */
  readonly watched: number;
  /** Acknowledged and not stored, or measured and neither stored nor counted as dropped. */
  readonly lost: number;
  readonly doubled: number;
  readonly wrong: number;
  /** The slowest time from the end of a fault until all was well again, ms of the clock it is measured by; null where nothing heals. */
  readonly healMs: number | null;
  readonly figures: readonly FaultFigure[];
  /** The first few things that were not right, in words: what, where, when. */
  readonly notes: readonly string[];
}

/** One row of the table of faults, made and counted against the real processes. */
export interface Fault {
  /** Such as `host-kill`. */
  readonly id: string;
  /** What happens, as the table says it: `the host is killed under load`. */
  readonly what: string;
  /** What must hold, in words; the bounds themselves are in the figures. */
  readonly pass: string;
  /** What is watched: `records`, `frames`, `readings`. */
  readonly watched: string;
  readonly times: Readonly<Record<FaultSize, number>>;
  /** About how long it takes on two cores that nobody else uses, minutes; `--list` tells it. */
  readonly minutes?: Readonly<Record<FaultSize, number>>;
  /** Its bounds are times of the real clock: no other fault may run beside it. */
  readonly isTimed?: true;
  /** Programs it needs besides Node, such as `mosquitto`; where one is missing the fault is told as not run. */
  readonly needs?: readonly string[];
  /** @throws Error where it could not be made at all. */
  readonly run: (run: FaultRun) => Promise<FaultCounts>;
}
