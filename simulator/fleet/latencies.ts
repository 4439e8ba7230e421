/** The last one is above ten hours. */
const classes = 1000;
/** Each class is so much wider than the one before: two digits are right. */
const growth = 1.02;
const leastMs = 0.1;

/** Times by classes that grow with them: any number of them in little memory, percentiles to two per cent. */
export class Latencies {
  count = 0;
  mostMs = 0;
  readonly #counts = new Float64Array(classes);

  add(ms: number): void {
    const index = ms <= leastMs ? 0 : Math.ceil(Math.log(ms / leastMs) / Math.log(growth));
    const at = Math.min(index, classes - 1);
    this.#counts[at] = (this.#counts[at] ?? 0) + 1;
    this.count++;
    this.mostMs = Math.max(this.mostMs, ms);
  }

  /** Begins anew. */
  reset(): void {
    this.count = 0;
    this.mostMs = 0;
    this.#counts.fill(0);
  }

  /** Below it lies this share of all, ms; 0 where there are none. */
  percentileMs(share: number): number {
    let left = this.count * share;
    for (const [index, count] of this.#counts.entries()) {
      left -= count;
      if (left <= 0 && count > 0) return Math.min(leastMs * growth ** index, this.mostMs);
    }
    return this.mostMs;
  }
}
