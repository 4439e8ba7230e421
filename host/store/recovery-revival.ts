import { isFatal, isShortOfMemory } from './recovery-errors.ts';

export interface RevivalOptions {
  /** Ends everything that holds the old instance: connections, appenders, prepared statements, the instance. */
  readonly close: () => Promise<void>;
  /** Opens the database again and builds anew what `close` ended. */
  readonly open: () => Promise<unknown>;
  /** Waits; a disk that is full needs time rather than tries. */
  readonly wait: (delayMs: number) => Promise<void>;
  readonly onState?: (state: RevivalState, error?: Error) => void;
}

/** `running`: nothing is wrong. `reopening`: every caller waits. `ended`: it was given up by the host. */
export type RevivalState = 'running' | 'reopening' | 'ended';

/** Until a build or a sort gives memory back: 7 s together. */
const shortTries = 8;
const shortDelayMs = 250;
const firstDelayMs = 100;
const longestDelayMs = 10_000;

/**
 * Opens an invalidated database again within the process. DuckDB refuses everything after a fatal error, mostly a
 * checkpoint that found the disk full, until its instance is closed; what was committed is in its log.
 *
 * Two instances on one file would not see each other's locks within a process, so the old one is closed first, and
 * whoever meets the error while one is at it waits for the same one.
 */
export class Revival {
  readonly #options: RevivalOptions;
  #state: RevivalState = 'running';
  #underWay: Promise<void> | undefined;
  /** Work under way: closing a connection below a statement leaves the statement without an answer. */
  readonly #running = new Set<Promise<void>>();
  #times = 0;
  #endWait = () => {};
  readonly #ended = new Promise<void>(resolve => {
    this.#endWait = resolve;
  });

  constructor(options: RevivalOptions) {
    this.#options = options;
  }

  get state(): RevivalState {
    return this.#state;
  }

  /** How often the database was opened again. */
  get times(): number {
    return this.#times;
  }

  /**
   * Does the work; where the database is found invalid, opens it again first and throws the error on. Nobody here can
   * know whether the work was committed: whoever gave it looks that up, as after any commit in doubt.
   */
  async guard<T>(work: () => Promise<T>): Promise<T> {
    while (this.#underWay !== undefined) await this.#underWay;
    const running = work();
    const settled = running.then(
      () => {},
      () => {},
    );
    this.#running.add(settled);
    try {
      return await running;
    } catch (error) {
      this.#running.delete(settled);
      if (error instanceof Error && isFatal(error)) await this.revive(error);
      throw error;
    } finally {
      this.#running.delete(settled);
    }
  }

  /**
   * As `guard`, for work that changes nothing: it is done once more where the database had to be opened again, and some times
   * more where there was not memory enough beside what else is under way.
   */
  async ask<T>(work: () => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries++) {
      try {
        return await this.guard(work);
      } catch (error) {
        const isShort = isShortOfMemory(error) && tries < shortTries;
        const isReopened =
          this.#state === 'running' && error instanceof Error && isFatal(error) && tries === 1;
        if (!isShort && !isReopened) throw error;
        if (isShort) await this.#options.wait(tries * shortDelayMs);
      }
    }
  }

  /** Opens it again, trying until it succeeds or `end` is called. Never rejects. */
  revive(error: Error): Promise<void> {
    if (this.#state === 'ended') return Promise.resolve();
    this.#underWay ??= this.#reopen(error).finally(() => {
      this.#underWay = undefined;
    });
    return this.#underWay;
  }

  /** No more tries: the host closes. */
  end(): void {
    this.#enter('ended');
    this.#endWait();
  }

  /** Resolves when no work is under way, nor a try to open it again. */
  async settled(): Promise<void> {
    while (this.#underWay !== undefined || this.#running.size > 0)
      await Promise.all([this.#underWay, ...this.#running]);
  }

  async #reopen(error: Error): Promise<void> {
    this.#enter('reopening', error);
    // Most end at once, with the same error; a backup goes on until it has its copy.
    await Promise.all(this.#running);
    let isClosed = false;
    for (
      let delayMs = firstDelayMs;
      this.#state === 'reopening';
      delayMs = Math.min(delayMs * 2, longestDelayMs)
    ) {
      try {
        if (!isClosed) await this.#options.close();
        isClosed = true;
        await this.#options.open();
        this.#times++;
        if (this.#state === 'reopening') this.#enter('running');
        return;
      } catch (problem) {
        this.#enter('reopening', problem instanceof Error ? problem : new Error(String(problem)));
        await Promise.race([this.#options.wait(delayMs), this.#ended]);
      }
    }
  }

  #enter(state: RevivalState, error?: Error): void {
    if (this.#state === 'ended') return;
    this.#state = state;
    this.#options.onState?.(state, error);
  }
}
