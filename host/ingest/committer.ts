import { Backoff } from '#core/backoff.ts';
import type { Batch } from '../store/batch.ts';

export interface CommitterOptions {
  readonly newBatch: () => Batch;
  readonly commit: (batch: Batch) => Promise<void>;
  /** The batch is on disk. Must not throw. */
  readonly onCommitted: (batch: Batch) => void;
  /** A commit failed and will be tried again. */
  readonly onFailed: (error: unknown) => void;
  /** How long a group gathers when nothing else makes it wait. */
  readonly gatherMs: number;
  /** A group of that weight does not wait. */
  readonly fullWeight: number;
}

/**
 * Groups what comes in and commits one group at a time; the next gathers meanwhile. A commit that fails is tried
 * again with growing pauses, for as long as it takes: what is not on disk is not acknowledged.
 */
export class Committer {
  readonly #options: CommitterOptions;
  readonly #backoff = new Backoff(250, 10_000, Math.random);
  #group: Batch;
  #committing: Batch | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** When the first came into the open group. */
  #sinceMs: number | undefined;
  #isClosing = false;
  #isGivenUp = false;
  #wakeUp: () => void = () => {};
  #done: Promise<void> = Promise.resolve();
  commits = 0;
  failures = 0;

  constructor(options: CommitterOptions) {
    this.#options = options;
    this.#group = options.newBatch();
  }

  /** The group that is open; `added` must be called after something was put in. */
  get open(): Batch {
    return this.#group;
  }

  /** Weight of what came in and is not on disk. */
  get waiting(): number {
    return this.#group.weight + (this.#committing?.weight ?? 0);
  }

  added(): void {
    this.#sinceMs ??= performance.now();
    if (this.#committing !== undefined) return;
    // What gathered while the one before was written need not wait as long again.
    const leftMs = this.#sinceMs + this.#options.gatherMs - performance.now();
    if (this.#group.weight >= this.#options.fullWeight || leftMs <= 0) this.#start();
    else this.#timer ??= setTimeout(() => this.#start(), leftMs);
  }

  /**
   * Commits what is gathered; a commit that keeps failing is given up, its gateways send again. What came after it is
   * given up with it: on disk, its watermarks would say that what was given up is there too.
   */
  async close(): Promise<void> {
    this.#isClosing = true;
    this.#wakeUp();
    await this.#done;
    if (!this.#group.isEmpty) this.#start();
    await this.#done;
    clearTimeout(this.#timer);
  }

  #start(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#sinceMs = undefined;
    if (this.#group.isEmpty || this.#committing !== undefined || this.#isGivenUp) return;
    this.#committing = this.#group;
    this.#group = this.#options.newBatch();
    this.#done = this.#commit(this.#committing).then(() => {
      this.#committing = undefined;
      if (!this.#group.isEmpty) this.added();
    });
  }

  async #commit(batch: Batch): Promise<void> {
    for (;;) {
      try {
        await this.#options.commit(batch);
        break;
      } catch (error) {
        this.failures++;
        this.#options.onFailed(error);
        if (this.#isClosing) {
          this.#isGivenUp = true;
          return;
        }
        await this.#pause(this.#backoff.next());
      }
    }
    // Outside of the try: whatever goes wrong from here on, this batch must not be committed again.
    this.commits++;
    this.#backoff.reset();
    this.#options.onCommitted(batch);
  }

  #pause(delayMs: number): Promise<void> {
    return new Promise(resolve => {
      const timer = setTimeout(resolve, delayMs);
      this.#wakeUp = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
