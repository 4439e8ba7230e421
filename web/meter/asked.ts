import type { ReactiveControllerHost } from 'lit';
import { Polled } from '../polled.ts';
import { Seen } from '../seen.ts';

/**
 * Something asked of the host for an element once that is in the window or near it, and again each `refreshMs` while it
 * is. What is there stays until the new is there; what belongs to another meter is dropped at once.
 */
export class Asked<T> extends Polled<T> {
  readonly #seen: Seen;
  #of = '';
  #what = '';
  #isAsked = false;

  constructor(
    host: ReactiveControllerHost & Element,
    refreshMs: number,
    ask: (signal: AbortSignal) => Promise<T>,
  ) {
    super(host, refreshMs, ask);
    this.#seen = new Seen(host, () => {
      if (!this.#isAsked) void this.load();
    });
  }

  override hostDisconnected(): void {
    super.hostDisconnected();
    this.#isAsked = false;
  }

  /** Says what is wanted; to be called before each drawing. `of` is the meter, `what` the rest of the question. */
  want(of: string, what = ''): void {
    if (of === this.#of && what === this.#what) return;
    if (of !== this.#of) this.forget();
    this.#of = of;
    this.#what = what;
    this.#isAsked = false;
    if (this.#seen.isSeen) void this.load();
  }

  protected override get isWanted(): boolean {
    return this.#seen.isSeen && this.#of !== '';
  }

  override async load(): Promise<void> {
    if (this.#of === '') return;
    this.#isAsked = true;
    await super.load();
  }
}
