import { momentOf } from './moment.ts';

/** Everything about one meter. */
export interface MeterAddress {
  readonly view: 'meter';
  /** gateway.meter */
  readonly meter: string;
  /** The instant whose counter readings are shown; absent: none. */
  readonly atMs?: number;
  /** How many weeks of its load are looked at; absent: four. */
  readonly weeks?: LoadWeeks;
}

export const loadWeeks = Object.freeze([1, 4, 13] as const);
export type LoadWeeks = (typeof loadWeeks)[number];
export const weeksByDefault: LoadWeeks = 4;

/** Without a meter there is nothing to show: null. */
export function parseMeter([meter]: readonly string[], query: URLSearchParams): MeterAddress | null {
  if (meter === undefined) return null;
  const atMs = momentOf(query.get('at'));
  const weeks = loadWeeks.find(each => String(each) === query.get('weeks'));
  return {
    view: 'meter',
    meter,
    ...(atMs !== null && { atMs }),
    ...(weeks !== undefined && weeks !== weeksByDefault && { weeks }),
  };
}

export function formatMeter({ meter, atMs, weeks }: MeterAddress): string {
  const query = new URLSearchParams();
  if (atMs !== undefined) query.set('at', String(atMs));
  if (weeks !== undefined && weeks !== weeksByDefault) query.set('weeks', String(weeks));
  return `/meter/${meter}${query.size > 0 ? `?${query}` : ''}`;
}

export const meterAddress = (meter: string): MeterAddress => ({ view: 'meter', meter });
