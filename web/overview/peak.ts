import type { Readings } from '../../host/api/contract.ts';

export interface Peak {
  readonly powerW: number;
  /** Beginning of the span in which it was. */
  readonly startMs: number;
  readonly lengthMs: number;
}

/** The highest power and when it was; null where nothing was measured, or nothing but giving. */
export function peakOf({
  startMs,
  max,
  bucketMs,
}: Pick<Readings, 'startMs' | 'max' | 'bucketMs'>): Peak | null {
  let peak: Peak | null = null;
  for (const [index, atMs] of startMs.entries()) {
    const powerW = max[index] ?? null;
    if (powerW !== null && powerW > (peak?.powerW ?? 0)) peak = { powerW, startMs: atMs, lengthMs: bucketMs };
  }
  return peak;
}
