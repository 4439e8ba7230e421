import { quantities, type Unit } from '#core/quantities.ts';
import type { Statistics } from '../api/contract.ts';
import { readOnce } from './counter-history.ts';
import { counterSums } from './counter-sums.ts';
import type { Lane } from './lane.ts';
import { rawRows } from './raw-windows.ts';
import { asCame, keptDays, kindOf, partsOf, type Shelves, second } from './series-parts.ts';
import { type Tier, tiers } from './tier-tables.ts';
import type { SeriesRef } from './types.ts';

/** What the API adds unit and kind to. */
export type Figures = Omit<Statistics, 'series' | 'unit' | 'kind'>;

/** Units that, times hours, are units of energy. */
const perHour: ReadonlySet<Unit> = new Set(['W', 'VA', 'var']);

const none: Figures = Object.freeze({
  mean: null,
  min: null,
  max: null,
  positive: null,
  negative: null,
  growth: null,
  estimated: null,
  coverage: 0,
  windows: null,
  samples: null,
});

/** Hours are whole in every tier above them, and few; days serve where nothing finer is kept. */
const hour = tiers.find(({ name }) => name === '3600');
const slotS = 900;
const quarter = tiers.find(({ name }) => name === '900');

/**
 * What the windows of a series that start in `[fromMs, toMs)` come to, from as few rows as tell it exactly. `isAsCame`: no correction and
 * no import counts.
 */
export async function statisticsOf(
  lane: Lane,
  shelves: Shelves,
  series: SeriesRef,
  fromMs: number,
  toMs: number,
  isAsCame = false,
): Promise<Figures> {
  const [fromS, toS] = [fromMs / 1000, toMs / 1000];
  // What a counter grew from the last reading before the range, or to the first behind it, an import may lie between at any distance.
  const isOther =
    shelves.corrections.plan.of(series.number) !== undefined ||
    shelves.generations.list.some(({ isImported }) => isImported);
  // Where nothing was corrected or imported the tiers tell it, too.
  const [read, coarsest] =
    isAsCame && isOther ? [asCame(shelves), undefined] : [shelves, { gauge: hour, counter: quarter }];
  const count = await countOf(lane, read, series, fromS, toS);
  return kindOf([series]) === 'gauge'
    ? { ...(await gaugeFigures(lane, read, series, fromS, toS, coarsest?.gauge)), ...count }
    : { ...(await counterFigures(lane, read, series, fromS, toS, coarsest?.counter)), ...count };
}

async function gaugeFigures(
  lane: Lane,
  shelves: Shelves,
  series: SeriesRef,
  fromS: number,
  toS: number,
  coarsest: Tier | undefined,
): Promise<Figures> {
  const parts = partsOf(shelves, [series], fromS, toS, coarsest, await keptDays(lane, shelves, fromS, toS));
  const [[measuredS = 0] = [], [low = 0] = [], [high = 0] = [], [area = 0] = [], [negative = 0] = []] =
    await lane.columns(
      `SELECT sum(measuredS)::DOUBLE, min(low)::DOUBLE, max(high)::DOUBLE, sum(area)::DOUBLE, sum(negative)::DOUBLE
       FROM (${parts}) WHERE startS >= ${second(fromS)} AND startS < ${second(toS)} HAVING count(*) > 0`,
    );
  if (measuredS === 0) return none;
  const { decimals, unit } = quantities[series.quantity];
  const scale = 10 ** decimals;
  const hours = (steps: number) => (perHour.has(unit) ? steps / scale / 3600 : null);
  return {
    ...none,
    mean: area / measuredS / scale,
    min: low / scale,
    max: high / scale,
    positive: hours(area + negative),
    negative: hours(negative),
    coverage: share(measuredS, toS - fromS),
  };
}

async function counterFigures(
  lane: Lane,
  shelves: Shelves,
  series: SeriesRef,
  fromS: number,
  toS: number,
  coarsest: Tier | undefined,
): Promise<Figures> {
  const days = await keptDays(lane, shelves, fromS, toS);
  const slots = { bucketS: slotS, tier: coarsest, days };
  const [sums] = await counterSums(lane, shelves, [series], [fromS, toS], slots);
  const [amount = 0] = sums?.amount ?? [];
  const [estimated = 0] = sums?.estimated ?? [];
  const [measuredS = 0] = sums?.measuredS ?? [];
  // A gap that reaches over the range has growth in it, and no reading.
  if (measuredS === 0 && amount === 0) return none;
  const coverage = share(measuredS, toS - fromS);
  if ((await readOnce(lane, shelves, [series])).has(series.number)) return { ...none, coverage };
  return {
    ...none,
    growth: amount / 10 ** quantities[series.quantity].decimals,
    estimated: amount === 0 ? 0 : estimated / amount,
    coverage,
  };
}

/** Tiers hold no samples: windows are counted, but for those that a correction left out. */
async function countOf(
  lane: Lane,
  { generations, tiers: built, corrections }: Shelves,
  { number, firstS, quantity }: SeriesRef,
  fromS: number,
  toS: number,
): Promise<Pick<Figures, 'windows' | 'samples'>> {
  if (built.kept.fromS('raw') > Math.max(fromS, firstS)) return { windows: null, samples: null };
  const excluded = (corrections.plan.of(number)?.rules ?? [])
    .filter(rule => rule.isExcluded && rule.fromS < toS && rule.toS > fromS)
    .map(rule => ` AND NOT (startS >= ${second(rule.fromS)} AND startS < ${second(rule.toS)})`);
  const where = `series = ${number}::UINTEGER AND startS >= ${second(fromS)} AND startS < ${second(toS)}`;
  const { kind } = quantities[quantity];
  const rows = rawRows(kind, generations.touching(fromS, toS), 'samples', where + excluded.join(''));
  const [[windows = 0] = [], [samples = 0] = []] = await lane.columns(
    `SELECT count(*)::DOUBLE, coalesce(sum(samples), 0)::DOUBLE FROM (${rows})`,
  );
  return { windows, samples };
}

const share = (measuredS: number, lengthS: number): number => Math.min(measuredS / lengthS, 1);
