import { expect, it } from 'vitest';
import { Places } from '../../../web/frame/places.ts';

/** The browser's list of entries, as far as it is used. */
class Entries {
  readonly #states: unknown[] = [null];
  #at = 0;

  get state(): unknown {
    return this.#states[this.#at];
  }

  replaceState(state: unknown): void {
    this.#states[this.#at] = state;
  }

  push(): void {
    this.#at++;
    this.#states[this.#at] = null;
  }

  go(by: number): void {
    this.#at += by;
  }
}

it('each entry of the history is scrolled to where it was left, a new one to its top', () => {
  const entries = new Entries();
  const places = new Places(entries);
  places.scrolled(120);
  places.scrolled(300);
  entries.push();
  expect(places.arrive()).toBe(0);
  places.scrolled(50);
  entries.go(-1);
  expect(places.arrive()).toBe(300);
  entries.go(1);
  expect(places.arrive()).toBe(50);
  entries.push();
  expect(places.arrive()).toBe(0);
});
