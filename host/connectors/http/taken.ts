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
  /** With `Disk.changesByFiles` as it was when the store was asked. */
  readonly #windows = new Map<string, { readonly held: HeldWindow; readonly asOf: number | undefined }>();

  /** Undefined: the store is to be asked. */
  of(meter: string, windowS: number, startS: number): HeldWindow | undefined {
    return this.#windows.get(keyOf(meter, windowS, startS))?.held;
  }

  /** Whether no file can have changed what is known of it; while one is at it nobody knows. */
  isCurrent(meter: string, windowS: number, startS: number, changesByFiles: number | undefined): boolean {
    return (
      changesByFiles !== undefined &&
      this.#windows.get(keyOf(meter, windowS, startS))?.asOf === changesByFiles
    );
  }

  /** Makes it known, with what the store has of it. */
  learn(meter: string, windowS: number, startS: number, held: HeldWindow, asOf: number | undefined): void {
    this.#windows.set(keyOf(meter, windowS, startS), { held, asOf });
  }

  /** Forgets the oldest of what is on disk, beyond the bound. */
  trim(): void {
    for (const [key, { held }] of this.#windows) {
      if (this.#windows.size <= ingestLimits.windows) return;
      const isSettled = [...held.values()].every(
        ({ waiting, isInDoubt }) => waiting === undefined && isInDoubt !== true,
      );
      if (isSettled) this.#windows.delete(key);
    }
  }
}

const keyOf = (meter: string, windowS: number, startS: number): string => `${meter} ${windowS} ${startS}`;
