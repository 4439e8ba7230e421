import type { Undo } from './happening.ts';

/**
 * What is wrong with one thing when several happenings change it at once: each lays its changes on top, and takes them
 * away in any order. Where two change the same, the newer one holds.
 */
export class Layers<T extends object> {
  readonly #base: T;
  readonly #apply: (whole: T) => void;
  readonly #layers = new Set<Partial<T>>();

  constructor(base: T, apply: (whole: T) => void) {
    this.#base = base;
    this.#apply = apply;
  }

  /** @throws what applying them throws; then they are not laid. */
  lay(changes: Partial<T>): Undo {
    const layer = { ...changes };
    this.#layers.add(layer);
    try {
      this.#show();
    } catch (error) {
      this.#layers.delete(layer);
      throw error;
    }
    return () => {
      if (this.#layers.delete(layer)) this.#show();
    };
  }

  #show(): void {
    this.#apply(Object.assign({}, this.#base, ...this.#layers));
  }
}
