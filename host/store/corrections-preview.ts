import { quantities } from '#core/quantities.ts';
import type { CorrectionPreview } from '../api/contract.ts';
import { changesWindows } from '../corrections/applies.ts';
import { correctionLimits } from '../corrections/limits.ts';
import type { Plan } from '../corrections/plan.ts';
import { spreadScaled } from '../corrections/spread-scaled.ts';
import type { Corrections } from './corrections.ts';
import type { NewCorrection } from './corrections-work.ts';
import { counterHistory, readOnce } from './counter-history.ts';
import type { Lane } from './lane.ts';
import { joinParts } from './parts.ts';
import { dayBounds } from './periods.ts';
import { rawRows } from './raw-windows.ts';
import { kindOf, partsOf, type Shelves, second } from './series-parts.ts';
import { kinds, type Tier, tiers } from './tier-tables.ts';
import { totalsOf } from './totals.ts';
import type { EnergySeries, SeriesRef } from './types.ts';

type DayValues = CorrectionPreview['days'][number]['before'];

export interface PreviewAsk {
  readonly correction: NewCorrection;
  readonly energy: EnergySeries;
  /** All series that the correction is about. */
  readonly series: readonly SeriesRef[];
}

const hours = tiers.find(({ name }) => name === '3600');
const day = tiers.find(({ name }) => name === 'day');
const dayS = 86_400;
const nothing: Omit<DayValues, 'importWh' | 'exportWh'> = {
  mean: null,
  min: null,
  max: null,
  growth: null,
  coverage: 0,
};

/** What a correction would change, by civil days, without making it. */
export async function previewOf(
  lane: Lane,
  shelves: Shelves & { readonly corrections: Corrections },
  zone: string,
  ask: PreviewAsk,
): Promise<CorrectionPreview> {
  const { correction, series } = ask;
  const { fromS, toS } = await spanOf(lane, shelves, correction, series);
  if (series.length === 0 || fromS >= toS) return { windows: 0, isWhole: true, days: [] };
  const firstS = Math.max(fromS, toS - correctionLimits.previewDays * dayS);
  const bounds = await lane.use(connection => dayBounds(connection, zone, firstS, toS));
  const plan = await shelves.corrections.planWith(lane, correction);
  const before = await daysOf(lane, shelves, zone, bounds, ask);
  const after = await daysOf(lane, asIf(shelves, plan, ask), zone, bounds, ask);
  return {
    windows: await windowsOf(lane, shelves, ask),
    isWhole: firstS === fromS,
    days: bounds.slice(0, -1).flatMap((startS, index) => {
      const [was, is] = [before[index], after[index]];
      if (was === undefined || is === undefined) return [];
      return [
        { startMs: startS * 1000, endMs: (bounds[index + 1] as number) * 1000, before: was, after: is },
      ];
    }),
  };
}

/** What there is to be changed: windows in the range, or the growth on both sides of an instant. */
async function spanOf(
  lane: Lane,
  shelves: Shelves,
  { kind, fromS, toS }: NewCorrection,
  series: readonly SeriesRef[],
): Promise<{ readonly fromS: number; readonly toS: number }> {
  const firstS = Math.min(...series.map(each => each.firstS));
  const endS = Math.max(...series.map(each => each.endS));
  if (kind !== 'reading' && kind !== 'swap')
    return { fromS: Math.max(fromS, firstS), toS: Math.min(toS, endS) };
  const parts = partsOf(shelves, series, firstS, endS, hours);
  const [before = [], after = []] = await lane.columns(
    `SELECT coalesce(max(firstEndS) FILTER (firstEndS <= ${second(fromS)}), ${fromS})::DOUBLE,
       coalesce(min(lastEndS) FILTER (lastEndS > ${second(fromS)}), ${fromS})::DOUBLE FROM (${parts})`,
  );
  return { fromS: before[0] ?? fromS, toS: Math.max(after[0] ?? fromS, fromS + 1) };
}

/** Reads as after the correction and before the tiers know of it. */
function asIf(shelves: Shelves, plan: Plan, { correction, series }: PreviewAsk): Shelves {
  const { tiers: built, generations } = shelves;
  const touched = new Set(
    series.filter(({ quantity }) => changesWindows(correction.kind, quantity)).map(({ number }) => number),
  );
  const cleanUntil = (tier: Tier, number: number) => {
    const cleanS = built.cleanUntil(tier, number);
    return touched.has(number) ? Math.min(cleanS, correction.fromS - dayS - 3600) : cleanS;
  };
  return {
    generations,
    corrections: { plan },
    tiers: {
      cleanUntil,
      isLate: number => touched.has(number) || built.isLate(number),
      horizon: name => built.horizon(name),
      kept: built.kept,
      zone: built.zone,
    },
  };
}

