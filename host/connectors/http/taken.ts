import type { QuantityId } from '#core/quantities.ts';
import { ingestLimits } from './limits.ts';

/** A value of a window that was taken, or is on its way to the disk. */
export interface Held {
  readonly text: string;
  /** Settles when it is on disk, or is known not to have got there; undefined where it is there. */
  waiting?: Promise<void> | undefined;
  /** It was given to the store, and whether it got there is not known. */
  isInDoubt?: boolean;
}

export type HeldWindow = Map<QuantityId, Held>;

/** What is known of the windows of one connector; of a window that is in it all is known. The newest stay. */
export class TakenWindows {
  readonly #windows = new Map<string, HeldWindow>();
  /** Those by files that it knows of; undefined before anything was asked. */
  changesByFiles: number | undefined;

  /** Undefined: the store is to be asked. */
  of(meter: string, windowS: number, startS: number): HeldWindow | undefined {
    return this.#windows.get(keyOf(meter, windowS, startS));
  }

  /** Makes it known, with what the store has of it. */
  learn(meter: string, windowS: number, startS: number, held: HeldWindow): HeldWindow {
    this.#windows.set(keyOf(meter, windowS, startS), held);
    return held;
  }

  /** All that is on its way to the disk. */
  get waiting(): Promise<void>[] {
    return [...this.#windows.values()].flatMap(held =>
      [...held.values()].flatMap(({ waiting }) => waiting ?? []),
    );
  }

  /** Forgets the oldest of what is on disk, beyond the bound. */
  trim(most: number = ingestLimits.windows): void {
    for (const [key, held] of this.#windows) {
      if (this.#windows.size <= most) return;
      const isSettled = [...held.values()].every(
        ({ waiting, isInDoubt }) => waiting === undefined && isInDoubt !== true,
      );
      if (isSettled) this.#windows.delete(key);
    }
  }
}

const keyOf = (meter: string, windowS: number, startS: number): string => `${meter} ${windowS} ${startS}`;
