import type { Outgoing } from './journal.ts';
import { type LightMeter, lightQuantities } from './light-meter.ts';
import { varint } from './records.ts';

/** As much as the firmware puts into a message (`app/flight.ts`). */
const messageBytes = 8 * 1024;

/**
 * The windows of a light gateway: which of them have closed follows from the time, and what is in them from the meters, so
 * that a backlog of hours takes no memory. All its meters close their windows together.
 */
export class LightWindows {
  /** Windows that were made, and that went into a message. */
  made = 0;
  taken = 0;
  readonly #meters: readonly LightMeter[];
  readonly #windowS: number;
  readonly #fromS: number;
  readonly #dueMs: (window: number) => number | undefined;
  #perMessage = 0;

  /**
   * @param fromS start of window 0, UTC s, a multiple of `windowS`
   * @param dueMs when a window should go out, by `performance.now()`; undefined for those of a backlog
   */
  constructor(
    meters: readonly LightMeter[],
    windowS: number,
    fromS: number,
    dueMs: (window: number) => number | undefined,
  ) {
    this.#meters = meters;
    this.#windowS = windowS;
    this.#fromS = fromS;
    this.#dueMs = dueMs;
  }

  get meters(): readonly LightMeter[] {
    return this.#meters;
  }

  get windowS(): number {
    return this.#windowS;
  }

  /** All records of windows that were made. */
  get records(): number {
    return this.made * this.#meters.length;
  }

  /** When a window has closed, UTC ms. */
  closesMs(window: number): number {
    return (this.#fromS + (window + 1) * this.#windowS) * 1000;
  }

  /** The next windows that wait, as one message; undefined where none does. */
  next(): Outgoing | undefined {
    if (this.taken >= this.made) return undefined;
    const from = this.taken;
    if (this.#perMessage === 0) {
      const bytes = [...this.#recordsOf(from)].reduce((sum, record) => sum + record.length + 2, 0);
      // Counters and times grow by some bytes.
      this.#perMessage = Math.max(Math.floor(messageBytes / (bytes * 1.1)), 1);
    }
    const windows = Math.min(this.made - from, this.#perMessage);
    this.taken += windows;
    const records = windows * this.#meters.length;
    const bytesOf = () => this.#bytes(from, windows);
    const dueMs = this.#dueMs(from);
    return {
      records,
      values: records * lightQuantities.length,
      ...(dueMs === undefined ? {} : { dueMs }),
      get bytes() {
        return bytesOf();
      },
    };
  }

  /** Records of the first windows, in the order of their sequences. */
  *first(windows: number): Iterable<Uint8Array> {
    for (let window = 0; window < windows; window++) yield* this.#recordsOf(window);
  }

  *#recordsOf(window: number): Iterable<Uint8Array> {
    const startS = this.#fromS + window * this.#windowS;
    for (const meter of this.#meters) yield meter.record(startS, this.#windowS);
  }

  #bytes(from: number, windows: number): Buffer {
    const parts: Uint8Array[] = [varint(windows * this.#meters.length)];
    for (let window = from; window < from + windows; window++) {
      for (const record of this.#recordsOf(window)) parts.push(varint(record.length), record);
    }
    return Buffer.concat(parts);
  }
}
