import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeRegisters } from '#core/modbus/decode.ts';
import { mostFactor, roundedQuotient } from '#core/modbus/exact.ts';
import type { Register } from '#core/modbus/register.ts';
import { quantities } from '#core/quantities.ts';

/** n / d as a whole number, half rounded away from zero. */
function rounded(n: bigint, d: bigint): bigint {
  const half = (n < 0n ? -n : n) * 2n + d;
  const magnitude = half / (2n * d);
  return n < 0n ? -magnitude : magnitude;
}

const isSafe = (n: bigint) => n <= BigInt(Number.MAX_SAFE_INTEGER) && n >= BigInt(Number.MIN_SAFE_INTEGER);

const productOf = (all: readonly number[]) => all.reduce((product, each) => product * BigInt(each), 1n);

/** A factor as a fraction of whole numbers. */
const fraction = (factor: number): [bigint, bigint] =>
  factor < 1 ? [1n, BigInt(Math.round(1 / factor))] : [BigInt(factor), 1n];

/** Raw values near every edge, and any others. */
const someRaw = (min: bigint, max: bigint) =>
  fc
    .oneof(
      fc.bigInt({ min, max }),
      fc
        .tuple(fc.integer({ min: 0, max: 64 }), fc.integer({ min: -3, max: 3 }), fc.boolean())
        .map(([bits, near, isNegative]) => ((1n << BigInt(bits)) + BigInt(near)) * (isNegative ? -1n : 1n)),
    )
    .map(raw => (raw < min ? min : raw > max ? max : raw));

const scales = [1, 10, 1000, 3600, 0.1, 0.01, 0.001, 0.0001, 1e-6, 1 / 3600, 1 / 3, 1 / 7];

describe('64-bit numbers', () => {
  it('are multiplied, divided and rounded as big integers are', () => {
    const someFactors = fc.array(fc.integer({ min: 1, max: mostFactor }), { maxLength: 4 });
    fc.assert(
      fc.property(
        fc.nat(0xffff_ffff),
        fc.nat(0xffff_ffff),
        someFactors,
        someFactors,
        (high, low, up, down) => {
          const exact = rounded(((BigInt(high) << 32n) + BigInt(low)) * productOf(up), productOf(down));
          const expected = isSafe(exact) ? Number(exact) : undefined;
          expect(roundedQuotient(high, 0x1_0000_0000, low, up, down)).toBe(expected);
        },
      ),
      { numRuns: 3000 },
    );
  });

  it('are decoded to the last decimal of their quantity, and left out where 53 bits do not hold that', () => {
    const kinds = [
      ['uint64', 0n, (1n << 64n) - 1n],
      ['int64', -(1n << 63n), (1n << 63n) - 1n],
      ['bcd64', 0n, 10n ** 16n - 1n],
    ] as const;
    let [exact, absent] = [0, 0];
    for (const [type, min, max] of kinds) {
      fc.assert(
        fc.property(
          someRaw(min, max),
          fc.constantFrom(...scales, ...scales.map(scale => -scale)),
          fc.option(fc.integer({ min: -10, max: 10 }), { nil: undefined }),
          fc.constantFrom(undefined, 1, 10, 0.1, 0.001),
          fc.constantFrom('powerW' as const, 'energyImportWh' as const, 'frequencyHz' as const),
          (raw, scale, power, resolution, quantity) => {
            const register: Register = {
              ...{ quantity, fc: 3, address: 0, type, order: 'big', scale },
              ...(power === undefined ? {} : { scaleRegister: 4 }),
              ...(resolution === undefined ? {} : { resolution }),
            };
            const data = new Uint8Array(10);
            const view = new DataView(data.buffer);
            view.setBigUint64(0, type === 'bcd64' ? BigInt(`0x${raw}`) : BigInt.asUintN(64, raw));
            view.setInt16(8, power ?? 0);
            const [up, down] = fraction(Math.abs(scale));
            const perUnit = 10n ** BigInt(quantities[quantity].decimals);
            const [step, perStep] = fraction(resolution ?? 1 / Number(perUnit));
            const tens = 10n ** BigInt(Math.abs(power ?? 0));
            const [above, below] = (power ?? 0) < 0 ? [up, down * tens] : [up * tens, down];
            const steps = rounded((scale < 0 ? -raw : raw) * above * perStep, below * step);
            const inDecimals = (steps * step * perUnit) / perStep;
            const expected = isSafe(inDecimals) ? Number(inDecimals) / Number(perUnit) : undefined;
            const value = decodeRegisters([register], 0, data)[0]?.value;
            // No difference between 0 and -0.
            expect(value === 0 ? 0 : value).toBe(expected === 0 ? 0 : expected);
            if (value === undefined) absent++;
            else exact++;
          },
        ),
        { numRuns: 1500 },
      );
    }
    expect(exact).toBeGreaterThan(500);
    expect(absent).toBeGreaterThan(500);
  });

  it('keep the last digit of a counter that no double holds', () => {
    const milli: Register = {
      ...{ quantity: 'energyImportWh', fc: 3, address: 0, type: 'uint64', order: 'big', scale: 0.001 },
    };
    const data = new Uint8Array(8);
    // 99,999,999,999.9999 Wh in ten-thousandths are 50 bits; in billionths the raw value is past 2^53.
    new DataView(data.buffer).setBigUint64(0, 9_999_999_999_999_990n);
    expect(decodeRegisters([milli], 0, data)[0]?.value).toBeUndefined();
    const nano = { ...milli, scale: 1e-8 };
    new DataView(data.buffer).setBigUint64(0, 9_999_999_999_987_650_000n);
    expect(decodeRegisters([nano], 0, data)[0]?.value).toBe(99_999_999_999.8765);
  });
});
