import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeUtf8, encodeUtf8 } from '#core/utf8.ts';

const anyText = fc.string({ unit: 'binary', maxLength: 300 });

describe('UTF-8', () => {
  it('encodes as the platform does, half surrogate pairs included', () => {
    const withHalves = fc
      .array(fc.oneof(fc.constantFrom('\ud800', '\udfff', 'ä', '€', '😀', 'a'), anyText))
      .map(parts => parts.join(''));
    fc.assert(
      fc.property(withHalves, text => {
        expect(encodeUtf8(text)).toEqual(new Uint8Array(new TextEncoder().encode(text)));
      }),
    );
  });

  it('brings any text back', () => {
    fc.assert(
      fc.property(anyText, text => {
        expect(decodeUtf8(encodeUtf8(text))).toBe(text);
      }),
    );
  });

  it('decodes exactly what the platform accepts, and to the same text', () => {
    const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    const tricky = fc.array(
      fc.constantFrom(0x41, 0x80, 0xbf, 0xc0, 0xc2, 0xe0, 0xed, 0xa0, 0xef, 0xf0, 0xf4, 0x90),
      {
        maxLength: 6,
      },
    );
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 8 }),
      tricky.map(list => Uint8Array.from(list)),
    );
    fc.assert(
      fc.property(bytes, given => {
        let expected: string | undefined;
        try {
          expected = strict.decode(given);
        } catch {
          expected = undefined;
        }
        expect(decodeUtf8(given)).toBe(expected);
      }),
      { numRuns: 2000 },
    );
  });
});
