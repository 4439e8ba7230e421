import { formatReading, formatText } from '../format.ts';
import { locale } from '../i18n/language.ts';
import { isCounter, unitOf } from '../i18n/quantity-names.ts';

/** A value with its unit; counters as they stand on the meter. */
export const valueText = (quantity: string, value: number): string =>
  (isCounter(quantity) ? formatReading : formatText)(value, unitOf(quantity), locale());
