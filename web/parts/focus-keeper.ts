import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** What can be busy: its buttons are off meanwhile, and a button that is off has no focus. */
export interface FocusHost extends ReactiveControllerHost {
  readonly renderRoot: DocumentFragment | HTMLElement;
  readonly isBusy: boolean;
}

const isLost = (): boolean => document.activeElement === document.body || document.activeElement === null;

/**
 * The keyboard goes on where it was. A button that was off while its work was done has the focus again; where what had
 * it is gone, with its form or its question, `next` says where to go on.
 */
export class FocusKeeper implements ReactiveController {
  readonly #host: FocusHost;
  readonly #next: () => HTMLElement | null | undefined;
  #was: Element | null = null;
  #wasBusy = false;

  constructor(host: FocusHost, next: () => HTMLElement | null | undefined = () => null) {
    this.#host = host;
    this.#next = next;
    host.addController(this);
  }

  hostUpdate(): void {
    const { renderRoot } = this.#host;
    if (!isLost()) this.#was = renderRoot instanceof ShadowRoot ? renderRoot.activeElement : null;
    // Somebody clicked beside everything, and means it.
    else if (!this.#wasBusy) this.#was = null;
  }

  hostUpdated(): void {
    this.#wasBusy = this.#host.isBusy;
    const was = this.#was;
    if (was === null || this.#wasBusy || !isLost()) return;
    this.#was = null;
    if (was.isConnected && was instanceof HTMLElement) was.focus();
    if (isLost()) this.#next()?.focus();
  }
}
