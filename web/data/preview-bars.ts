import type { CorrectionPreview } from '../../host/api/contract.ts';
import type { Figure } from './correction-draft.ts';

/** One day of the small chart: tops of both bars and of the zero line, as shares of its height from above. */
export interface DayBars {
  readonly before: Bar | null;
  readonly after: Bar | null;
}

export interface Bar {
  readonly top: number;
  readonly height: number;
}

/** Days beyond these would be narrower than a line; the newest are drawn. */
export const barsMost = 62;

/** Bars of a figure by day, zero in the picture; what is missing has no bar. */
export function previewBars(
  { days }: Pick<CorrectionPreview, 'days'>,
  figure: Figure,
): { readonly days: readonly DayBars[]; readonly zero: number } {
  const drawn = days.slice(-barsMost);
  const values = drawn.flatMap(({ before, after }) => [before[figure] ?? 0, after[figure] ?? 0]);
  const high = Math.max(0, ...values);
  const low = Math.min(0, ...values);
  const length = high - low || 1;
  const barOf = (value: number | null): Bar | null =>
    value === null ? null : { top: (high - Math.max(value, 0)) / length, height: Math.abs(value) / length };
  return {
    days: drawn.map(({ before, after }) => ({ before: barOf(before[figure]), after: barOf(after[figure]) })),
    zero: high / length,
  };
}
