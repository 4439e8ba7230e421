import type { Statistics, Totals } from '../../host/api/contract.ts';
import type { EnergyBar } from '../charts/columns.ts';
import type { Span } from './ranges.ts';

type Whole = Totals['periods'][number];

/** What a stretch comes to: of the quantity, and of its meter's energy where it measures any. */
export interface Figures {
  /** What was asked for: not beyond now, as nothing can be missing there. */
  readonly span: Span;
  readonly statistics: Statistics;
  readonly energy: Whole | null;
}

/** A choice at the bounds of the buckets it touches, so that its figures are those of what is seen; within what is shown. */
export function snapped(aMs: number, bMs: number, bucketMs: number, within: Span): Span {
  const step = Math.max(bucketMs, 1000);
  const fromMs = Math.max(within.fromMs, Math.floor(Math.min(aMs, bMs) / step) * step);
  const toMs = Math.min(within.toMs, Math.ceil(Math.max(aMs, bMs) / step) * step);
  return { fromMs: Math.round(fromMs), toMs: Math.round(Math.max(toMs, fromMs + 1000)) };
}

/** The part of a span that lies in the past; null where none does. */
export function pastOf({ fromMs, toMs }: Span, nowMs: number): Span | null {
  const past = { fromMs: Math.floor(fromMs), toMs: Math.ceil(Math.min(toMs, nowMs)) };
  return past.toMs > past.fromMs ? past : null;
}

/**
 * Mean over peak: how evenly it was used. Only where all flowed in one direction; of what goes both ways, or nothing, a
 * share says nothing.
 */
export function loadFactor({ mean, min, max }: Pick<Statistics, 'mean' | 'min' | 'max'>): number | null {
  if (mean === null || min === null || max === null) return null;
  if (min >= 0 && max > 0) return mean / max;
  if (max <= 0 && min < 0) return mean / min;
  return null;
}

type BothWays = Omit<Whole, 'startMs' | 'endMs' | 'coverage'>;

/** How much energy was shared out over gaps or concluded; null where none is known. */
export function estimatedWh(energy: BothWays): number | null {
  const { importWh, exportWh, importEstimatedWh, exportEstimatedWh } = energy;
  if (importWh === null && exportWh === null) return null;
  return (importEstimatedWh ?? 0) + (exportEstimatedWh ?? 0);
}

/** Its share of the energy; null where there is none to have a share of. */
export function estimatedShare(energy: BothWays): number | null {
  const estimated = estimatedWh(energy);
  if (estimated === null) return null;
  const whole = (energy.importWh ?? 0) + (energy.exportWh ?? 0);
  return whole === 0 ? 0 : estimated / whole;
}

/** The bar around an instant. */
export const barAt = (bars: readonly EnergyBar[], atMs: number): number =>
  bars.findIndex(({ startMs, endMs }) => startMs <= atMs && atMs < endMs);

/** Share of a bar that is over and was measured; one that lasts on has not missed what is to come. */
export function coverageOf({ startMs, endMs, coverage }: EnergyBar, nowMs: number): number {
  const over = Math.min(endMs, nowMs) - startMs;
  return over <= 0 ? 1 : Math.min(1, (coverage * (endMs - startMs)) / over);
}
