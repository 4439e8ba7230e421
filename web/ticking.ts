import type { ReactiveController, ReactiveControllerHost } from 'lit';

const tickMs = 1000;

/** Draws its element anew each second while it is shown: values grow old without an event. */
export class Ticking implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  hostConnected(): void {
    this.#timer = setInterval(() => this.#host.requestUpdate(), tickMs);
  }

  hostDisconnected(): void {
    clearInterval(this.#timer);
  }
}
