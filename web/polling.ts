import { RequestError } from './request-error.ts';

export type Ask<T> = (signal: AbortSignal) => Promise<T>;

interface Shown {
  requestUpdate(): void;
}

/** Time, and whether anybody looks; what begins gives how it is ended. */
export interface Watch {
  ticksMs(): number;
  every(ms: number, again: () => void): () => void;
  isLookedAt(): boolean;
  onLook(lookedAt: () => void): () => void;
}

/**
 * Something the host is asked for when what shows it comes, again each `everyMs` while somebody looks at the page, and by
 * `load`. What was told last stays until something else is told; a refusal stands beside it.
 */
export class Polling<T> {
  value: T | null = null;
  error: RequestError | null = null;
  readonly #host: Shown;
  readonly #everyMs: number;
  readonly #ask: Ask<T>;
  readonly #watch: Watch;
  #underWay: AbortController | null = null;
  #askedTicksMs = 0;
  #ends: readonly (() => void)[] = [];

  constructor(host: Shown, everyMs: number, ask: Ask<T>, watch: Watch) {
    this.#host = host;
    this.#everyMs = everyMs;
    this.#ask = ask;
    this.#watch = watch;
  }

  hostConnected(): void {
    if (this.isWanted) void this.load();
    this.#ends = [this.#watch.every(this.#everyMs, this.#again), this.#watch.onLook(this.#lookedAt)];
  }

  hostDisconnected(): void {
    for (const end of this.#ends) end();
    this.#ends = [];
    this.#drop();
  }

  /** Whether there is anything to ask for. */
  protected get isWanted(): boolean {
    return true;
  }

  /** A host that takes longer than a round is not asked twice. */
  readonly #again = (): void => {
    if (this.#watch.isLookedAt() && this.#underWay === null && this.isWanted) void this.load();
  };

  readonly #lookedAt = (): void => {
    if (this.#watch.ticksMs() - this.#askedTicksMs >= this.#everyMs) this.#again();
  };

  #drop(): void {
    this.#underWay?.abort();
    this.#underWay = null;
  }

  /** What is there, or under way, is of something else. */
  protected forget(): void {
    this.#drop();
    this.value = null;
    this.error = null;
  }

  /** Asks at once; the answer to what was asked before is not waited for. Rejects with what is no `RequestError`. */
  async load(): Promise<void> {
    this.#drop();
    const underWay = new AbortController();
    this.#underWay = underWay;
    this.#askedTicksMs = this.#watch.ticksMs();
    try {
      const value = await this.#ask(underWay.signal);
      if (underWay.signal.aborted) return;
      this.value = value;
      this.error = null;
    } catch (error) {
      if (underWay.signal.aborted) return;
      if (!(error instanceof RequestError)) throw error;
      this.error = error;
    } finally {
      if (this.#underWay === underWay) this.#underWay = null;
    }
    this.#host.requestUpdate();
  }
}
