import type { Missing, Readings } from '../../host/api/contract.ts';
import { gapsOf } from './columns.ts';

type Buckets = Pick<Readings, 'startMs' | 'bucketMs' | 'kind' | 'mean' | 'min' | 'max' | 'last'>;

/** A line of the table behind a chart: a bucket, or a stretch without one and why (null where nobody said). */
export type Row =
  | {
      readonly is: 'bucket';
      readonly startMs: number;
      readonly middle: number | null;
      readonly low: number | null;
      readonly high: number | null;
    }
  | {
      readonly is: 'missing';
      readonly startMs: number;
      readonly endMs: number;
      readonly reason: string | null;
    };

/** Buckets and what is missing between them, newest first. A gap that the gateway explained has its reason only. */
export function rowsOf(readings: Buckets, missing: Missing): Row[] {
  const middle = readings.kind === 'counter' ? readings.last : readings.mean;
  const buckets = readings.startMs.map(
    (startMs, index): Row => ({
      is: 'bucket',
      startMs,
      middle: middle[index] ?? null,
      low: readings.min[index] ?? null,
      high: readings.max[index] ?? null,
    }),
  );
  const explained = missing.map((window): Row => ({ is: 'missing', ...window }));
  const isExplained = (gap: { startMs: number; endMs: number }) =>
    missing.some(window => window.startMs < gap.endMs && window.endMs > gap.startMs);
  const gaps = gapsOf(readings)
    .filter(gap => !isExplained(gap))
    .map((gap): Row => ({ is: 'missing', ...gap, reason: null }));
  return [...buckets, ...explained, ...gaps].sort((a, b) => b.startMs - a.startMs);
}
