import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** So far outside of the window it is time to begin. */
const margin = '400px';

/** Whether an element is in the window or near it; tells each time that it comes there. */
export class Seen implements ReactiveController {
  isSeen = false;
  readonly #host: ReactiveControllerHost & Element;
  readonly #came: () => void;
  #observer: IntersectionObserver | undefined;

  constructor(host: ReactiveControllerHost & Element, came: () => void) {
    this.#host = host;
    this.#came = came;
    host.addController(this);
  }

  hostConnected(): void {
    this.#observer = new IntersectionObserver(
      entries => {
        const wasSeen = this.isSeen;
        this.isSeen = entries.some(({ isIntersecting }) => isIntersecting);
        if (this.isSeen && !wasSeen) this.#came();
      },
      { rootMargin: margin },
    );
    this.#observer.observe(this.#host);
  }

  hostDisconnected(): void {
    this.#observer?.disconnect();
    this.isSeen = false;
  }
}
