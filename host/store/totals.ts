import { quantities } from '#core/quantities.ts';
import type { Totals } from '../api/contract.ts';
import { spread } from '../counters/spread.ts';
import { counterHistory } from './counter-history.ts';
import type { Lane } from './lane.ts';
import { dayBounds, periodBounds } from './periods.ts';
import { partsOf, type Shelves, second } from './series-parts.ts';
import { type Tier, tiers } from './tier-tables.ts';
import type { EnergySeries, Period, SeriesRef, TotalsRange } from './types.ts';

interface Energy {
  readonly wh: readonly number[];
  /** How much of it was shared out over gaps or concluded. */
  readonly estimatedWh: readonly number[];
  /** Seconds measured in each period. */
  readonly measuredS: readonly number[];
}

/** Periods to sum up, and which tier may serve: days where they are whole ones, else quarters of an hour. */
interface Periods {
  readonly bounds: readonly number[];
  readonly tier: Tier | undefined;
  readonly days: readonly number[];
}

/** Every zone of today is a multiple of a quarter of an hour from UTC, so its periods are whole slots. */
const quarter = tiers.find(({ name }) => name === '900');
const day = tiers.find(({ name }) => name === 'day');
const slotS = 900;

/**
 * A meter's energy by civil periods that cover the range. From its counters where it has any: what they grew, exact.
 * Else from the mean power of its windows, import and export apart by sign. A direction without counter is null
 * where the other has one, and both are null for a meter that measures no energy.
 */
export async function totalsOf(
  lane: Lane,
  shelves: Shelves,
  zone: string,
  series: EnergySeries,
  range: TotalsRange,
): Promise<Totals> {
  const bounds = await periodBounds(lane, zone, range.fromMs, range.toMs, range.period);
  const periods = await periodsOf(lane, zone, range.period, bounds);
  const { imported, exported } = await energies(lane, shelves, series, periods);
  return {
    meter: range.meter,
    zone,
    periods: bounds.slice(0, -1).map((startS, index) => {
      const endS = bounds[index + 1] as number;
      const measuredS = Math.max(imported?.measuredS[index] ?? 0, exported?.measuredS[index] ?? 0);
      return {
        startMs: startS * 1000,
        endMs: endS * 1000,
        importWh: imported?.wh[index] ?? null,
        exportWh: exported?.wh[index] ?? null,
        importEstimatedWh: imported?.estimatedWh[index] ?? null,
        exportEstimatedWh: exported?.estimatedWh[index] ?? null,
        coverage: endS > startS ? Math.min(measuredS / (endS - startS), 1) : 0,
      };
    }),
  };
}

async function periodsOf(
  lane: Lane,
  zone: string,
  period: Period,
  bounds: readonly number[],
): Promise<Periods> {
  if (period !== 'day' && period !== 'month') return { bounds, tier: quarter, days: [] };
  const [fromS, toS] = ends(bounds);
  const days =
    period === 'day' ? bounds : await lane.use(connection => dayBounds(connection, zone, fromS, toS));
  return { bounds, tier: day, days };
}

async function energies(
  lane: Lane,
  shelves: Shelves,
  { imported, exported, power }: EnergySeries,
  periods: Periods,
): Promise<{ imported?: Energy; exported?: Energy }> {
  if (imported || exported) {
    return {
      ...(imported && { imported: await fromCounter(lane, shelves, imported, periods) }),
      ...(exported && { exported: await fromCounter(lane, shelves, exported, periods) }),
    };
  }
  return power ? fromPower(lane, shelves, power, periods) : {};
}

/** Parts of the coarser tiers begin at multiples of a quarter of an hour too, and stay what they are. */
const slot = `startS // ${slotS}::UINTEGER * ${slotS}::UINTEGER`;

async function fromCounter(
  lane: Lane,
  shelves: Shelves,
  series: SeriesRef,
  periods: Periods,
): Promise<Energy> {
  const { bounds } = periods;
  const [fromS, toS] = ends(bounds);
  const { growths, slots } = await counterHistory(lane, shelves, series, fromS, toS, {
    ...periods,
    bucket: slot,
  });
  const { amount, estimated } = spread(bounds, growths);
  const scale = 10 ** quantities[series.quantity].decimals;
  const inRange = slots.filter(({ startS }) => startS + slotS > fromS);
  return {
    wh: amount.map(steps => steps / scale),
    estimatedWh: estimated.map(steps => steps / scale),
    measuredS: sumByPeriod(
      bounds,
      inRange.map(({ startS }) => Math.max(startS, fromS)),
      inRange.map(({ measuredS }) => measuredS),
    ),
  };
}

async function fromPower(
  lane: Lane,
  shelves: Shelves,
  series: SeriesRef,
  { bounds, tier, days }: Periods,
): Promise<{ imported: Energy; exported: Energy }> {
  const [fromS, toS] = ends(bounds);
  const [starts = [], area = [], negative = [], measured = []] = await lane.columns(
    `SELECT startS::DOUBLE, sum(area)::DOUBLE, sum(negative)::DOUBLE, sum(measuredS)::DOUBLE
     FROM (${partsOf(shelves, [series], fromS, toS, tier, days)}) WHERE startS >= ${second(fromS)} GROUP BY startS ORDER BY startS`,
  );
  const measuredS = sumByPeriod(bounds, starts, measured);
  const { decimals } = quantities.energyImportWh;
  const perWh = 3600 * 10 ** quantities[series.quantity].decimals;
  const sum = (amounts: readonly number[]) =>
    sumByPeriod(bounds, starts, amounts).map(steps => roundTo(decimals, steps / perWh));
  const positive = area.map((sum, index) => sum + (negative[index] as number));
  // A mean says nothing of the time it was not measured: nothing is estimated, coverage tells what is missing.
  const estimatedWh = measuredS.map(() => 0);
  return {
    imported: { wh: sum(positive), estimatedWh, measuredS },
    exported: { wh: sum(negative), estimatedWh, measuredS },
  };
}

function sumByPeriod(
  bounds: readonly number[],
  starts: readonly number[],
  amounts: readonly number[],
): number[] {
  const sums = new Array<number>(Math.max(bounds.length - 1, 0)).fill(0);
  let at = 0;
  for (const [index, startS] of starts.entries()) {
    while (at < sums.length - 1 && (bounds[at + 1] as number) <= startS) at++;
    sums[at] = (sums[at] as number) + (amounts[index] as number);
  }
  return sums;
}

const roundTo = (decimals: number, value: number): number =>
  Math.round(value * 10 ** decimals) / 10 ** decimals;

const ends = (bounds: readonly number[]): [number, number] => [bounds[0] ?? 0, bounds.at(-1) ?? 0];
