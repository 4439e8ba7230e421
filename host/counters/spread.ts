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
  const size = Math.max(bounds.length - 1, 0);
  const amount = new Array<number>(size).fill(0);
  const estimated = new Array<number>(size).fill(0);
  let at = 0;
  for (const growth of growths) {
    const { fromS, toS } = growth;
    if (growth.amount === 0 || toS <= fromS) continue;
    if (at >= size || (bounds[at] as number) > fromS) at = bucketAt(bounds, fromS);
    while (at < size && (bounds[at + 1] as number) <= fromS) at++;
    if (at >= size) continue;
    if ((bounds[at] as number) <= fromS && toS <= (bounds[at + 1] as number)) {
      amount[at] = (amount[at] as number) + growth.amount;
      if (growth.isEstimated) estimated[at] = (estimated[at] as number) + growth.amount;
      continue;
    }
    let shared = shareUntil(growth, bounds[at] as number, step);
    for (let index = at; index < size && (bounds[index] as number) < toS; index++) {
      const until = shareUntil(growth, bounds[index + 1] as number, step);
      const part = until - shared;
      shared = until;
      amount[index] = (amount[index] as number) + part;
      if (growth.isEstimated) estimated[index] = (estimated[index] as number) + part;
    }
  }
  return { amount, estimated };
}

function shareUntil({ fromS, toS, amount }: Growth, untilS: number, step: number): number {
  if (untilS <= fromS) return 0;
  if (untilS >= toS) return amount;
  const share = (amount * (untilS - fromS)) / (toS - fromS);
  return step === 0 ? share : Math.min(Math.round(share / step) * step, amount);
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
