import type { Meter } from '../../host/api/contract.ts';
import { api } from '../api.ts';
import { barsOf, readBuckets } from '../charts/columns.ts';
import type { History } from './history.ts';
import { importedIn } from './imported.ts';
import { energyStep, type Span } from './ranges.ts';
import { type Figures, pastOf } from './selection.ts';

const minuteBars = 60;

type Energy = Pick<History, 'bars' | 'step'>;

async function energyOf(
  meter: Meter,
  stored: readonly string[],
  { fromMs, toMs }: Span,
  signal: AbortSignal,
): Promise<Energy> {
  const step = energyStep(toMs - fromMs);
  if (step !== 'minutes') {
    const { periods } = await api.totals(meter.key, fromMs, toMs, step, signal);
    return { step, bars: periods };
  }
  const growth = (quantity: string) =>
    stored.includes(quantity)
      ? api.readings(`${meter.key}.${quantity}`, fromMs, toMs, minuteBars, signal)
      : Promise.resolve(null);
  const [imported, exported] = await Promise.all([growth('energyImportWh'), growth('energyExportWh')]);
  return { step, bars: barsOf(imported, exported) };
}

/**
 * Loads one quantity of a meter over a span: at most `points` buckets, the missing windows and the energy bars.
 * `stored` are the quantities of this meter that the host has; asking for another is an error. `imports` are the
 * numbers of the imports that the quantity has windows of.
 * Rejects with a `RequestError`, or with the abort of `signal`.
 */
export async function loadHistory(
  meter: Meter,
  quantity: string,
  span: Span,
  points: number,
  stored: readonly string[],
  imports: readonly number[],
  signal: AbortSignal,
): Promise<History> {
  const whole = { fromMs: Math.floor(span.fromMs), toMs: Math.ceil(span.toMs) };
  const [readings, missing, entries, energy] = await Promise.all([
    api.readings(`${meter.key}.${quantity}`, whole.fromMs, whole.toMs, points, signal),
    api.missing(meter.key, whole.fromMs, whole.toMs, signal),
    imports.length === 0 ? [] : api.imports(signal),
    energyOf(meter, stored, whole, signal),
  ]);
  // What was left out of another quantity alone is not missing here.
  const own = missing.filter(each => each.quantity === undefined || each.quantity === quantity);
  return {
    span,
    readings: readBuckets(readings),
    missing: own,
    imported: importedIn(entries, imports, whole),
    ...energy,
  };
}

/** What a stretch comes to; null where all of it is still to come. Rejects as `loadHistory` does. */
export async function loadFigures(
  meter: Meter,
  quantity: string,
  span: Span,
  nowMs: number,
  signal: AbortSignal,
): Promise<Figures | null> {
  const past = pastOf(span, nowMs);
  if (past === null) return null;
  const { fromMs, toMs } = past;
  const [statistics, { periods }] = await Promise.all([
    api.statistics(`${meter.key}.${quantity}`, fromMs, toMs, signal),
    api.totals(meter.key, fromMs, toMs, 'all', signal),
  ]);
  const [energy] = periods;
  const isMeasured = energy !== undefined && (energy.importWh !== null || energy.exportWh !== null);
  return { span: past, statistics, energy: isMeasured ? energy : null };
}
