import type { Cancel, TimePort } from '#ports';

interface Timer {
  readonly dueMs: number;
  readonly callback: () => void;
  isCancelled: boolean;
}

/** So many callbacks at one instant can only be timers of no delay that start each other for ever. */
const callbacksPerInstant = 1_000_000;

/**
 * Time that stands still until it is told to go on: an hour of outage runs in a moment, and every run is the
 * same. Timers fire in the order they fall due, those of one instant in the order they were set; within a
 * callback `ticksMs` is the timer's own instant.
 */
export class VirtualTime implements TimePort {
  #ticksMs: number;
  /** What the wall clock shows beyond the ticks; undefined until it is set. */
  #wallOffsetMs: number | undefined;
  /** Latest due first, so that the next one is popped. */
  readonly #timers: Timer[] = [];

  /** `wallMs` absent: the wall clock is not known, as on a device before its first synchronisation. */
  constructor(start: { ticksMs?: number; wallMs?: number } = {}) {
    this.#ticksMs = start.ticksMs ?? 0;
    this.setWall(start.wallMs);
  }

  ticksMs(): number {
    return this.#ticksMs;
  }

  wallMs(): number | undefined {
    return this.#wallOffsetMs === undefined ? undefined : this.#ticksMs + this.#wallOffsetMs;
  }

  /** Sets the wall clock, as a synchronisation does (or a person who sets it wrong); undefined: not known any more. */
  setWall(wallMs: number | undefined): void {
    this.#wallOffsetMs = wallMs === undefined ? undefined : wallMs - this.#ticksMs;
  }

  after(delayMs: number, callback: () => void): Cancel {
    const timer: Timer = {
      dueMs: this.#ticksMs + Math.max(delayMs, 0),
      callback,
      isCancelled: false,
    };
    let low = 0;
    let high = this.#timers.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#timers[middle] as Timer).dueMs > timer.dueMs) low = middle + 1;
      else high = middle;
    }
    this.#timers.splice(low, 0, timer);
    return () => {
      if (timer.isCancelled) return;
      timer.isCancelled = true;
      const index = this.#timers.indexOf(timer);
      if (index >= 0) this.#timers.splice(index, 1);
    };
  }

  /** Lets time go on by so many milliseconds and runs all that falls due. An error of a callback comes out here. */
  advance(durationMs: number): void {
    const endMs = this.#ticksMs + durationMs;
    let atOnce = 0;
    for (
      let next = this.#timers.at(-1);
      next !== undefined && next.dueMs <= endMs;
      next = this.#timers.at(-1)
    ) {
      this.#timers.pop();
      if (next.dueMs > this.#ticksMs) {
        this.#ticksMs = next.dueMs;
        atOnce = 0;
      } else if (++atOnce > callbacksPerInstant) {
        throw new Error(
          `time stands still at ${this.#ticksMs} ms: timers without delay start each other for ever`,
        );
      }
      next.callback();
    }
    this.#ticksMs = Math.max(this.#ticksMs, endMs);
  }

  /** Milliseconds until the next timer, or undefined where none is set. */
  untilNextMs(): number | undefined {
    const next = this.#timers.at(-1);
    return next === undefined ? undefined : next.dueMs - this.#ticksMs;
  }
}
