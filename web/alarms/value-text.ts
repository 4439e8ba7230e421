import { quantities, type Unit } from '#core/quantities.ts';
import { formatText } from '../format.ts';
import { limitText } from './typed-number.ts';

const units: ReadonlySet<string> = new Set(Object.values(quantities).map(({ unit }) => unit));
const isUnit = (unit: string): unit is Unit => units.has(unit);

const shortText = (value: number, unit: string, locale: string): string =>
  isUnit(unit)
    ? formatText(value, unit, locale)
    : limitText(Number(value.toPrecision(4)), unit || '1', locale);

/** As many digits as any number of a meter has. */
const mostDigits = 12;

/** In short; but what a condition compares it with (`> 3500 W for 60 s`) it is as much above or below as shown. */
export function valueText(value: number, unit: string, condition: string, locale: string): string {
  const shown = shortText(value, unit, locale);
  const compared = (condition.match(/-?\d+(\.\d+)?(e[+-]?\d+)?/g) ?? []).map(Number);
  const near = compared.filter(limit => limit !== value && shortText(limit, unit, locale) === shown);
  if (near.length === 0) return shown;
  let digits = 4;
  const isTold = (limit: number) =>
    Math.sign(Number(value.toPrecision(digits)) - limit) === Math.sign(value - limit);
  while (digits < mostDigits && !near.every(isTold)) digits++;
  return limitText(Number(value.toPrecision(digits)), unit || '1', locale);
}
