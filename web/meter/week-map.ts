import { civilClock } from './civil-time.ts';
import type { Stretch } from './quarter-hours.ts';

/** An hour of the week over several weeks. */
export interface WeekCell {
  /** null: never measured. */
  readonly mean: number | null;
  readonly measuredS: number;
  /** How much of this hour there was in the range. */
  readonly elapsedS: number;
}

export interface WeekMap {
  /** By weekday, Monday first, and hour. */
  readonly cells: readonly (readonly WeekCell[])[];
  readonly low: number;
  readonly high: number;
  /** Share of the whole range that was measured. */
  readonly coverage: number;
}

const quarterMs = 900_000;

/**
 * Mean by weekday and hour of the site's zone, weighted by the time measured. The hour that comes twice when clocks go
 * back counts for both, the one that is left out in spring has no time in that week. Stretches are no longer than an hour.
 */
export function weekMap(
  stretches: readonly Stretch[],
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
  zone: string,
): WeekMap {
  const clock = civilClock(zone);
  const sums = Array.from({ length: 7 }, () =>
    Array.from({ length: 24 }, () => ({ sum: 0, measuredS: 0, elapsedS: 0 })),
  );
  const at = (atMs: number) => {
    const { weekday, hour } = clock(atMs);
    return sums[weekday]?.[hour];
  };
  for (let quarter = Math.floor(fromMs / quarterMs) * quarterMs; quarter < toMs; quarter += quarterMs) {
    const cell = at(quarter);
    if (cell !== undefined)
      cell.elapsedS += (Math.min(toMs, quarter + quarterMs) - Math.max(fromMs, quarter)) / 1000;
  }
  let measuredS = 0;
  for (const each of stretches) {
    const cell = at(each.startMs);
    if (cell === undefined) continue;
    cell.sum += each.mean * each.measuredS;
    cell.measuredS += each.measuredS;
    measuredS += each.measuredS;
  }
  const cells = sums.map(day =>
    day.map(cell => ({
      mean: cell.measuredS > 0 ? cell.sum / cell.measuredS : null,
      measuredS: cell.measuredS,
      elapsedS: cell.elapsedS,
    })),
  );
  const means = cells.flat().flatMap(({ mean }) => mean ?? []);
  return {
    cells,
    low: Math.min(...means),
    high: Math.max(...means),
    coverage: toMs > fromMs ? Math.min((measuredS * 1000) / (toMs - fromMs), 1) : 0,
  };
}

/** Steps of colour on either side of zero. */
export const weekSteps = 6;

/** How strong a cell is drawn: −6 to 6, 0 for what is about zero; by the largest magnitude of the map. */
export function stepOf(mean: number, { low, high }: Pick<WeekMap, 'low' | 'high'>): number {
  const most = Math.max(Math.abs(low), Math.abs(high));
  if (!(most > 0)) return 0;
  // Where all are far above zero, colours begin at the lowest: differences are what the picture is for.
  const floor = low > 0 ? low * 0.9 : 0;
  const share = low > 0 ? (mean - floor) / (high - floor || 1) : mean / most;
  return Math.max(-weekSteps, Math.min(weekSteps, Math.round(share * weekSteps)));
}
