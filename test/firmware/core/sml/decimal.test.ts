import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimalSteps, decimalText } from '#core/sml/decimal.ts';
import { obisText, parseObis } from '#core/sml/obis.ts';

const parameters = { seed: 20_261_121, numRuns: 1000 };
const mantissa = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n });
const either = (value: bigint): number | bigint =>
  Number.isSafeInteger(Number(value)) ? Number(value) : value;

describe('an exact decimal', () => {
  it('has every digit in its text', () => {
    expect(decimalText(123_456_789, -1)).toBe('12345678.9');
    expect(decimalText(-7, -2)).toBe('-0.07');
    expect(decimalText(0, -1)).toBe('0.0');
    expect(decimalText(0, 3)).toBe('0');
    expect(decimalText(18_446_744_073_709_551_615n, -4)).toBe('1844674407370955.1615');
    fc.assert(
      fc.property(mantissa, fc.integer({ min: -20, max: 20 }), (value, scaler) => {
        const text = decimalText(either(value), scaler);
        const [whole = '', fraction = ''] = text.split('.');
        expect(fraction.length).toBe(Math.max(0, -scaler));
        expect(BigInt(whole + fraction)).toBe(value * 10n ** BigInt(Math.max(0, scaler)));
      }),
      parameters,
    );
  });

  it('becomes whole steps without passing through a float, rounded where digits are too many', () => {
    expect(decimalSteps(123_456_789, -1, 4)).toBe(123_456_789_000);
    expect(decimalSteps(15, -5, 4)).toBe(2);
    expect(decimalSteps(-15, -5, 4)).toBe(-2);
    expect(decimalSteps(14, -5, 4)).toBe(1);
    fc.assert(
      fc.property(
        mantissa,
        fc.integer({ min: -30, max: 30 }),
        fc.integer({ min: 0, max: 6 }),
        (value, scaler, decimals) => {
          const steps = decimalSteps(either(value), scaler, decimals);
          const shift = scaler + decimals;
          const up = 10n ** BigInt(Math.max(shift, 0));
          const down = 10n ** BigInt(Math.max(-shift, 0));
          const exact = value * up;
          const largest = BigInt(Number.MAX_SAFE_INTEGER) * down;
          if (steps === undefined) expect(exact > largest || exact < -largest).toBe(true);
          // Twice the distance is at most the divisor: half a step.
          else expect(2n * abs(BigInt(steps) * down - exact) <= down).toBe(true);
        },
      ),
      parameters,
    );
  });
});

const abs = (value: bigint): bigint => (value < 0n ? -value : value);

describe('an OBIS code', () => {
  it('is the same as text and as numbers', () => {
    const part = fc.nat(255);
    fc.assert(
      fc.property(part, part, part, part, part, part, (a, b, c, d, e, f) => {
        const text = `${a}-${b}:${c}.${d}.${e}*${f}`;
        const code = parseObis(text);
        expect(code && obisText(code.abc, code.def)).toBe(text);
      }),
      parameters,
    );
    expect(parseObis('1-0:1.8.0')).toEqual(parseObis('1-0:1.8.0*255'));
  });

  it('is none where a part is missing or too large', () => {
    for (const text of ['', '1.8.0', '1-0:1.8', '1-0:256.8.0', '1-0:1.8.0*', 'x1-0:1.8.0'])
      expect(parseObis(text)).toBeUndefined();
  });
});
