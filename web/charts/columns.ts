import type { Missing, Readings } from '../../host/api/contract.ts';

type Column = (number | null)[];

/** One series ready to draw: seconds since 1970, and columns of the same length with nulls where there is a gap. */
export interface Columns {
  readonly x: number[];
  readonly middle: Column;
  readonly low: Column;
  readonly high: Column;
}

type Buckets = Pick<Readings, 'startMs' | 'bucketMs' | 'kind' | 'mean' | 'min' | 'max' | 'last'>;

/** Without the buckets of a counter that nobody read: over them it is only known to have grown. */
export function readBuckets(readings: Readings): Readings {
  if (readings.kind === 'gauge' || !readings.last.includes(null)) return readings;
  const only = <T>(column: readonly T[]): T[] => column.filter((_, index) => readings.last[index] !== null);
  const { startMs, mean, min, max, last, delta, estimated, coverage } = readings;
  return {
    ...readings,
    startMs: only(startMs),
    mean: only(mean),
    min: only(min),
    max: only(max),
    last: only(last),
    delta: only(delta),
    estimated: only(estimated),
    coverage: only(coverage),
  };
}

/** Where one bucket ends and the next does not begin there, the line must break. */
const isGap = (aMs: number, bMs: number, bucketMs: number): boolean => bMs - aMs > bucketMs;

/** A break comes this long after the end of the bucket before it; buckets are whole seconds. */
const breakMs = 1;

/**
 * Columns of readings for a stepped line. The last bucket before a gap, and the last of all, has its value at its end
 * once more, then a null: so it has its width, at the edge of the picture too, and a gap stays a gap. Counters are
 * drawn by their reading.
 */
export function columnsOf(readings: Buckets): Columns {
  const { startMs, bucketMs, kind } = readings;
  const columns: Columns = { x: [], middle: [], low: [], high: [] };
  const value = kind === 'counter' ? readings.last : readings.mean;
  const push = (atMs: number, middle: number | null, low: number | null, high: number | null) => {
    columns.x.push(atMs / 1000);
    columns.middle.push(middle);
    columns.low.push(low);
    columns.high.push(high);
  };
  startMs.forEach((atMs, index) => {
    const middle = value[index] ?? null;
    const [low, high] = [readings.min[index] ?? middle, readings.max[index] ?? middle];
    push(atMs, middle, low, high);
    const next = startMs[index + 1];
    if (next !== undefined && !isGap(atMs, next, bucketMs)) return;
    push(atMs + bucketMs, middle, low, high);
    push(atMs + bucketMs + breakMs, null, null, null);
  });
  return columns;
}

/** Stretches without data, as the readings show them; the newest, still open bucket is none. */
export function gapsOf(
  readings: Pick<Readings, 'startMs' | 'bucketMs'>,
): readonly { readonly startMs: number; readonly endMs: number }[] {
  const { startMs, bucketMs } = readings;
  return startMs.flatMap((atMs, index) => {
    const next = startMs[index + 1];
    return next !== undefined && isGap(atMs, next, bucketMs)
      ? [{ startMs: atMs + bucketMs, endMs: next }]
      : [];
  });
}

/** The missing window around a moment, if any. */
export const missingAt = (missing: Missing, atMs: number): Missing[number] | null =>
  missing.find(window => window.startMs <= atMs && atMs < window.endMs) ?? null;

/** How long was missing for each reason, longest first. */
export function missingByReason(
  missing: Missing,
  fromMs: number,
  toMs: number,
): readonly { readonly reason: string; readonly durationMs: number }[] {
  const sums = new Map<string, number>();
  for (const window of missing) {
    const length = Math.min(window.endMs, toMs) - Math.max(window.startMs, fromMs);
    if (length > 0) sums.set(window.reason, (sums.get(window.reason) ?? 0) + length);
  }
  return [...sums]
    .map(([reason, durationMs]) => ({ reason, durationMs }))
    .sort((a, b) => b.durationMs - a.durationMs);
}

/** Energy by bar: when it starts and ends, and what went each way. */
export interface EnergyBar {
  readonly startMs: number;
  readonly endMs: number;
  readonly importWh: number | null;
  readonly exportWh: number | null;
  /** How much of it was shared out over gaps or concluded instead of read. */
  readonly importEstimatedWh: number | null;
  readonly exportEstimatedWh: number | null;
  /** Share of the bar that was measured, 0 to 1. */
  readonly coverage: number;
}

type Growth = Pick<Readings, 'startMs' | 'bucketMs' | 'delta' | 'estimated' | 'coverage'>;

/**
 * Bars of two counters' growth, joined by their start. Where nobody read them and one grew, the other is known to have stood
 * still, if it is known what it grew before and after.
 */
export function barsOf(imported: Growth | null, exported: Growth | null): EnergyBar[] {
  const bars = new Map<number, EnergyBar>();
  const add = (growth: Growth | null, direction: 'import' | 'export') =>
    growth?.startMs.forEach((startMs, index) => {
      const before = bars.get(startMs) ?? {
        startMs,
        endMs: startMs + growth.bucketMs,
        importWh: null,
        exportWh: null,
        importEstimatedWh: null,
        exportEstimatedWh: null,
        coverage: 0,
      };
      const wh = growth.delta[index] ?? null;
      const estimatedWh = wh === null ? null : wh * (growth.estimated[index] ?? 0);
      const coverage = Math.max(before.coverage, growth.coverage[index] ?? 0);
      bars.set(startMs, {
        ...before,
        [`${direction}Wh`]: wh,
        [`${direction}EstimatedWh`]: estimatedWh,
        coverage,
      });
    });
  add(imported, 'import');
  add(exported, 'export');
  const [ofImported, ofExported] = [imported, exported].map(knownSpan);
  return [...bars.values()]
    .map(bar => {
      if (bar.coverage > 0) return bar;
      const still = (wh: number | null, [fromMs, toMs]: Known = [0, 0]) =>
        wh ?? (bar.startMs > fromMs && bar.startMs < toMs ? 0 : null);
      return {
        ...bar,
        importWh: still(bar.importWh, ofImported),
        exportWh: still(bar.exportWh, ofExported),
        importEstimatedWh: still(bar.importEstimatedWh, ofImported),
        exportEstimatedWh: still(bar.exportEstimatedWh, ofExported),
      };
    })
    .sort((a, b) => a.startMs - b.startMs);
}

type Known = readonly [fromMs: number, toMs: number];

/** Starts of the first and the last bar of which it is known what a counter grew. */
function knownSpan(growth: Growth | null): Known {
  const known = growth?.startMs.filter((_, index) => growth.delta[index] != null) ?? [];
  return [known[0] ?? 0, known.at(-1) ?? 0];
}
