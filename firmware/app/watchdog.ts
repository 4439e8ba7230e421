import type { Cancel, Ports } from '../ports.ts';

const checkMs = 1000;
/** What is late by so much is stuck: a busy machine is not, nor is a write to flash. */
export const stuckAfterMs = 60_000;

export interface WatchdogOptions {
  readonly ports: Pick<Ports, 'time' | 'board' | 'log'>;
  /** What should have taken its next step before this tick and has not, in words for people; undefined: nothing. */
  readonly stuck: (beforeTicks: number) => string | undefined;
}

/**
 * Feeds the board's watchdog while everything makes progress: each line's source, a visit of the doctor and the uplink
 * say when their next step is due, and the one that is late by a minute is stuck. Meters that are silent, lines that
 * cannot be opened and a broker that is away all make progress by trying. Where something is stuck it feeds no more, and
 * the board restarts itself within 30 s: within 91 s of the step that did not come.
 */
export class Watchdog {
  readonly #options: WatchdogOptions;
  #cancel: Cancel | undefined;
  #dueTicks = 0;
  #longestDelayMs = 0;
  #stuck: string | undefined;

  constructor(options: WatchdogOptions) {
    this.#options = options;
  }

  start(): void {
    if (this.#cancel !== undefined) return;
    this.#options.ports.board.feedWatchdog();
    this.wait();
  }

  /** The board's watchdog goes on: whoever stops restarts soon, or is restarted. */
  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  get isContent(): boolean {
    return this.#stuck === undefined;
  }

  /** The longest that a timer came late since this was told last, whole ms. */
  get loopDelayMs(): number {
    return Math.round(this.#longestDelayMs);
  }

  told(): void {
    this.#longestDelayMs = 0;
  }

  private wait(): void {
    const { time } = this.#options.ports;
    this.#dueTicks = time.ticksMs() + checkMs;
    this.#cancel = time.after(checkMs, () => this.check());
  }

  private check(): void {
    const { ports } = this.#options;
    const now = ports.time.ticksMs();
    this.#longestDelayMs = Math.max(this.#longestDelayMs, now - this.#dueTicks);
    this.wait();
    const what = this.#options.stuck(now - stuckAfterMs);
    if (what === undefined) ports.board.feedWatchdog();
    else if (this.#stuck === undefined)
      ports.log('error', `${what} is stuck: the board restarts in 30 s, unless it goes on by then`);
    this.#stuck = what;
  }
}
