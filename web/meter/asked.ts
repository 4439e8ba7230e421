import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { RequestError } from '../api.ts';
import { Seen } from '../seen.ts';

type Ask<T> = (signal: AbortSignal) => Promise<T>;

/**
 * Something asked of the host for an element, once that is in the window or near it, and again each `refreshMs` while it
 * is. What is there stays until the new is there; what belongs to another meter is dropped at once.
 */
export class Asked<T> implements ReactiveController {
  value: T | null = null;
  error: RequestError | null = null;
  readonly #host: ReactiveControllerHost;
  readonly #ask: Ask<T>;
  readonly #refreshMs: number;
  readonly #seen: Seen;
  #of = '';
  #what = '';
  #isAsked = false;
  #abort: AbortController | null = null;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(host: ReactiveControllerHost & Element, refreshMs: number, ask: Ask<T>) {
    this.#host = host;
    this.#ask = ask;
    this.#refreshMs = refreshMs;
    this.#seen = new Seen(host, () => {
      if (!this.#isAsked) void this.#load();
    });
    host.addController(this);
  }

  hostConnected(): void {
    this.#timer = setInterval(() => {
      if (this.#seen.isSeen && !document.hidden) void this.#load();
    }, this.#refreshMs);
  }

  hostDisconnected(): void {
    clearInterval(this.#timer);
    this.#abort?.abort();
    this.#isAsked = false;
  }

  /** Says what is wanted; to be called before each drawing. `of` is the meter, `what` the rest of the question. */
  want(of: string, what = ''): void {
    if (of === this.#of && what === this.#what) return;
    if (of !== this.#of) {
      this.value = null;
      this.error = null;
    }
    this.#of = of;
    this.#what = what;
    this.#isAsked = false;
    if (this.#seen.isSeen) void this.#load();
  }

  async #load(): Promise<void> {
    if (this.#of === '') return;
    this.#isAsked = true;
    this.#abort?.abort();
    const abort = new AbortController();
    this.#abort = abort;
    try {
      const value = await this.#ask(abort.signal);
      if (abort.signal.aborted) return;
      this.value = value;
      this.error = null;
    } catch (error) {
      if (abort.signal.aborted) return;
      if (!(error instanceof RequestError)) throw error;
      this.error = error;
    }
    this.#host.requestUpdate();
  }
}
