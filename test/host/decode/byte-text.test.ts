import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decimalText } from '#core/sml/decimal.ts';
import { ByteText } from '../../../host/decode/byte-text.ts';

const textOf = (write: (out: ByteText) => void): string => {
  const out = new ByteText();
  write(out);
  return Buffer.from(out.written).toString();
};

it('writes any number up to 64 bits with any scaler to the last digit', () => {
  const out = new ByteText();
  const number = fc.oneof(
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }),
    fc.maxSafeInteger(),
    fc.integer(),
    fc.integer({ min: -11, max: 11 }),
    fc.constantFrom(0, 0x7fff_ffff, 0x8000_0000, 99_999_999, 100_000_000, -0x8000_0000),
  );
  fc.assert(
    fc.property(number, fc.integer({ min: -128, max: 127 }), (mantissa, scaler) => {
      out.clear();
      out.decimal(mantissa, scaler);
      return Buffer.from(out.written).toString() === decimalText(mantissa, scaler);
    }),
    { seed: 20_261_121, numRuns: 3000 },
  );
});

it('writes octets as text in JSON and as hexadecimal digits', () => {
  const bytes = Buffer.from('a"b\\c');
  expect(JSON.parse(`"${textOf(out => out.jsonText(bytes, 0, bytes.length))}"`)).toBe('a"b\\c');
  expect(textOf(out => out.hex(bytes, 1, 3))).toBe('2262');
});

it('grows as it must', () => {
  const long = 'x'.repeat(300_000);
  const text = textOf(out => {
    out.text(long);
    out.hex(Buffer.from(long), 0, long.length);
    out.decimal(-12, -1);
  });
  expect(text.length).toBe(900_000 + 4);
  expect(text.endsWith('78-1.2')).toBe(true);
});
