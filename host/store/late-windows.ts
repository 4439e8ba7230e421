/** What stands for a meter's ledger where numbers of series tell what is late. */
export const ledgerOfMeter = (meter: number): number => -meter;

/**
 * Windows on disk that start before the horizon and that the tiers do not tell yet: of each series the start of the oldest, s.
 * Those that a build takes in stay late until it is known whether it was committed.
 */
export class LateWindows {
  #oldest = new Map<number, number>();
  #building: Map<number, number> | undefined;
  /** While a build runs, nobody knows yet where the horizon will be: no further than this, s. */
  #reachS = 0;

  copy(): LateWindows {
    const copy = new LateWindows();
    copy.#oldest = new Map(this.#oldest);
    return copy;
  }

  /** A window of the series is on disk. */
  add(series: number, startS: number, horizonS: number): void {
    if (startS >= (this.#building === undefined ? horizonS : this.#reachS)) return;
    const before = this.#oldest.get(series);
    if (before === undefined || startS < before) this.#oldest.set(series, startS);
  }

  /** Start of the oldest of a series, s; Infinity where the tiers tell all. */
  oldestS(series: number): number {
    return Math.min(
      this.#oldest.get(series) ?? Number.POSITIVE_INFINITY,
      this.#building?.get(series) ?? Number.POSITIVE_INFINITY,
    );
  }

  /** A build begins that takes in all there are; it moves the horizon no further than `reachS`. */
  begin(reachS: number): void {
    this.#building = this.#oldest;
    this.#oldest = new Map();
    this.#reachS = reachS;
  }

  /** The horizon that was is further on than was known when it began. */
  reach(reachS: number): void {
    this.#reachS = Math.max(this.#reachS, reachS);
  }

  /** It has ended, and the tiers tell those it took in, or not: then they are as late as before. */
  end(isTold: boolean, horizonS: number): void {
    const built = this.#building;
    this.#building = undefined;
    if (isTold) return;
    for (const [series, startS] of built ?? []) this.add(series, startS, horizonS);
  }
}
