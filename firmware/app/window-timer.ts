import type { Cancel } from '../ports.ts';
import type { Clock } from './clock.ts';
import type { Meter } from './meter.ts';

/** A wait for a clock that was set back by months is cut into these: timers of Node end at 24 days. */
const longestTimerMs = 60_000;

/** Closes the windows of all meters when they end: one timer, as most end together, and each takes 350 bytes of heap. */
export class WindowTimer {
  readonly #clock: Clock;
  readonly #meters: () => Iterable<Meter>;
  #cancel: Cancel | undefined;

  /** `meters` gives those of the moment. */
  constructor(clock: Clock, meters: () => Iterable<Meter>) {
    this.#clock = clock;
    this.#meters = meters;
  }

  /** Waits for what is due next; after each change that may bring a due time forward, and when a meter stops. */
  arm(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    let dueTicksMs = Number.POSITIVE_INFINITY;
    for (const meter of this.#meters()) dueTicksMs = Math.min(dueTicksMs, meter.dueTicksMs);
    if (dueTicksMs === Number.POSITIVE_INFINITY) return;
    const delayMs = Math.max(dueTicksMs - this.#clock.ticksMs(), 0);
    this.#cancel = this.#clock.after(Math.min(delayMs, longestTimerMs), () => this.closeDue());
  }

  private closeDue(): void {
    for (const meter of this.#meters()) meter.closeDue();
    this.arm();
  }
}
