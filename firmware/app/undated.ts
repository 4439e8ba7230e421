import { limits } from '../core/limits.ts';
import { decodeRecord, encodeRecord, type WindowRecord } from '../core/wire/records.ts';
import type { NamedWindows } from './named-windows.ts';

interface Held {
  readonly bytes: Uint8Array;
  readonly startTicksMs: number;
}

/**
 * Windows that closed before the wall clock was known: the newest `limits.undatedWindows` of all meters, and no more
 * than `limits.undatedBytes` of them. As bytes, which take a tenth of the memory of objects.
 */
export class UndatedWindows {
  /** Windows given up because there were too many. */
  dropped = 0;
  #held: Held[] = [];
  #heldBytes = 0;

  /** Keeps a window that began at this instant; its `startMs` is 0 for now. */
  hold(window: WindowRecord, startTicksMs: number): void {
    const bytes = encodeRecord(window);
    this.#held.push({ bytes, startTicksMs });
    this.#heldBytes += bytes.length;
    while (this.#held.length > limits.undatedWindows || this.#heldBytes > limits.undatedBytes) {
      this.#heldBytes -= this.#held.shift()?.bytes.length ?? 0;
      this.dropped++;
    }
  }

  /**
   * Names every window by the aligned one it overlaps most. Windows of one meter follow each other, so each gets
   * its own; where two would still meet (its settings changed between), the later one moves on to the next free.
   */
  date(offsetMs: number, named: NamedWindows, emit: (window: WindowRecord) => void): void {
    const held = this.#held;
    this.#held = [];
    this.#heldBytes = 0;
    for (const { bytes, startTicksMs } of held) {
      const decoded = decodeRecord(bytes);
      if (!decoded.ok) continue;
      const window = decoded.value;
      const windowMs = window.windowS * 1000;
      const nearestMs = Math.round((startTicksMs + offsetMs) / windowMs) * windowMs;
      const startMs = named.nextStartMs(window.meter, windowMs, nearestMs);
      named.add(window.meter, startMs, startMs + windowMs);
      emit({ ...window, startMs, clock: 'backdated' });
    }
  }
}
