/** A decimal number as its digits without a point, and how many of them are behind it. */
export interface Decimal {
  readonly digits: bigint;
  readonly places: number;
}

const decimalPattern = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?$/;

/** Reads a decimal number exactly; undefined where the text is none. */
export function decimalOf(text: string): Decimal | undefined {
  const found = decimalPattern.exec(text);
  if (found === null) return undefined;
  const [, sign = '', whole = '', part = '', exponent = '0'] = found;
  if (whole === '' && part === '') return undefined;
  const digits = BigInt(`${whole}${part}`);
  return { digits: sign === '-' ? -digits : digits, places: part.length - Number(exponent) };
}

/**
 * A reader of decimal numbers as whole numbers of steps of 10^-decimals, each multiplied by a factor: exactly, and then
 * rounded half away from zero. Undefined for a text that is no number; infinite for one that is beyond all numbers.
 */
export function stepsReader(factor: Decimal, decimals: number): (text: string) => number | undefined {
  return text => {
    const quick = quickSteps(text, factor, decimals);
    if (quick !== undefined) return quick;
    const decimal = decimalOf(text);
    if (decimal === undefined) return undefined;
    const product = decimal.digits * factor.digits;
    const shift = decimals - decimal.places - factor.places;
    if (shift >= 0) {
      if (product === 0n) return 0;
      return shift > 40 ? Infinity : bounded(product * 10n ** BigInt(shift));
    }
    return shift < -400 ? 0 : bounded(rounded(product, 10n ** BigInt(-shift)));
  };
}

/** Most numbers are short and need no rounding: then ordinary arithmetic is exact, and ten times as fast. */
function quickSteps(text: string, factor: Decimal, decimals: number): number | undefined {
  if (text.length > 12 || factor.digits !== 1n) return undefined;
  let digits = 0;
  let point = -1;
  const isNegative = text.charCodeAt(0) === 45;
  const from = isNegative ? 1 : 0;
  if (text.length === from) return undefined;
  for (let index = from; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code >= 48 && code <= 57) digits = digits * 10 + code - 48;
    else if (code === 46 && point < 0 && text.length > from + 1) point = index;
    else return undefined;
  }
  const places = point < 0 ? 0 : text.length - 1 - point;
  const shift = decimals - places - factor.places;
  if (shift < 0 || shift > 15) return undefined;
  const steps = digits * 10 ** shift;
  if (!Number.isSafeInteger(steps)) return undefined;
  return isNegative && steps !== 0 ? -steps : steps;
}

function rounded(value: bigint, divisor: bigint): bigint {
  const half = divisor / 2n;
  return (value < 0n ? value - half : value + half) / divisor;
}

function bounded(value: bigint): number {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : number < 0 ? -Infinity : Infinity;
}
