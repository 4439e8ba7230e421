/**
 * Whole numbers of 64 bits and more without big integers, which cost a device much for a few counters: digits of 16
 * bits, the least significant first. A product or remainder of a digit and a factor stays below 2^53.
 */
const base = 0x1_0000;

/** The largest factor or divisor that `roundedQuotient` takes: 2^36. */
export const mostFactor = 0x10_0000_0000;

/**
 * (`high` × `highUnit` + `low`) × all of `factors` / all of `divisors`, half rounded up; undefined where that is past
 * 2^53 - 1. All are whole numbers from 0, `factors` and `divisors` from 1 to `mostFactor`.
 */
export function roundedQuotient(
  high: number,
  highUnit: number,
  low: number,
  factors: readonly number[],
  divisors: readonly number[],
): number | undefined {
  const digits = [high % base, Math.floor(high / base)];
  multiply(digits, highUnit);
  add(digits, [low % base, Math.floor(low / base)]);
  for (const factor of factors) multiply(digits, factor);
  const divisor = [1];
  for (const each of divisors) multiply(divisor, each);
  // floor((2 n + d) / 2 d) is n / d with half rounded up.
  multiply(digits, 2);
  add(digits, divisor);
  for (const each of divisors) divide(digits, each);
  divide(digits, 2);
  return safeNumber(digits);
}

function multiply(digits: number[], factor: number): void {
  let carry = 0;
  for (let index = 0; index < digits.length; index++) {
    const product = (digits[index] as number) * factor + carry;
    digits[index] = product % base;
    carry = Math.floor(product / base);
  }
  for (; carry > 0; carry = Math.floor(carry / base)) digits.push(carry % base);
}

function add(digits: number[], more: readonly number[]): void {
  let carry = 0;
  for (let index = 0; index < more.length || carry > 0; index++) {
    const sum = (digits[index] ?? 0) + (more[index] ?? 0) + carry;
    digits[index] = sum % base;
    carry = sum < base ? 0 : 1;
  }
}

function divide(digits: number[], divisor: number): void {
  let rest = 0;
  for (let index = digits.length - 1; index >= 0; index--) {
    const part = rest * base + (digits[index] as number);
    rest = part % divisor;
    digits[index] = (part - rest) / divisor;
  }
}

function safeNumber(digits: readonly number[]): number | undefined {
  let value = 0;
  for (let index = digits.length - 1; index >= 0; index--) {
    value = value * base + (digits[index] as number);
    if (value > Number.MAX_SAFE_INTEGER) return undefined;
  }
  return value;
}
