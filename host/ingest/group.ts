import type { Batch, Loss, StoredWindow, Watermark } from '../store/types.ts';

/** What is gathered for the next transaction. */
export class Group {
  readonly windows: StoredWindow[] = [];
  readonly losses: Loss[] = [];
  readonly #watermarks = new Map<string, Watermark>();
  /** Values, a window without any counted as one. */
  weight = 0;

  add(window: StoredWindow): void {
    this.windows.push(window);
    this.weight += Math.max(window.record.values.length, 1);
  }

  /** The journal is taken up to here; a later mark of the same journal replaces it. */
  mark(watermark: Watermark): void {
    this.#watermarks.set(`${watermark.gateway} ${watermark.epoch}`, watermark);
  }

  get isEmpty(): boolean {
    return this.#watermarks.size === 0;
  }

  batch(): Batch {
    return { windows: this.windows, losses: this.losses, watermarks: [...this.#watermarks.values()] };
  }
}
