import { formatNumber } from '../format.ts';
import { locale } from '../i18n/language.ts';

/** A share, 0 to 1, in percent; never rounded up to 100. */
export function shareText(share: number, decimals = 0): string {
  const scale = 100 * 10 ** decimals;
  const rounded = share >= 1 ? 100 : Math.min(Math.round(share * scale), scale - 1) / 10 ** decimals;
  return `${formatNumber(rounded, locale(), decimals)}\u202f%`;
}
