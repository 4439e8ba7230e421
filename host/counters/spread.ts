import type { Growth } from './types.ts';

export interface SpreadGrowth {
  /** Growth of each bucket. */
  readonly amount: number[];
  /** How much of it is estimated. */
  readonly estimated: number[];
}

/**
 * Growths by the buckets between `bounds` (s, ascending): `bounds.length - 1` of each. One that reaches over a bound is
 * shared out by time in whole multiples of `step` (0: as it falls). Its share up to an instant is rounded, not each
 * bucket's: so the buckets' sum is exactly what the readings say, an hour has what its minutes have, and neither
 * other bounds nor the order of the growths change a bucket.
 */
export function spread(bounds: readonly number[], growths: readonly Growth[], step = 1): SpreadGrowth {
  const spreading = new Spreading(bounds, step);
  for (const { fromS, toS, amount, isEstimated } of growths) spreading.add(fromS, toS, amount, isEstimated);
  const { amount, estimated } = spreading;
  return { amount, estimated };
}

/** The same one growth after the other, without an object for each. */
export class Spreading implements SpreadGrowth {
  readonly amount: number[];
  readonly estimated: number[];
  readonly #bounds: readonly number[];
  readonly #step: number;
  #at = 0;

  constructor(bounds: readonly number[], step = 1) {
    const size = Math.max(bounds.length - 1, 0);
    this.amount = new Array<number>(size).fill(0);
    this.estimated = new Array<number>(size).fill(0);
    this.#bounds = bounds;
    this.#step = step;
  }

  /** Quickest in the order of time. */
  add(fromS: number, toS: number, amount: number, isEstimated: boolean): void {
    const bounds = this.#bounds;
    const size = this.amount.length;
    if (amount === 0 || toS <= fromS) return;
    let at = this.#at;
    if (at >= size || (bounds[at] as number) > fromS) at = bucketAt(bounds, fromS);
    while (at < size && (bounds[at + 1] as number) <= fromS) at++;
    this.#at = at;
    if (at >= size) return;
    if ((bounds[at] as number) <= fromS && toS <= (bounds[at + 1] as number)) {
      this.#take(at, amount, isEstimated);
      return;
    }
    let shared = this.#shareUntil(fromS, toS, amount, bounds[at] as number);
    for (let index = at; index < size && (bounds[index] as number) < toS; index++) {
      const until = this.#shareUntil(fromS, toS, amount, bounds[index + 1] as number);
      this.#take(index, until - shared, isEstimated);
      shared = until;
    }
  }

  #take(index: number, part: number, isEstimated: boolean): void {
    this.amount[index] = (this.amount[index] as number) + part;
    if (isEstimated) this.estimated[index] = (this.estimated[index] as number) + part;
  }

  #shareUntil(fromS: number, toS: number, amount: number, untilS: number): number {
    if (untilS <= fromS) return 0;
    if (untilS >= toS) return amount;
    const share = (amount * (untilS - fromS)) / (toS - fromS);
    const step = this.#step;
    return step === 0 ? share : Math.min(Math.round(share / step) * step, amount);
  }
}

/** The last bucket that begins at or before an instant, or the first of all. */
function bucketAt(bounds: readonly number[], atS: number): number {
  let [low, high] = [0, bounds.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((bounds[middle] as number) <= atS) low = middle;
    else high = middle - 1;
  }
  return low;
}
