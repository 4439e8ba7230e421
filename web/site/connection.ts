export type LinkState = 'connecting' | 'live' | 'reconnecting' | 'stopped';

/** One answer that failed is asked for again before anybody is told of it. */
const secondTryMs = 2000;
/** A connection that is back sooner was a change of the proxy's, and nothing to speak of. */
const unspokenMs = 2000;
/** How long it is told that the connection is back. */
export const backMs = 6000;

/** Between these moments (by the host's clock) nothing was heard. */
export interface Missed {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface Clocks {
  /** This device's clock, and what the host's shows now. */
  readonly here: () => number;
  readonly host: () => number;
}

/**
 * How the host is reached: by its stream of events, and by answers to what is asked. It is well while the stream is live
 * and answers come; from the first trouble on what is not heard counts as missed, until both are well again.
 */
export class Connection<Failure extends { readonly retryAfterS: number | null }> {
  link: LinkState = 'stopped';
  /** Why the host could not be asked, once it is worth a word. */
  error: Failure | null = null;
  /** When the host is asked again, by this device's clock, where the host named a time itself. */
  retryAtMs: number | null = null;
  readonly #clocks: Clocks;
  #failures = 0;
  #badSinceMs: number | null = null;
  #lostAtMs = 0;
  #backUntilMs = Number.NEGATIVE_INFINITY;

  constructor(clocks: Clocks) {
    this.#clocks = clocks;
  }

  /** Whether it is lost for so long that it is worth a word. */
  get isLost(): boolean {
    return this.link === 'reconnecting' && this.#clocks.here() - this.#lostAtMs >= unspokenMs;
  }

  /** Whether it is back, for a moment after it was told that it was lost. */
  get isBack(): boolean {
    return this.#clocks.here() < this.#backUntilMs;
  }

  /** Whether it is time to ask regularly: the host may have named a later one. */
  get isDue(): boolean {
    return this.retryAtMs === null || this.#clocks.here() >= this.retryAtMs;
  }

  reset(): void {
    this.link = 'stopped';
    this.error = null;
    this.retryAtMs = null;
    this.#failures = 0;
    this.#badSinceMs = null;
    this.#backUntilMs = Number.NEGATIVE_INFINITY;
  }

  /**
   * The stream is in another state. Gives whether everything is to be asked for: what happened meanwhile was not told, and
   * a closed stream may also mean that the session ended.
   */
  linked(state: LinkState): boolean {
    const isBack = state === 'live' && this.link === 'reconnecting';
    this.link = state;
    if (state === 'reconnecting') {
      this.#lostAtMs = this.#clocks.here();
      this.#badSinceMs ??= this.#clocks.host();
    }
    return isBack || state === 'reconnecting';
  }

  /** The host answered. Gives what was missed, once the stream is live too; null: nothing. */
  answered(): Missed | null {
    this.error = null;
    this.retryAtMs = null;
    this.#failures = 0;
    if (this.#badSinceMs === null || this.link !== 'live') return null;
    const missed = { fromMs: this.#badSinceMs, toMs: this.#clocks.host() };
    this.#badSinceMs = null;
    if (missed.toMs - missed.fromMs >= unspokenMs) this.#backUntilMs = this.#clocks.here() + backMs;
    return missed;
  }

  /**
   * The host did not answer, or not well. `isShown`: there is something from before to look at, `isUrgent`: nothing can be
   * shown without an answer. Gives after how long it is asked again; null: when it is regularly.
   */
  failed(error: Failure, isShown: boolean, isUrgent: boolean): number | null {
    this.#badSinceMs ??= this.#clocks.host();
    this.#failures++;
    const isFirst = this.#failures === 1 && isShown && this.link === 'live';
    if (!isFirst) this.error = error;
    if (error.retryAfterS === null) {
      this.retryAtMs = null;
      return isFirst || isUrgent ? secondTryMs : null;
    }
    const waitMs = error.retryAfterS * 1000;
    this.retryAtMs = this.#clocks.here() + waitMs;
    return waitMs;
  }
}
