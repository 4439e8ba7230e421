import { counterGaps } from './counter-gaps.ts';
import type { Lane } from './lane.ts';
import { joined } from './ledger-account.ts';
import type { Interval } from './ledger-rows.ts';
import type { Shelves } from './series-parts.ts';
import { totalsOf } from './totals.ts';
import type { EnergySeries } from './types.ts';

/** By day: how long and how much a meter's energy was shared out over gaps, or concluded, instead of read. */
export interface Estimates {
  readonly estimatedS: readonly number[];
  /** Null where it has no counter of that direction. */
  readonly importWh: readonly (number | null)[];
  readonly exportWh: readonly (number | null)[];
}

/** Of many meters, in their order. `bounds` are those of the days, s. */
export async function estimatesOf(
  lane: Lane,
  shelves: Shelves,
  zone: string,
  meters: readonly EnergySeries[],
  bounds: readonly number[],
): Promise<Estimates[]> {
  const [fromS, toS] = [bounds[0] ?? 0, bounds.at(-1) ?? 0];
  if (toS <= fromS || meters.length === 0) return meters.map(() => none);
  // Energy out of means is never estimated.
  const counters = meters.map(meter => ({ ...meter, power: undefined }));
  const span = { fromMs: fromS * 1000, toMs: toS * 1000, period: 'day' } as const;
  const totals = await totalsOf(lane, shelves, zone, counters, span);
  const estimates: Estimates[] = [];
  for (const [index, { periods }] of totals.entries()) {
    const importWh = periods.map(({ importEstimatedWh }) => importEstimatedWh);
    const exportWh = periods.map(({ exportEstimatedWh }) => exportEstimatedWh);
    const isEstimated = periods.map((_, day) => (importWh[day] ?? 0) > 0 || (exportWh[day] ?? 0) > 0);
    const series = counters[index] as EnergySeries;
    estimates.push({
      estimatedS: await secondsOf(lane, shelves, series, bounds, isEstimated),
      importWh,
      exportWh,
    });
  }
  return estimates;
}

const none: Estimates = Object.freeze({ estimatedS: [], importWh: [], exportWh: [] });

/** Only days that have something estimated are looked into, those next to each other at once. */
async function secondsOf(
  lane: Lane,
  shelves: Shelves,
  { imported, exported }: EnergySeries,
  bounds: readonly number[],
  isEstimated: readonly boolean[],
): Promise<number[]> {
  const seconds = isEstimated.map(() => 0);
  for (let from = 0; from < seconds.length; from++) {
    if (!isEstimated[from]) continue;
    let to = from + 1;
    while (isEstimated[to]) to++;
    const [fromS, toS] = [bounds[from] as number, bounds[to] as number];
    const stretches: Interval[] = [];
    for (const series of [imported, exported]) {
      if (series === undefined) continue;
      const { growths } = await counterGaps(lane, shelves, series, fromS, toS);
      stretches.push(...growths.filter(growth => growth.isEstimated));
    }
    for (const stretch of joined(stretches)) {
      for (let day = from; day < to; day++) {
        const startS = Math.max(stretch.fromS, bounds[day] as number);
        const endS = Math.min(stretch.toS, bounds[day + 1] as number);
        if (endS > startS) seconds[day] = (seconds[day] as number) + endS - startS;
      }
    }
    from = to;
  }
  return seconds;
}
