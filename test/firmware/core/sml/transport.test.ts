import { describe, expect, it } from 'vitest';
import { limits } from '#core/limits.ts';
import { frame } from '../../../../simulator/meters/sml-encode.ts';
import { decodeStream } from './stream.ts';

const concat = (...parts: ArrayLike<number>[]): Uint8Array =>
  Uint8Array.from(parts.flatMap(part => Array.from(part)));

/** Frames and faults as `offset+length name`, in order. */
const told = (bytes: Uint8Array, pieces?: number[]): string[] =>
  decodeStream(bytes, pieces).frames.map(
    ({ offset, length, fault, error }) => `${offset}+${length} ${fault ?? error ?? 'good'}`,
  );

const empty = frame([]);
const start = [0x1b, 0x1b, 0x1b, 0x1b, 0x01, 0x01, 0x01, 0x01];

describe('the SML transport', () => {
  it('finds a start that begins in what was taken for the end of another frame', () => {
    // The first frame lost its end; its escape and the next start read as a doubled escape.
    const bytes = concat(start, [1, 2, 3, 4], [0x1b, 0x1b, 0x1b, 0x1b], empty);
    expect(told(bytes)).toEqual(['0+16 crc', '16+16 good']);
    for (const size of [1, 3, 7]) expect(told(bytes, [size])).toEqual(['0+16 crc', '16+16 good']);
  });

  it('takes a doubled escape for no start where the stream ends behind it', () => {
    const escaped = [0x1b, 0x1b, 0x1b, 0x1b, ...start];
    const bytes = concat(empty, start, [1, 2, 3], escaped, [4, 5]);
    for (const size of [100, 1, 3]) expect(told(bytes, [size])).toEqual(['0+16 good', '16+25 incomplete']);
    // Where bytes were lost it may be one: the first frame ends in the middle of its own end.
    const cut = concat(start, [1, 2, 3], escaped, [4], empty.subarray(8));
    expect(told(cut)[0]).toBe('0+15 crc');
    expect(told(cut)).toHaveLength(2);
  });

  it('gives a frame up at the limit and finds the next one, wherever the flood was cut', () => {
    const flood = concat(start, new Array(limits.smlTelegramBytes * 2).fill(0x55));
    const stream = decodeStream(concat(flood, empty), [100]);
    expect(stream.faults.tooLong).toBe(1);
    expect(stream.frames.at(-1)).toMatchObject({ offset: flood.length, valid: true });
  });

  it('takes a frame of exactly the limit and not one step more', () => {
    const overhead = empty.length;
    const longest = frame(new Array(limits.smlTelegramBytes - overhead).fill(0));
    expect(told(longest)).toEqual([`0+${limits.smlTelegramBytes} good`]);
    const longer = frame(new Array(limits.smlTelegramBytes - overhead + 4).fill(0));
    expect(told(longer)[0]).toMatch(/tooLong/);
  });

  it('tells transport version 2 apart, outside a frame and inside', () => {
    const version2 = [0x1b, 0x1b, 0x1b, 0x1b, 0x02, 0x00, 0x10, 0x00];
    expect(decodeStream(concat(version2, empty)).faults).toMatchObject({ version2: 1 });
    expect(decodeStream(concat(start, version2, empty)).faults).toMatchObject({ version2: 1 });
    expect(decodeStream(concat(version2, empty)).frames.at(-1)?.valid).toBe(true);
  });

  it('names an escape without meaning', () => {
    const bytes = concat(start, [0x1b, 0x1b, 0x1b, 0x1b, 0x77, 0, 0, 0], empty);
    expect(told(bytes)).toEqual(['0+16 escape', '16+16 good']);
  });

  it('refuses more padding than a frame can have, and padding that is not zero', () => {
    const withPadding = (payload: number[], padding: number): Uint8Array => {
      // The encoder pads by itself, so the end is written into the payload of an unescaped frame.
      const bytes = concat(start, payload, [0x1b, 0x1b, 0x1b, 0x1b, 0x1a, padding]);
      const crc = crcOf(bytes);
      return concat(bytes, [crc & 0xff, crc >> 8]);
    };
    expect(told(withPadding([0, 0, 0, 0], 4))).toEqual(['0+20 good']);
    expect(told(withPadding([0, 0, 0, 0, 0, 0, 0, 0], 5))).toEqual(['0+24 padding']);
    expect(told(withPadding([0, 0, 7, 0], 2))).toEqual(['0+20 padding']);
    expect(told(withPadding([], 1))).toEqual(['0+16 padding']);
    expect(told(withPadding([0, 0, 0], 3))).toEqual(['0+19 alignment']);
  });

  it('counts noise without a start, however long, as junk', () => {
    const noise = new Array(20_000).fill(0).map((_, index) => (index * 31) & 0xff);
    const stream = decodeStream(concat(noise, empty), [997]);
    expect(stream.junkBytes).toBe(20_000);
    expect(stream.frames).toHaveLength(1);
  });
});

function crcOf(bytes: Uint8Array): number {
  let crc = 0xffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >> 1) ^ 0x8408 : crc >> 1;
  }
  return crc ^ 0xffff;
}