async function daysOf(
  lane: Lane,
  shelves: Shelves,
  zone: string,
  bounds: readonly number[],
  { correction, energy, series }: PreviewAsk,
): Promise<DayValues[]> {
  const [fromS, toS] = [bounds[0] ?? 0, bounds.at(-1) ?? 0];
  const span = { fromMs: fromS * 1000, toMs: toS * 1000, period: 'day' } as const;
  const [totals] = await totalsOf(lane, shelves, zone, [energy], span);
  const [only] = series;
  const own =
    only === undefined || correction.series === 0 ? undefined : await seriesDays(lane, shelves, only, bounds);
  return (totals?.periods ?? []).map(({ importWh, exportWh, coverage }, index) => ({
    ...nothing,
    coverage,
    ...own?.[index],
    importWh,
    exportWh,
  }));
}

function seriesDays(
  lane: Lane,
  shelves: Shelves,
  series: SeriesRef,
  bounds: readonly number[],
): Promise<Omit<DayValues, 'importWh' | 'exportWh'>[]> {
  return kindOf([series]) === 'gauge'
    ? gaugeDays(lane, shelves, series, bounds)
    : counterDays(lane, shelves, series, bounds);
}

async function gaugeDays(lane: Lane, shelves: Shelves, series: SeriesRef, bounds: readonly number[]) {
  const [fromS, toS] = [bounds[0] ?? 0, bounds.at(-1) ?? 0];
  const parts = partsOf(shelves, [series], fromS, toS, day, bounds);
  const byDay = `SELECT * FROM (${parts}) ASOF JOIN (SELECT unnest([${bounds.join(', ')}])::UINTEGER AS dayS) ON startS >= dayS`;
  const [starts = [], mean = [], min = [], max = [], measured = []] = await lane.columns(
    `SELECT bucketS, area / measuredS, low, high, measuredS
     FROM (${joinParts('gauge', byDay, 'dayS')}) ORDER BY bucketS`,
  );
  const scale = 10 ** quantities[series.quantity].decimals;
  const row = new Map(starts.map((startS, index) => [startS, index]));
  return bounds.slice(0, -1).map((startS, index) => {
    const at = row.get(startS);
    if (at === undefined) return nothing;
    const lengthS = (bounds[index + 1] as number) - startS;
    return {
      mean: Math.round(mean[at] as number) / scale,
      min: (min[at] as number) / scale,
      max: (max[at] as number) / scale,
      growth: null,
      coverage: Math.min((measured[at] as number) / lengthS, 1),
    };
  });
}

async function counterDays(lane: Lane, shelves: Shelves, series: SeriesRef, bounds: readonly number[]) {
  const [fromS, toS] = [bounds[0] ?? 0, bounds.at(-1) ?? 0];
  const tale = await counterHistory(lane, shelves, series, fromS, toS, {
    bucketS: 900,
    tier: day,
    days: bounds,
  });
  const { amount } = spreadScaled(bounds, tale.growths, tale.scales);
  const isOnce = (await readOnce(lane, shelves, [series])).has(series.number);
  const scale = 10 ** quantities[series.quantity].decimals;
  return bounds.slice(0, -1).map((startS, index) => {
    const endS = bounds[index + 1] as number;
    const within = tale.slots.filter(slot => slot.startS >= startS && slot.startS < endS);
    const measuredS = within.reduce((sum, slot) => sum + slot.measuredS, 0);
    const coverage = Math.min(measuredS / (endS - startS), 1);
    const grown = amount[index] as number;
    const isUnknown = isOnce || (measuredS === 0 && grown === 0);
    return { ...nothing, growth: isUnknown ? null : grown / scale, coverage };
  });
}

async function windowsOf(
  lane: Lane,
  { generations }: Shelves,
  { correction, series }: PreviewAsk,
): Promise<number> {
  const { kind, fromS, toS } = correction;
  let count = 0;
  for (const of of kinds) {
    const numbers = series
      .filter(({ quantity }) => quantities[quantity].kind === of && changesWindows(kind, quantity))
      .map(({ number }) => number);
    if (numbers.length === 0) continue;
    const where = `series IN (${numbers.join(', ')}) AND startS >= ${second(fromS)} AND startS < ${second(toS)}`;
    const rows = rawRows(of, generations.touching(fromS, toS), 'series', where);
    const [counts = []] = await lane.columns(`SELECT count(*) FROM (${rows})`);
    count += counts[0] ?? 0;
  }
  return count;
}
