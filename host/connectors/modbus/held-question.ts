import type { TimePort } from '#ports';

/** Whoever asked gives a late answer a second beyond its time-out; what is held back must not take longer than that. */
const mostHeldMs = 500;

/** The newest question while a port opens: it is asked once it is open, unless it has become too old. */
export class HeldQuestion {
  readonly #time: TimePort;
  #held: { readonly frame: Uint8Array; readonly ticksMs: number } | undefined;

  constructor(time: TimePort) {
    this.#time = time;
  }

  hold(frame: Uint8Array): void {
    this.#held = { frame: frame.slice(), ticksMs: this.#time.ticksMs() };
  }

  take(): Uint8Array | undefined {
    const held = this.#held;
    this.#held = undefined;
    const isFresh = held !== undefined && this.#time.ticksMs() - held.ticksMs < mostHeldMs;
    return isFresh ? held.frame : undefined;
  }
}
