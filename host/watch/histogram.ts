/** Counts of values by upper bounds, as Prometheus has them; values beyond the last bound are in `count` alone. */
export class Histogram {
  /** Rising; each holds what is not above it and above the one before. */
  readonly bounds: readonly number[];
  readonly #counts: number[];
  count = 0;
  sum = 0;

  constructor(bounds: readonly number[]) {
    this.bounds = bounds;
    this.#counts = bounds.map(() => 0);
  }

  observe(value: number): void {
    this.count++;
    this.sum += value;
    const index = this.bounds.findIndex(bound => value <= bound);
    if (index >= 0) this.#counts[index] = (this.#counts[index] ?? 0) + 1;
  }

  /** How many values are not above each bound: rising, in the order of `bounds`. */
  cumulative(): number[] {
    let below = 0;
    return this.#counts.map(count => {
      below += count;
      return below;
    });
  }
}
