/** Numbers and units as people type them. */

const prefixes: Readonly<Record<string, number>> = Object.freeze({ m: 1e-3, '': 1, k: 1e3, M: 1e6, G: 1e9 });

/** Where `1.500` is fifteen hundred. */
const hasPointsBetweenThousands = (locale: string): boolean =>
  new Intl.NumberFormat(locale).format(1.5).includes(',');

/**
 * A number as it is written in a locale, with or without signs between the thousands; null where it is none. One point or
 * comma that cannot be between thousands is the decimal sign, whatever the locale: people type what their keyboard has.
 */
export function typedNumber(text: string, locale: string): number | null {
  const plain = text
    .trim()
    .replace(/^[−–]/, '-')
    .replace(/[\s\u00a0\u202f'’]/g, '');
  const [thousand, decimal] = hasPointsBetweenThousands(locale) ? ['.', ','] : [',', '.'];
  // `0.950` has no thousands.
  const grouped = new RegExp(`^-?[1-9]\\d{0,2}(?:\\${thousand}\\d{3})+(?:\\${decimal}\\d*)?$`);
  const joined = grouped.test(plain)
    ? plain.replaceAll(thousand, '').replace(decimal, '.')
    : plain.replace(/[.,]/, '.');
  return /^-?(?:\d{1,15}(?:\.\d{0,9})?|\.\d{1,9})$/.test(joined) ? Number(joined) : null;
}

/** The same with a unit behind it, or without: `3,5 kW` is 3500 of `W`. Null where it is none, or of another unit. */
export function typedValue(text: string, unit: string, locale: string): number | null {
  const [, digits = '', behind = ''] = /^(.*?[\d.,])\s*([^\d\s.,][^\d]*)?$/.exec(text.trim()) ?? [];
  const given = behind.trim();
  if (given === '') return typedNumber(digits, locale);
  if (!given.toLowerCase().endsWith(unit.toLowerCase())) return null;
  const prefix = given.slice(0, given.length - unit.length);
  const factor = prefixes[prefix] ?? prefixes[prefix.toLowerCase()];
  const value = typedNumber(digits, locale);
  if (factor === undefined || value === null) return null;
  // 3.3 × 1000 is not quite 3300.
  return Number((value * factor).toPrecision(12));
}

/** A number for a field, all of its digits. */
export const numberText = (value: number, locale: string): string =>
  new Intl.NumberFormat(locale, { useGrouping: false, maximumFractionDigits: 9 }).format(value);

/** Nobody thinks of ten thousand watt-hours. */
const inThousands: ReadonlySet<string> = new Set(['Wh', 'VAh', 'varh']);

/** A limit as somebody set it, all of its digits: `3,500 W`, `10 kWh`. */
export function limitText(value: number, unit: string, locale: string): string {
  const isLarge = inThousands.has(unit) && Math.abs(value) >= 1000;
  const number = new Intl.NumberFormat(locale, { maximumFractionDigits: 9 })
    .format(isLarge ? value / 1000 : value)
    .replace('-', '−');
  const shown = unit === '1' ? '' : `${isLarge ? 'k' : ''}${unit}`;
  return shown === '' ? number : `${number}\u202f${shown}`;
}
