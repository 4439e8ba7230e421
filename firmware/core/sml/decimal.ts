/**
 * Exact decimals: a whole number and a power of ten, as SML sends them. No value passes through a float that
 * would lose a digit.
 */

/** The text of `mantissa` × 10^`scaler`: all digits, no exponent, `-0.07`, `12345678.9`, `7000`. */
export function decimalText(mantissa: number | bigint, scaler: number): string {
  const isNegative = mantissa < 0;
  const digits = String(isNegative ? -mantissa : mantissa);
  const sign = isNegative ? '-' : '';
  if (scaler >= 0) return sign + (digits === '0' ? digits : digits + '0'.repeat(scaler));
  const padded = digits.padStart(1 - scaler, '0');
  return `${sign}${padded.slice(0, scaler)}.${padded.slice(scaler)}`;
}

/**
 * `mantissa` × 10^`scaler` as a whole number of the last of `decimals` decimals, half rounded away from zero;
 * undefined where it is too large to be exact.
 */
export function decimalSteps(
  mantissa: number | bigint,
  scaler: number,
  decimals: number,
): number | undefined {
  const shift = scaler + decimals;
  // Past these shifts only zero stays in range.
  if (mantissa === 0 || shift < -20) return 0;
  if (shift > 15) return undefined;
  if (typeof mantissa === 'number' && shift >= 0) {
    const product = mantissa * 10 ** shift;
    // A product that is safe was not rounded; most values end here, without a big integer.
    return Number.isSafeInteger(product) ? product : undefined;
  }
  const exact =
    shift >= 0 ? BigInt(mantissa) * 10n ** BigInt(shift) : roundedQuotient(BigInt(mantissa), -shift);
  const steps = Number(exact);
  return Number.isSafeInteger(steps) ? steps : undefined;
}

function roundedQuotient(mantissa: bigint, digits: number): bigint {
  const divisor = 10n ** BigInt(digits);
  const half = divisor / 2n;
  return (mantissa < 0n ? mantissa - half : mantissa + half) / divisor;
}
