import { type QuantityId, quantities } from '#core/quantities.ts';
import type { Totals } from '../api/contract.ts';
import { counterSlots, readingAfter, readingBefore } from './counter-slots.ts';
import { growthBetween, roundTo } from './growth.ts';
import { type Lane, startSecond } from './lane.ts';
import { periodBounds } from './periods.ts';
import type { MeterEntry, SeriesEntry } from './series-book.ts';
import type { TotalsRange } from './types.ts';

/** Every zone of today is a multiple of a quarter of an hour from UTC, so its periods are whole slots. */
const slotS = 900;

interface Energy {
  readonly wh: readonly number[];
  /** Seconds measured in each period. */
  readonly measuredS: readonly number[];
}

/**
 * A meter's energy by civil periods that cover the range. From its counters where it has any: what they grew, exact.
 * Else from the mean power of its windows, import and export apart by sign. A direction without counter is null
 * where the other has one, and both are null for a meter that measures no energy.
 */
export async function totalsOf(
  lane: Lane,
  zone: string,
  meter: MeterEntry | undefined,
  range: TotalsRange,
): Promise<Totals> {
  const bounds = await periodBounds(lane, zone, range.fromMs, range.toMs, range.period);
  const { imported, exported } = await energies(lane, meter, bounds);
  const periods = bounds.slice(0, -1).map((startS, index) => {
    const endS = bounds[index + 1] as number;
    const measuredS = Math.max(imported?.measuredS[index] ?? 0, exported?.measuredS[index] ?? 0);
    return {
      startMs: startS * 1000,
      endMs: endS * 1000,
      importWh: imported?.wh[index] ?? null,
      exportWh: exported?.wh[index] ?? null,
      coverage: endS > startS ? Math.min(measuredS / (endS - startS), 1) : 0,
    };
  });
  return { meter: range.meter, zone, periods };
}

async function energies(
  lane: Lane,
  meter: MeterEntry | undefined,
  bounds: readonly number[],
): Promise<{ imported?: Energy; exported?: Energy }> {
  const counted = async (quantity: QuantityId) => {
    const series = meter?.series.get(quantity);
    return series && series.endS > 0 ? fromCounter(lane, series, bounds) : undefined;
  };
  const imported = await counted('energyImportWh');
  const exported = await counted('energyExportWh');
  if (imported || exported) return { ...(imported && { imported }), ...(exported && { exported }) };
  const power = meter?.series.get('powerW');
  return power && power.endS > 0 ? fromPower(lane, power, bounds) : {};
}

async function fromCounter(lane: Lane, series: SeriesEntry, bounds: readonly number[]): Promise<Energy> {
  const [fromS, toS] = ends(bounds);
  const slots = await counterSlots(lane, series, fromS, toS, slotS);
  const before = await readingBefore(lane, series, fromS);
  const after = await readingAfter(lane, series, toS);
  const { decimals } = quantities[series.quantity];
  return {
    wh: growthBetween(bounds, [...before, ...slots, ...after]).map(wh => roundTo(decimals, wh)),
    measuredS: sumByPeriod(
      bounds,
      slots.map(({ startS }) => Math.max(startS, fromS)),
      slots.map(({ measuredS }) => measuredS),
    ),
  };
}

async function fromPower(
  lane: Lane,
  series: SeriesEntry,
  bounds: readonly number[],
): Promise<{ imported: Energy; exported: Energy }> {
  const [fromS, toS] = ends(bounds);
  const [slots = [], positive = [], negative = [], measured = []] = await lane.columns(
    `SELECT (startS // ?::UINTEGER)::DOUBLE AS slot, sum(greatest(mean, 0) * windowS) / 3600,
       sum(greatest(-mean, 0) * windowS) / 3600, sum(windowS)::DOUBLE
     FROM gauge WHERE series = ?::UINTEGER AND startS >= ?::UINTEGER AND startS < ?::UINTEGER GROUP BY slot ORDER BY slot`,
    [slotS, series.number, startSecond(fromS), startSecond(toS)],
  );
  const starts = slots.map(slot => Math.max(slot * slotS, fromS));
  const measuredS = sumByPeriod(bounds, starts, measured);
  const { decimals } = quantities.energyImportWh;
  const sum = (amounts: readonly number[]) =>
    sumByPeriod(bounds, starts, amounts).map(wh => roundTo(decimals, wh));
  return { imported: { wh: sum(positive), measuredS }, exported: { wh: sum(negative), measuredS } };
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

const ends = (bounds: readonly number[]): [number, number] => [bounds[0] ?? 0, bounds.at(-1) ?? 0];
