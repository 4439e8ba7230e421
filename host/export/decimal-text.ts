/**
 * A whole number of steps of 10^-decimals as the decimal number it stands for, digit by digit: a division would lose
 * the last digit of the largest counters.
 */
export function decimalText(steps: number, decimals: number): string {
  if (decimals === 0 || steps === 0) return String(steps);
  const digits = String(Math.abs(steps)).padStart(decimals + 1, '0');
  let end = digits.length;
  const point = end - decimals;
  while (end > point && digits.charCodeAt(end - 1) === 48) end--;
  const whole = steps < 0 ? `-${digits.slice(0, point)}` : digits.slice(0, point);
  return end === point ? whole : `${whole}.${digits.slice(point, end)}`;
}
