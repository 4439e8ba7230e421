import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteReader, ByteWriter, fromHex, toHex } from '#core/bytes.ts';

const whole = fc.oneof(fc.nat(300), fc.nat(), fc.maxSafeNat());

describe('bytes', () => {
  it('come back as they were written, in any order and across any growth of the buffer', () => {
    const part = fc.oneof(
      fc.nat(255).map(value => ({ kind: 'u8' as const, value })),
      whole.map(value => ({ kind: 'varint' as const, value })),
      fc
        .integer({ min: -(2 ** 52) + 1, max: 2 ** 52 - 1 })
        .map(value => ({ kind: 'zigzag' as const, value })),
      fc.stringMatching(/^[ -~]{0,80}$/).map(value => ({ kind: 'ascii' as const, value })),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 60 }), fc.nat(4), (parts, capacity) => {
        const writer = new ByteWriter(capacity);
        for (const { kind, value } of parts) {
          if (kind === 'ascii') writer.ascii(value);
          else writer[kind](value);
        }
        const bytes = writer.take();
        expect(bytes.length).toBe(writer.length);
        const reader = new ByteReader(bytes);
        expect(parts.map(({ kind }) => reader[kind]())).toEqual(parts.map(({ value }) => value));
        expect(reader.remaining).toBe(0);
        expect(reader.isBroken).toBe(false);
      }),
    );
  });

  it('break the reader, and do not throw, where they end early', () => {
    fc.assert(
      fc.property(whole, fc.nat(7), (value, kept) => {
        const writer = new ByteWriter();
        writer.varint(value);
        const cut = writer.take().subarray(0, Math.min(kept, writer.length - 1));
        const reader = new ByteReader(cut);
        expect(reader.varint()).toBe(0);
        expect(reader.isBroken).toBe(true);
        expect(reader.u8()).toBe(0);
        expect(reader.bytes(1).length).toBe(0);
      }),
    );
  });

  it('of a number past 2^53 - 1, or of one that never ends, break the reader', () => {
    for (const bytes of [
      [255, 255, 255, 255, 255, 255, 255, 127],
      [128, 128, 128, 128, 128, 128, 128, 128, 1],
    ]) {
      const reader = new ByteReader(Uint8Array.from(bytes));
      expect(reader.varint()).toBe(0);
      expect(reader.isBroken).toBe(true);
    }
  });

  it('are read no further than the end that was given', () => {
    const reader = new ByteReader(Uint8Array.of(1, 2, 3, 4), 1, 3);
    expect([reader.u8(), reader.u8(), reader.u8()]).toEqual([2, 3, 0]);
    expect(reader.isBroken).toBe(true);
  });

  it('go to hex and back; what is no hex gives undefined', () => {
    fc.assert(
      fc.property(fc.uint8Array(), bytes => {
        expect(fromHex(toHex(bytes))).toEqual(bytes);
      }),
    );
    for (const text of ['0', '0g', ' 1', '1 ', '+1', '0x']) expect(fromHex(text)).toBeUndefined();
    expect(fromHex('AbCd')).toEqual(Uint8Array.of(0xab, 0xcd));
  });
});
