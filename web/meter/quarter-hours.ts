import type { Readings } from '../../host/api/contract.ts';

/** A mean over a stretch of time, as far as it was measured. */
export interface Stretch {
  readonly startMs: number;
  readonly endMs: number;
  readonly mean: number;
  /** How much of it was measured, s; more than nothing. */
  readonly measuredS: number;
}

type Columns = Pick<Readings, 'startMs' | 'mean' | 'min' | 'max' | 'coverage' | 'bucketMs'>;

/** A gauge's buckets that have anything. */
export function stretchesOf({ startMs, mean, coverage, bucketMs }: Columns): Stretch[] {
  return startMs.flatMap((atMs, index) => {
    const value = mean[index];
    const measuredS = ((coverage[index] ?? 0) * bucketMs) / 1000;
    if (value === null || value === undefined || !(measuredS > 0)) return [];
    return { startMs: atMs, endMs: atMs + bucketMs, mean: value, measuredS };
  });
}

/** Stretches of which at least so much was measured stand for the whole of it. */
export const standsFor = 0.5;

export const isWhole = ({ startMs, endMs, measuredS }: Stretch): boolean =>
  (measuredS * 1000) / (endMs - startMs) >= standsFor;

/** Joins buckets to longer ones that begin at multiples of `lengthMs`; their means are weighted by the time measured. */
export function joined(stretches: readonly Stretch[], lengthMs: number): Stretch[] {
  const whole = new Map<number, { sum: number; measuredS: number }>();
  for (const { startMs, mean, measuredS } of stretches) {
    const atMs = Math.floor(startMs / lengthMs) * lengthMs;
    const sums = whole.get(atMs) ?? { sum: 0, measuredS: 0 };
    sums.sum += mean * measuredS;
    sums.measuredS += measuredS;
    whole.set(atMs, sums);
  }
  return [...whole].map(([startMs, { sum, measuredS }]) => ({
    startMs,
    endMs: startMs + lengthMs,
    mean: sum / measuredS,
    measuredS,
  }));
}
