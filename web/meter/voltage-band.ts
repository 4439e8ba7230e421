import type { Readings } from '../../host/api/contract.ts';
import { isWhole, joined, stretchesOf } from './quarter-hours.ts';

/** What a phase's voltage was over a time. */
export interface VoltageSpan {
  readonly low: number;
  readonly mean: number;
  readonly high: number;
  /** Share of the time that was measured. */
  readonly coverage: number;
}

export interface VoltageBand {
  readonly nominalV: number;
  /** Means of ten minutes (or longer, where windows are) that were judged, and how many lay within. */
  readonly means: number;
  readonly within: number;
  /** Length of what was judged, ms. */
  readonly meanMs: number;
  readonly coverage: number;
  /** 95 of 100 within ±10 %, and all within +10 % and −15 %: EN 50160:2010, 4.2.2.2. */
  readonly isKept: boolean;
}

/** Nominal voltages to neutral of public grids (IEC 60038:2009, table 1). */
const nominalVoltages = [120, 230, 277, 347, 400];
/** So far a mean may be from its nominal voltage to be taken for it. */
const belongsWithin = 0.15;
const tenMinutesMs = 600_000;
const bandShare = 0.1;
const lowestShare = 0.15;
const shareWanted = 0.95;

type Columns = Pick<Readings, 'startMs' | 'mean' | 'min' | 'max' | 'coverage' | 'bucketMs'>;
interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** The nominal voltage that a mean belongs to; null where it is none of a public grid. */
export function nominalOf(mean: number): number | null {
  const nearest = nominalVoltages.reduce((best, each) =>
    Math.abs(each - mean) / each < Math.abs(best - mean) / best ? each : best,
  );
  return Math.abs(nearest - mean) <= belongsWithin * nearest ? nearest : null;
}

/** Lowest, mean and highest in a span, with how much of it was measured; null where nothing was. */
export function voltageSpan(columns: Columns, { fromMs, toMs }: Span): VoltageSpan | null {
  const { startMs, min, max, bucketMs } = columns;
  const isIn = (atMs: number) => atMs + bucketMs > fromMs && atMs < toMs;
  const own = stretchesOf(columns).filter(each => isIn(each.startMs));
  const measuredS = own.reduce((sum, each) => sum + each.measuredS, 0);
  if (measuredS === 0) return null;
  const among = (values: readonly (number | null)[]) =>
    values.flatMap((value, index) => (value === null || !isIn(startMs[index] ?? 0) ? [] : value));
  return {
    low: Math.min(...among(min)),
    mean: own.reduce((sum, { mean, measuredS: each }) => sum + mean * each, 0) / measuredS,
    high: Math.max(...among(max)),
    coverage: Math.min((measuredS * 1000) / (toMs - fromMs), 1),
  };
}

/**
 * Means over ten minutes against the band of EN 50160 (±10 % of the nominal voltage for 95 % of a week, never outside
 * +10 % and −15 %). Ten minutes of which less than half was measured are not judged. Null where nothing was measured or
 * no public grid has such a voltage.
 */
export function voltageBand(columns: Columns, { fromMs, toMs }: Span): VoltageBand | null {
  const stretches = stretchesOf(columns).filter(({ startMs }) => startMs >= fromMs && startMs < toMs);
  const meanMs = Math.max(tenMinutesMs, columns.bucketMs);
  const means = joined(stretches, meanMs).filter(isWhole);
  if (means.length === 0) return null;
  const nominalV = nominalOf(means.reduce((sum, { mean }) => sum + mean, 0) / means.length);
  if (nominalV === null) return null;
  const off = means.map(({ mean }) => mean / nominalV - 1);
  const within = off.filter(share => Math.abs(share) <= bandShare).length;
  const measuredS = stretches.reduce((sum, each) => sum + each.measuredS, 0);
  return {
    nominalV,
    means: means.length,
    within,
    meanMs,
    coverage: Math.min((measuredS * 1000) / (toMs - fromMs), 1),
    isKept:
      within / means.length >= shareWanted && off.every(share => share <= bandShare && share >= -lowestShare),
  };
}
