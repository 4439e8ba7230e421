import type { ReactiveControllerHost } from 'lit';

/** What somebody wants done by the host: what is under way, and why the last was not done. Draws its element anew. */
export class Work<What extends string = string> {
  doing: What | 'work' | null = null;
  error: unknown = null;
  readonly #host: ReactiveControllerHost;

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
  }

  get isBusy(): boolean {
    return this.doing !== null;
  }

  /** Never rejects: what went wrong is `error` until the next. */
  async do(work: () => Promise<unknown>, what: What | 'work' = 'work'): Promise<void> {
    this.doing = what;
    this.error = null;
    this.#host.requestUpdate();
    try {
      await work();
    } catch (error) {
      this.error = error;
    }
    this.doing = null;
    this.#host.requestUpdate();
  }
}
