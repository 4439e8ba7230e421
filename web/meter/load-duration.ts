import { civilClock } from './civil-time.ts';
import { isWhole, type Stretch } from './quarter-hours.ts';

/** A power, and in how many percent of the time measured it was at least that. */
export interface DurationPoint {
  readonly percent: number;
  readonly mean: number;
}

/**
 * The load duration curve: means sorted from the highest down, each as wide as its measured time. The first point is the
 * highest at 0 %, the last the lowest at 100 %.
 */
export function durationCurve(stretches: readonly Stretch[]): DurationPoint[] {
  const sorted = stretches.filter(isWhole).sort((one, other) => other.mean - one.mean);
  const totalS = sorted.reduce((sum, { measuredS }) => sum + measuredS, 0);
  const [first] = sorted;
  if (first === undefined) return [];
  const points: DurationPoint[] = [{ percent: 0, mean: first.mean }];
  let atS = 0;
  for (const { mean, measuredS } of sorted) {
    atS += measuredS;
    points.push({ percent: (100 * atS) / totalS, mean });
  }
  return points;
}

/** What was reached or passed in this share of the time: the height of the curve there. */
export function reachedFor(curve: readonly DurationPoint[], percent: number): number | null {
  return (curve.find(point => point.percent >= percent - 1e-9) ?? curve.at(-1))?.mean ?? null;
}

/** At most so many points, spread over the curve, with both ends. */
export function thinned(curve: readonly DurationPoint[], most: number): DurationPoint[] {
  if (curve.length <= most) return [...curve];
  return Array.from(
    { length: most },
    (_, index) => curve[Math.round((index * (curve.length - 1)) / (most - 1))] as DurationPoint,
  );
}

export interface BaseLoad {
  readonly mean: number;
  /** Of the nights alone, or of all hours where there are too few of those. */
  readonly of: 'nights' | 'all';
  /** Quarters of an hour that it is made of. */
  readonly count: number;
}

/** 5 of 100 may lie below: single low quarters, such as a defrosting fridge's, do not make the base. */
const basePercent = 95;
/** Nights are from midnight to this hour of the site's zone. */
export const nightEndsAt = 6;
/** Three whole nights, or all hours are taken. */
const leastNightQuarters = 72;
/** A day, or nothing is said. */
const leastQuarters = 96;

/**
 * What is always on: the 5th percentile of the means over quarters of an hour between midnight and six, of all hours where
 * fewer than three nights were measured. Null where there is less than a day, or where it is below zero: then feeding in
 * hides what is used.
 */
export function baseLoad(stretches: readonly Stretch[], zone: string): BaseLoad | null {
  const clock = civilClock(zone);
  const whole = stretches.filter(isWhole);
  const nights = whole.filter(({ startMs }) => clock(startMs).hour < nightEndsAt);
  const [used, of] =
    nights.length >= leastNightQuarters ? ([nights, 'nights'] as const) : ([whole, 'all'] as const);
  if (of === 'all' && used.length < leastQuarters) return null;
  const mean = reachedFor(durationCurve(used), basePercent);
  return mean === null || mean < 0 ? null : { mean, of, count: used.length };
}

export type DayKind = 'workday' | 'weekend';

/** Means by quarter of an hour of the day, 96 of them; null: never measured. */
export type MeanDay = Readonly<Record<DayKind, readonly (number | null)[]>>;

/** A mean working day (Monday to Friday) and a mean day of the weekend, in the site's zone. */
export function meanDay(stretches: readonly Stretch[], zone: string): MeanDay {
  const clock = civilClock(zone);
  const sums = { workday: emptyDay(), weekend: emptyDay() };
  for (const { startMs, mean, measuredS } of stretches) {
    const { weekday, hour, minute } = clock(startMs);
    const slot = sums[weekday < 5 ? 'workday' : 'weekend'][hour * 4 + Math.floor(minute / 15)];
    if (slot === undefined) continue;
    slot.sum += mean * measuredS;
    slot.measuredS += measuredS;
  }
  const means = (slots: ReturnType<typeof emptyDay>) =>
    slots.map(({ sum, measuredS }) => (measuredS > 0 ? sum / measuredS : null));
  return { workday: means(sums.workday), weekend: means(sums.weekend) };
}

const emptyDay = () => Array.from({ length: 96 }, () => ({ sum: 0, measuredS: 0 }));
