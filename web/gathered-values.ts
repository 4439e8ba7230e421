import type { LiveEvent } from '../host/api/contract.ts';

/** Faster than anybody reads, and so that what comes in a burst is drawn once. */
const gatherMs = 100;

/** Calls back after a while; gives what prevents it. */
export type Wait = (callback: () => void) => () => void;

const waitForBurst: Wait = callback => {
  const timer = setTimeout(callback, gatherMs);
  return () => clearTimeout(timer);
};

/**
 * Gathers live values, the newest of each meter, and gives them on together. Each meter tells its own each second: drawn
 * one by one, 150 meters would be 150 drawings of 150 cards a second, and the page would do nothing else.
 */
export class GatheredValues {
  readonly #give: (values: ReadonlyMap<string, LiveEvent>) => void;
  readonly #wait: Wait;
  #values = new Map<string, LiveEvent>();
  #cancel: (() => void) | undefined;

  constructor(give: (values: ReadonlyMap<string, LiveEvent>) => void, wait: Wait = waitForBurst) {
    this.#give = give;
    this.#wait = wait;
  }

  add(event: LiveEvent): void {
    const before = this.#values.get(event.meter);
    this.#values.set(event.meter, { ...event, values: { ...before?.values, ...event.values } });
    this.#cancel ??= this.#wait(() => this.flush());
  }

  /** Gives on what there is, now. */
  flush(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    if (this.#values.size === 0) return;
    const values = this.#values;
    this.#values = new Map();
    this.#give(values);
  }

  /** Forgets what was not given on yet. */
  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#values.clear();
  }
}
