import { deepFreeze } from '../freeze.ts';
import { quantities } from '../quantities.ts';
import { roundedQuotient } from './exact.ts';
import type { Register } from './register.ts';

/** A whole number of up to 64 bits or 16 decimal digits: ±(`high` × `highUnit` + `low`). */
export interface Raw64 {
  readonly isNegative: boolean;
  readonly high: number;
  readonly highUnit: number;
  readonly low: number;
}

type Scaling = Pick<Register, 'quantity' | 'scale' | 'resolution' | 'offset'>;

/** Exact, whereas `10 ** n` is a matter of the engine. */
const tens: readonly number[] = deepFreeze([1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10]);

/**
 * raw × `scale` × 10^`power`, rounded to the resolution, plus the offset. Divides where the scale is a fraction:
 * 2257 / 10 is 225.7, whereas 2257 * 0.1 is not.
 */
export function scaled(raw: number, power: number, scaling: Scaling): number {
  const { scale, resolution, offset } = scaling;
  if (scale === 1 && power === 0 && resolution === undefined && offset === undefined) return raw;
  const up = power > 0 ? (tens[power] as number) : 1;
  const down = power < 0 ? (tens[-power] as number) : 1;
  const value = Math.abs(scale) < 1 ? (raw * up) / (Math.round(1 / scale) * down) : (raw * scale * up) / down;
  const whole =
    resolution === undefined
      ? value
      : resolution < 1
        ? Math.round(value * Math.round(1 / resolution)) / Math.round(1 / resolution)
        : Math.round(value / resolution) * resolution;
  if (offset === undefined) return whole;
  const perUnit = perUnitOf(scaling);
  return (Math.round(whole * perUnit) + Math.round(offset * perUnit)) / perUnit;
}

/**
 * The same of a 64-bit number without losing a digit, rounded (half away from zero) to the resolution, or else to the
 * last of the quantity's decimals; undefined where 53 bits do not hold that many of them.
 */
export function scaled64(raw: Raw64, power: number, scaling: Scaling): number | undefined {
  const { scale, resolution, offset = 0 } = scaling;
  const perUnit = perUnitOf(scaling);
  const { high, highUnit, low } = raw;
  const factors: number[] = [];
  const divisors: number[] = [];
  const times = (factor: number) =>
    factor < 1 ? divisors.push(Math.round(1 / factor)) : factors.push(factor);
  times(Math.abs(scale));
  if (power < 0) divisors.push(tens[-power] as number);
  else factors.push(tens[power] as number);
  if (resolution === undefined) factors.push(perUnit);
  else if (resolution < 1) factors.push(Math.round(1 / resolution));
  else divisors.push(resolution);
  const steps = roundedQuotient(high, highUnit, low, factors, divisors);
  if (steps === undefined) return undefined;
  const perStep = resolution === undefined ? 1 : Math.round(resolution * perUnit);
  const sign = raw.isNegative === scale < 0 ? 1 : -1;
  const whole = sign * steps * perStep + Math.round(offset * perUnit);
  return Number.isSafeInteger(steps * perStep) && Number.isSafeInteger(whole) ? whole / perUnit : undefined;
}

const perUnitOf = ({ quantity }: Scaling): number => tens[quantities[quantity].decimals] as number;
