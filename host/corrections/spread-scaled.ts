import { type SpreadGrowth, spread } from '../counters/spread.ts';
import type { Growth } from '../counters/types.ts';
import type { GrowthScale } from './counter-line.ts';

/**
 * As `spread`, with the growth within the scales taken times their factors. A growth that reaches over the bound of a
 * scale is shared out there as over any bound. Each bucket is rounded to a whole number, half up; so buckets that
 * are scaled add up to a longer one to within half a step for each of them.
 */
export function spreadScaled(
  bounds: readonly number[],
  growths: readonly Growth[],
  scales: readonly GrowthScale[] = [],
): SpreadGrowth {
  const [fromS, toS] = [bounds[0] ?? 0, bounds.at(-1) ?? 0];
  const inside = scales.filter(scale => scale.fromS < toS && scale.toS > fromS);
  if (inside.length === 0) return spread(bounds, growths);
  const cuts = inside.flatMap(scale => [scale.fromS, scale.toS]).filter(atS => atS > fromS && atS < toS);
  const finer = [...new Set([...bounds, ...cuts])].sort((one, other) => one - other);
  const pieces = spread(finer, growths);
  const amount = new Array<number>(Math.max(bounds.length - 1, 0)).fill(0);
  const estimated = amount.slice();
  let [bucket, scale] = [0, 0];
  for (let piece = 0; piece + 1 < finer.length; piece++) {
    const startS = finer[piece] as number;
    while ((bounds[bucket + 1] as number) <= startS) bucket++;
    while (scale < inside.length && (inside[scale] as GrowthScale).toS <= startS) scale++;
    const here = inside[scale];
    const times = here !== undefined && here.fromS <= startS ? here.factor : undefined;
    amount[bucket] = (amount[bucket] as number) + scaled(pieces.amount[piece] as number, times);
    estimated[bucket] = (estimated[bucket] as number) + scaled(pieces.estimated[piece] as number, times);
  }
  return { amount, estimated };
}

function scaled(amount: number, factor: GrowthScale['factor'] | undefined): number {
  if (factor === undefined || amount === 0) return amount;
  const { top, bottom } = factor;
  return Number((2n * BigInt(amount) * top + bottom) / (2n * bottom));
}
