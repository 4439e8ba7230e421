import type { LiveEvent } from '../../host/api/contract.ts';

/** What comes in a burst is drawn once: the meters of one message follow each other without a pause. */
const burstMs = 15;
/** It is not drawn more often, however many gateways tell something: no more than a quarter of the time goes into it. */
const betweenMs = 30;
const drawingTimes = 4;

/** A clock that calls back. Tests give their own. */
export interface Waiting {
  readonly nowMs: () => number;
  /** Calls back after a while; gives what prevents it. */
  readonly wait: (delayMs: number, callback: () => void) => () => void;
}

const browserWaiting: Waiting = Object.freeze({
  nowMs: () => performance.now(),
  wait: (delayMs: number, callback: () => void) => {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
});

/**
 * Gathers live values, the newest of each meter, and gives them on together. Each meter tells its own each second: drawn
 * one by one, 150 meters would be 150 drawings of 150 cards a second, and the page would do nothing else.
 */
export class GatheredValues {
  readonly #give: (values: ReadonlyMap<string, LiveEvent>) => void;
  readonly #waiting: Waiting;
  /** When the next may be given on. */
  #freeMs = Number.NEGATIVE_INFINITY;
  #values = new Map<string, LiveEvent>();
  #cancel: (() => void) | undefined;
  #drawing: (() => void) | undefined;

  constructor(give: (values: ReadonlyMap<string, LiveEvent>) => void, waiting: Waiting = browserWaiting) {
    this.#give = give;
    this.#waiting = waiting;
  }

  add(event: LiveEvent): void {
    const before = this.#values.get(event.meter);
    this.#values.set(event.meter, { ...event, values: { ...before?.values, ...event.values } });
    this.#soon();
  }

  /** Gives on what there is, now. */
  flush(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    if (this.#values.size === 0) return;
    const { nowMs, wait } = this.#waiting;
    const givenMs = nowMs();
    // What is drawn is drawn before the next turn of the event loop.
    this.#drawing = wait(0, () => {
      this.#drawing = undefined;
      this.#freeMs = givenMs + Math.max(betweenMs, drawingTimes * (nowMs() - givenMs));
      if (this.#values.size > 0) this.#soon();
    });
    const values = this.#values;
    this.#values = new Map();
    this.#give(values);
  }

  #soon(): void {
    if (this.#cancel !== undefined || this.#drawing !== undefined) return;
    const { nowMs, wait } = this.#waiting;
    this.#cancel = wait(Math.max(burstMs, this.#freeMs - nowMs()), () => this.flush());
  }

  /** Forgets what was not given on yet. */
  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#drawing?.();
    this.#drawing = undefined;
    this.#values.clear();
  }
}
