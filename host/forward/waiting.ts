import type { CommitPlace } from '../store/commit-place.ts';
import type { CommittedWindow } from '../store/commits.ts';

/** What was read of the store behind a forward's place and not taken yet, in order, and the place behind all that was read. */
export class Waiting {
  #windows: readonly CommittedWindow[] = [];
  #read: CommitPlace;

  constructor(place: CommitPlace) {
    this.#read = place;
  }

  get windows(): readonly CommittedWindow[] {
    return this.#windows;
  }

  get read(): CommitPlace {
    return this.#read;
  }

  /** Nothing waits, and this was read. */
  set(windows: readonly CommittedWindow[], read: CommitPlace): void {
    this.#windows = windows;
    this.#read = read;
  }

  /** The place behind the first ones, of which there is one at least. */
  behind(count: number): CommitPlace {
    const last = count < this.#windows.length ? this.#windows[count - 1] : undefined;
    return last?.next ?? this.#read;
  }

  /** The first ones, one at least, wait no more. Gives the place behind them. */
  takeOff(count: number): CommitPlace {
    const place = this.behind(count);
    this.#windows = this.#windows.slice(count);
    return place;
  }

  /** How many, from the first on, the host had before a time. */
  olderThan(fromMs: number): number {
    const first = this.#windows.findIndex(({ arrivedMs }) => arrivedMs >= fromMs);
    return first < 0 ? this.#windows.length : first;
  }
}
