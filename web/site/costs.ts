import type { EnergyTable, Price, Tariff } from '../../host/api/contract.ts';
import { civilOf } from '../periods.ts';

/** What went over the grid's meter on a civil day of the site's zone; null: nothing was measured of it. */
export interface DayEnergy {
  /** As in `2026-01-31`. */
  readonly day: string;
  readonly importWh: number | null;
  readonly exportWh: number | null;
}

/** Days at the same price. Money in whole units of the currency. */
export interface CostPart {
  readonly price: Price;
  readonly days: number;
  readonly importWh: number;
  /** null: of none of the days it is known; 0 is paid for it then. */
  readonly exportWh: number | null;
  readonly importCost: number;
  /** What was paid for feeding in; below zero where that costs money. */
  readonly exportPay: number;
  readonly dayCost: number;
}

export interface Costs {
  readonly currency: string;
  /** One for each price that holds for some of the days, the oldest first. */
  readonly parts: readonly CostPart[];
  readonly importCost: number;
  readonly exportPay: number;
  readonly dayCost: number;
  /** `importCost + dayCost − exportPay`; below zero: money earned. */
  readonly total: number;
  /** Days of which it is not known what was taken: not in the sum. */
  readonly unknownDays: readonly string[];
  /** Days before the first price: not in the sum. */
  readonly unpricedDays: readonly string[];
}

/**
 * What energy cost on these days, and by which prices. Each day counts at the price that began last before it or on it.
 * A day of which nothing is known is named, never taken for free, and not in the sum; so is one without a price.
 */
export function costOf(days: readonly DayEnergy[], { currency, prices }: Tariff): Costs {
  const byPrice = new Map<Price, DayEnergy[]>();
  const unpricedDays: string[] = [];
  const unknownDays: string[] = [];
  for (const each of days) {
    const price = prices.findLast(({ from }) => from <= each.day);
    if (price === undefined) unpricedDays.push(each.day);
    else if (each.importWh === null) unknownDays.push(each.day);
    else byPrice.set(price, [...(byPrice.get(price) ?? []), each]);
  }
  const parts = prices.flatMap(price => {
    const held = byPrice.get(price);
    return held === undefined ? [] : [partOf(price, held)];
  });
  const sum = (of: (part: CostPart) => number) => parts.reduce((total, part) => total + of(part), 0);
  const importCost = sum(part => part.importCost);
  const exportPay = sum(part => part.exportPay);
  const dayCost = sum(part => part.dayCost);
  return {
    currency,
    parts,
    importCost,
    exportPay,
    dayCost,
    total: importCost + dayCost - exportPay,
    unknownDays,
    unpricedDays,
  };
}

function partOf(price: Price, days: readonly DayEnergy[]): CostPart {
  const importWh = days.reduce((sum, day) => sum + (day.importWh ?? 0), 0);
  const fedIn = days.flatMap(({ exportWh }) => exportWh ?? []);
  const exportWh = fedIn.length === 0 ? null : fedIn.reduce((sum, wh) => sum + wh, 0);
  return {
    price,
    days: days.length,
    importWh,
    exportWh,
    importCost: (importWh / 1000) * price.importPerKwh,
    exportPay: ((exportWh ?? 0) / 1000) * price.exportPerKwh,
    dayCost: days.length * price.perDay,
  };
}

/** The civil day of a moment as a clock in `zone` shows it, as in `2026-01-31`. */
export const civilDayOf = (atMs: number, zone: string): string =>
  new Date(civilOf(atMs, zone)).toISOString().slice(0, 10);

/**
 * The days of a table by day (`GET /api/v1/energy?period=day`) over the meters at the grid. With several of them a day is
 * known where all are; that none of them counts what is fed in says nothing of the rest. One of `goneKeys` was taken away:
 * it counts as long as it measured, and its days after that lack nothing.
 */
export function gridDaysOf(
  table: EnergyTable,
  gridKeys: readonly string[],
  goneKeys: readonly string[] = [],
): DayEnergy[] {
  const columnsOf = (keys: readonly string[]) =>
    keys.map(key => table.meters.find(({ meter }) => meter === key));
  const [columns, gone] = [columnsOf(gridKeys), columnsOf(goneKeys)];
  const sumAt = (index: number, of: 'importWh' | 'exportWh'): number | null => {
    const left = gone.filter(column => (column?.[of][index] ?? null) !== null);
    const cells = [...columns, ...left].map(column => column?.[of][index] ?? null);
    const known = cells.filter(cell => cell !== null);
    const isKnown = of === 'importWh' ? known.length === cells.length && known.length > 0 : known.length > 0;
    return isKnown ? known.reduce((sum, cell) => sum + cell, 0) : null;
  };
  return table.startMs.map((startMs, index) => ({
    day: civilDayOf(startMs, table.zone),
    importWh: sumAt(index, 'importWh'),
    exportWh: sumAt(index, 'exportWh'),
  }));
}

/** Days in order as stretches of days that follow each other, by their first and last. */
export function dayRuns(days: readonly string[]): readonly (readonly [first: string, last: string])[] {
  const runs: [string, string][] = [];
  for (const day of days) {
    const last = runs.at(-1);
    const isNext = last !== undefined && Date.parse(day) - Date.parse(last[1]) === 86_400_000;
    if (isNext) last[1] = day;
    else runs.push([day, day]);
  }
  return runs;
}

/** Money as a locale writes it, with a true minus sign. */
export const formatMoney = (amount: number, currency: string, locale: string): string =>
  new Intl.NumberFormat(locale, { style: 'currency', currency, signDisplay: 'negative' })
    .format(amount)
    .replace('-', '−');
