import { formatNumber } from '../format.ts';

const units = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** How much room, in the unit that fits: "1.2 GB". Thousands, as disks are sold. */
export function byteText(bytes: number, locale: string): string {
  let [value, unit] = [bytes, 0];
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  const decimals = unit === 0 || value >= 99.95 ? 0 : 1;
  return `${formatNumber(value, locale, decimals)}\u202f${units[unit]}`;
}

/** A path or name as one word of a shell. */
export const shellWord = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
