import type { StorageFacts } from './storage-facts.ts';

/** A measurement of what takes room holds so long. */
const freshMs = 60_000;

/** What takes room, measured at most once a minute. */
export class FreshFacts {
  readonly #measure: () => Promise<StorageFacts>;
  readonly #nowMs: () => number;
  #last: StorageFacts | undefined;

  constructor(measure: () => Promise<StorageFacts>, nowMs: () => number) {
    this.#measure = measure;
    this.#nowMs = nowMs;
  }

  /** As it was measured last; undefined before the first time. */
  get last(): StorageFacts | undefined {
    return this.#last;
  }

  async measured(): Promise<StorageFacts> {
    if (this.#last === undefined || Math.abs(this.#nowMs() - this.#last.atMs) > freshMs)
      this.#last = await this.#measure();
    return this.#last;
  }
}
