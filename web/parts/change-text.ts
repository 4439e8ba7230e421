import type { Unit } from '#core/quantities.ts';
import { formatNumber, formatText, missing } from '../format.ts';
import type { Difference } from '../history/compare.ts';
import { locale } from '../i18n/language.ts';

const signed = (text: string, value: number): string => (value > 0 ? `+${text}` : text);

/** More than tenfold is no percentage that anybody reads. */
const mostShare = 10;

/** `+1.2 kWh (+9 %)` */
export function changeText(difference: Difference | null, unit: Unit): string {
  if (difference === null) return missing;
  const { by, share } = difference;
  const amount = signed(formatText(by, unit, locale()), by);
  return share === null || Math.abs(share) > mostShare
    ? amount
    : `${amount} (${signed(`${formatNumber(share * 100, locale(), 0)}\u202f%`, share)})`;
}
