/** Everything about one meter. */
export interface MeterAddress {
  readonly view: 'meter';
  /** gateway.meter */
  readonly meter: string;
}

/** Without a meter there is nothing to show: null. */
export const parseMeter = ([meter]: readonly string[]): MeterAddress | null =>
  meter === undefined ? null : { view: 'meter', meter };

export const formatMeter = ({ meter }: MeterAddress): string => `/meter/${meter}`;

export const meterAddress = (meter: string): MeterAddress => ({ view: 'meter', meter });
