/** The browser's history, as far as it is needed here. */
interface Entries {
  readonly state: unknown;
  replaceState(state: unknown, unused: string): void;
}

/** Where each entry of the browser's history was scrolled to, so that going back comes to where one was. */
export class Places {
  readonly #history: Entries;
  readonly #scrolledTo = new Map<string, number>();
  #here = '';

  constructor(history: Entries) {
    this.#history = history;
    this.arrive();
  }

  /** To be called at each scroll. */
  scrolled(topPx: number): void {
    this.#scrolledTo.set(this.#here, topPx);
  }

  /** The history is at another entry, an old one or a new one; gives where that was scrolled to, or 0. */
  arrive(): number {
    const state: unknown = this.#history.state;
    const known = isPlace(state) ? state.place : null;
    this.#here = known ?? `${Date.now()}-${Math.random()}`;
    if (known === null) this.#history.replaceState({ place: this.#here }, '');
    return this.#scrolledTo.get(this.#here) ?? 0;
  }
}

const isPlace = (state: unknown): state is { place: string } =>
  typeof state === 'object' && state !== null && 'place' in state && typeof state.place === 'string';
