import { rounds } from './chance.ts';
import type { ChildReady } from './host-child.ts';

/** How long hosts took from the start of their process until they were ready. */
export class Starts {
  #readyMs = 0;
  #ownMs = 0;

  add({ readyMs, waitedMs }: Pick<ChildReady, 'readyMs' | 'waitedMs'>): void {
    this.#readyMs = Math.max(this.#readyMs, readyMs);
    this.#ownMs = Math.max(this.#ownMs, readyMs - waitedMs);
  }

  /** The slowest, without what it waited for a processor that others had. */
  get ownMs(): number {
    return this.#ownMs;
  }

  toString(): string {
    const [ready, own] = [this.#readyMs, this.#ownMs].map(ms => (ms / 1000).toFixed(2));
    return `ready in ${ready} s at the slowest (${own} s without waiting for a processor)`;
  }
}

/** A host is ready so soon, in the long set; beside other tests it may take longer. */
export const readyWithinMs = rounds(10_000, 3000);

/** What a run of faults counted; all of it is in the line that it prints. */
export interface FaultCounts {
  /** Such as `100 kills under load`. */
  readonly what: string;
  readonly acknowledged: number;
  readonly lost: number;
  readonly doubled: number;
  readonly starts?: Starts;
  /** What else is worth telling, as `31 in tier builds`. */
  readonly more?: readonly string[];
}

/**
 * Prints the line of a run:
 * `100 kills under load: 412,000 records acknowledged, 0 lost, 0 doubled, ready in 0.90 s at the slowest …`
 */
export function tell({ what, acknowledged, lost, doubled, starts, more = [] }: FaultCounts): void {
  const parts = [
    `${count(acknowledged)} records acknowledged`,
    `${count(lost)} lost`,
    `${count(doubled)} doubled`,
    ...more,
    ...(starts === undefined ? [] : [String(starts)]),
  ];
  console.log(`${what}: ${parts.join(', ')}`);
}

/** Thousands apart. */
export const count = (value: number): string => value.toLocaleString('en');
