import type { Unit } from '#core/quantities.ts';
import { formatNumber, formatText, missing } from '../format.ts';
import type { Difference } from '../history/compare.ts';
import { locale } from '../i18n/language.ts';

/** A share as a percentage; next to all or nothing is never told as all or nothing. */
export function shareText(share: number | null): string {
  if (share === null) return missing;
  const percent = share * 100;
  const decimals = (percent > 99 && percent < 100) || (percent > 0 && percent < 1) ? 1 : 0;
  const shown = percent < 100 && percent > 99.9 ? 99.9 : percent > 0 && percent < 0.1 ? 0.1 : percent;
  return `${formatNumber(shown, locale(), decimals)}\u202f%`;
}

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
