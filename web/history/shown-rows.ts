import type { Missing, Readings } from '../../host/api/contract.ts';
import { type Row, rowsOf } from '../charts/rows.ts';
import { earlier, type Shift } from './compare.ts';

/** Another quantity, or the same at another time, beside the shown one. */
export interface OtherColumn {
  readonly name: string;
  readonly readings: Readings;
  /** How far before the shown time it lies; null: it is of the same time. */
  readonly shift: Shift | null;
}

export interface ShownRow {
  readonly row: Row;
  /** For each other column its value at this row, null where there is none, and when that was. */
  readonly others: readonly { readonly value: number | null; readonly startMs: number }[];
}

/** The value of the bucket around an instant. */
export function valueAt({ kind, startMs, bucketMs, last, mean }: Readings, atMs: number): number | null {
  let [low, high] = [0, startMs.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((startMs[middle] ?? 0) <= atMs) low = middle + 1;
    else high = middle;
  }
  const index = low - 1;
  const startedMs = startMs[index];
  if (startedMs === undefined || atMs >= startedMs + bucketMs) return null;
  return (kind === 'counter' ? last : mean)[index] ?? null;
}

/** All that a chart shows as rows, newest first. */
export function shownRows(
  readings: Readings,
  missing: Missing,
  others: readonly OtherColumn[],
  zone: string,
): ShownRow[] {
  return rowsOf(readings, missing).map(row => ({
    row,
    others: others.map(({ readings: other, shift }) => {
      const startMs = shift === null ? row.startMs : earlier(row.startMs, shift, zone);
      return { startMs, value: row.is === 'missing' ? null : valueAt(other, startMs) };
    }),
  }));
}
