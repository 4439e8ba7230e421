import type { Price, Tariff } from '../../host/api/contract.ts';
import type { SiteEnergy } from './day-energy.ts';

/** A day's cost in the tariff's currency: what was taken, less what was fed in, and what the day costs by itself. */
export interface Cost {
  readonly currency: string;
  readonly total: number;
  readonly taken: number;
  readonly fedIn: number;
  readonly perDay: number;
}

/** The civil day of a moment in a zone, as tariffs write it: 2026-01-01. */
export function dayIn(zone: string, atMs: number): string {
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  }).formatToParts(atMs);
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.find(one => one.type === type)?.value ?? '';
  return `${part('year')}-${part('month')}-${part('day')}`;
}

/** The prices that are valid on a day: the newest that began by then. */
export const priceOn = (tariff: Tariff, day: string): Price | null =>
  tariff.prices.findLast(({ from }) => from <= day) ?? null;

/** The cost of a day's energy. null where no price is valid or what was taken is not known. */
export function costOf(tariff: Tariff, day: string, energy: SiteEnergy): Cost | null {
  const price = priceOn(tariff, day);
  if (price === null || energy.takenWh === null) return null;
  const taken = (energy.takenWh / 1000) * price.importPerKwh;
  const fedIn = ((energy.fedInWh ?? 0) / 1000) * price.exportPerKwh;
  const { perDay } = price;
  return { currency: tariff.currency, taken, fedIn, perDay, total: taken - fedIn + perDay };
}
