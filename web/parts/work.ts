import type { ReactiveControllerHost } from 'lit';

/** What somebody wants done by the host: whether it is under way, and why the last was not done. Draws its element anew. */
export class Work {
  isBusy = false;
  error: unknown = null;
  readonly #host: ReactiveControllerHost;

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
  }

  /** Never rejects: what went wrong is `error` until the next. */
  async do(work: () => Promise<unknown>): Promise<void> {
    this.isBusy = true;
    this.error = null;
    this.#host.requestUpdate();
    try {
      await work();
    } catch (error) {
      this.error = error;
    }
    this.isBusy = false;
    this.#host.requestUpdate();
  }
}
