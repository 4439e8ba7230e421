import { type QuantityId, quantities } from '#core/quantities.ts';

/**
 * A number, or a text that is nothing but one: plain topics and some firmwares write numbers so. What is larger than any double,
 * which JSON may write, is none.
 */
export function numberIn(value: unknown): number | undefined {
  const number = typeof value === 'string' ? numberOf(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

function numberOf(text: string): number | undefined {
  if (text.length > 40) return undefined;
  const trimmed = text.trim();
  const isNumber = /^[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d{1,3})?$/.test(trimmed);
  return isNumber ? Number(trimmed) : undefined;
}

/**
 * A value times a power of ten, exactly: 1234.5678 kWh are 1234567.8 Wh, while the product of the doubles is
 * 1234567.7999999998.
 */
export function shifted(value: number, powerOfTen: number): number {
  const [digits = '', power = '0'] = String(value).split('e');
  return Number(`${digits}e${Number(power) + powerOfTen}`);
}

/** A value times any factor, to the last decimal that is kept of its quantity. */
export function scaled(value: number, factor: number, quantity: QuantityId): number {
  const power = Math.log10(Math.abs(factor));
  if (Number.isInteger(power)) return shifted(factor < 0 ? -value : value, power);
  const { decimals } = quantities[quantity];
  const product = value * factor;
  // A large or odd one is judged as it is.
  return Math.abs(product) < 1e9 ? shifted(Math.round(shifted(product, decimals)), -decimals) : product;
}

/** What the values come to, to the last decimal that is kept of their quantity: no sum of doubles, which has odd digits. */
export function addedUp(values: readonly number[], quantity: QuantityId): number {
  const { decimals } = quantities[quantity];
  const steps = values.reduce((sum, value) => sum + Math.round(shifted(value, decimals)), 0);
  return shifted(steps, -decimals);
}
