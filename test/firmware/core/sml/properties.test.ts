import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SmlDecoder } from '#core/sml/telegram.ts';
import { SmlTransport } from '#core/sml/transport.ts';
import {
  absent,
  type CrcKind,
  frame,
  list,
  message,
  octets,
  type SmlBytes,
  signed,
  unsigned,
} from '../../../../simulator/meters/sml-encode.ts';
import { type DecodedStream, decodeStream } from './stream.ts';

fc.configureGlobal({ seed: 20_261_121, numRuns: 200 });

/** Bytes that love the transport's own marks. */
const spicyBytes = fc.array(fc.oneof(fc.constantFrom(0x1b, 0x01, 0x1a, 0x00), fc.nat(255)), {
  maxLength: 120,
});
const pieces = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 });

function payloadsOf(bytes: Uint8Array, sizes: readonly number[]): number[][] {
  const payloads: number[][] = [];
  const transport = new SmlTransport({
    onFrame: ({ bytes: payload, start, end }) => payloads.push(Array.from(payload.subarray(start, end))),
    onFault: () => {},
  });
  for (let from = 0, turn = 0; from < bytes.length; turn++) {
    const size = sizes[turn % sizes.length] as number;
    transport.push(bytes.subarray(from, from + size));
    from += size;
  }
  transport.finish();
  return payloads;
}

interface Entry {
  obis: number[];
  status: number | undefined;
  unit: number | undefined;
  scaler: number | undefined;
  isSigned: boolean;
  width: number;
  mantissa: bigint;
}

const entry: fc.Arbitrary<Entry> = fc
  .record({
    obis: fc.array(fc.nat(255), { minLength: 6, maxLength: 6 }),
    status: fc.option(fc.nat(0x7fff_ffff), { nil: undefined }),
    unit: fc.option(fc.nat(255), { nil: undefined }),
    scaler: fc.option(fc.integer({ min: -8, max: 6 }), { nil: undefined }),
    isSigned: fc.boolean(),
    width: fc.integer({ min: 1, max: 8 }),
    bits: fc.oneof(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), fc.constant(0x1b1b1b1b1b1b1b1bn)),
  })
  .map(({ bits, ...rest }) => {
    const { isSigned, width } = rest;
    return { ...rest, mantissa: isSigned ? BigInt.asIntN(8 * width, bits) : BigInt.asUintN(8 * width, bits) };
  });

function telegram(entries: readonly Entry[], crc: CrcKind): SmlBytes {
  const values = entries.map(({ obis, status, unit, scaler, isSigned, width, mantissa }) =>
    list(
      octets(obis),
      status === undefined ? absent : unsigned(status, 4),
      absent,
      unit === undefined ? absent : unsigned(unit, 1),
      scaler === undefined ? absent : signed(scaler, 1),
      isSigned ? signed(mantissa, width) : unsigned(mantissa, width),
      absent,
    ),
  );
  const body = list(absent, octets([0x1b, 0x1b, 0x1b]), absent, absent, list(...values), absent, absent);
  return [...message(1, 0x0701, body, crc), ...message(2, 0x0201, list(absent), crc)];
}

const crcKind = fc.constantFrom<CrcKind>('x25', 'kermit');

const energyEntry: Entry = {
  obis: [1, 0, 1, 8, 0, 255],
  status: undefined,
  unit: 30,
  scaler: -1,
  isSigned: false,
  width: 4,
  mantissa: 123_456n,
};

type Harm = 'noise' | 'lost' | 'cut' | 'flip' | 'none';

/** A good telegram with one harm, or noise in its place. */
function harmed(good: Uint8Array, harm: Harm, at: number, count: number, noise: number[]): Uint8Array {
  const place = at % good.length;
  if (harm === 'noise') return Uint8Array.from(noise);
  if (harm === 'cut') return good.slice(0, place);
  if (harm === 'flip') return good.map((byte, index) => (index === place ? byte ^ (1 << (count % 8)) : byte));
  if (harm === 'lost') return Uint8Array.from([...good.slice(0, place), ...good.slice(place + count)]);
  return new Uint8Array(0);
}

/** Frames and faults cover the stream without a hole and without an overlap. */
function expectAllBytesTold(stream: DecodedStream, length: number): void {
  let offset = 0;
  for (const told of stream.told) {
    expect(told.offset).toBe(offset);
    offset += told.length;
  }
  expect(offset).toBe(length);
}

describe('SML from meter to decoder', () => {
  it('any payload comes out of its frame as it went in, whatever escapes it holds and however it is cut', () => {
    fc.assert(
      fc.property(spicyBytes, crcKind, pieces, (payload, crc, sizes) => {
        expect(payloadsOf(frame(payload, crc), sizes)).toEqual([payload]);
      }),
    );
  });

  it('any list of integers of any width, unit and scaler is decoded to its exact digits', () => {
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 20 }), crcKind, (entries, crc) => {
        const stream = decodeStream(frame(telegram(entries, crc), crc));
        expect(stream.frames.map(({ valid }) => valid)).toEqual([true]);
        expect(
          stream.frames[0]?.values.map(({ type, raw, unitCode, scaler, status }) => ({
            type,
            raw,
            unitCode,
            scaler,
            status,
          })),
        ).toEqual(
          entries.map(({ status, unit, scaler, isSigned, width, mantissa }) => ({
            type: `${isSigned ? 'i' : 'u'}${8 * width}`,
            raw: String(mantissa),
            unitCode: unit ?? 0,
            scaler: scaler ?? 0,
            status: status ?? -1,
          })),
        );
        expect(stream.frames[0]?.values.map(({ obis }) => obis.split(/[-:.*]/).map(Number))).toEqual(
          entries.map(({ obis }) => obis),
        );
      }),
    );
  });

  it('returns every untouched telegram, whatever noise, loss, cut or flip stands before it', () => {
    const harm = fc.record({
      harm: fc.constantFrom<Harm>('noise', 'lost', 'cut', 'flip', 'none'),
      at: fc.nat(1000),
      count: fc.integer({ min: 1, max: 40 }),
      noise: spicyBytes,
    });
    const good = frame(telegram([energyEntry], 'x25'));
    fc.assert(
      fc.property(fc.array(harm, { maxLength: 6 }), pieces, (harms, sizes) => {
        const parts = [good];
        const starts = [0];
        let length = good.length;
        for (const { harm, at, count, noise } of harms) {
          const bad = harmed(good, harm, at, count, noise);
          starts.push(length + bad.length);
          parts.push(bad, good);
          length += bad.length + good.length;
        }
        const stream = decodeStream(new Uint8Array(Buffer.concat(parts)), sizes);
        const found = stream.frames.filter(({ valid }) => valid).map(({ offset }) => offset);
        expect(starts.filter(start => !found.includes(start))).toEqual([]);
        expectAllBytesTold(stream, length);
      }),
      { numRuns: 300 },
    );
  });

  it('random bytes never throw, never make a frame, and are all accounted for', () => {
    fc.assert(
      fc.property(fc.array(spicyBytes, { maxLength: 20 }), pieces, (chunks, sizes) => {
        const bytes = Uint8Array.from(chunks.flat());
        const stream = decodeStream(bytes, sizes);
        expect(stream.frames.filter(({ valid }) => valid)).toEqual([]);
        expectAllBytesTold(stream, bytes.length);
      }),
    );
  });

  it('random payloads never throw and never give a value', () => {
    const decoder = new SmlDecoder();
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 200 }), payload => {
        const result = decoder.decode(payload, 0, payload.length);
        if (result.ok) expect(result.value.values).toEqual([]);
        else expect(result.detail).toMatch(/payload byte \d+/);
      }),
      { numRuns: 1000 },
    );
  });

  it('a flipped bit anywhere in a telegram is never taken for a value', () => {
    const good = frame(telegram([energyEntry], 'x25'));
    for (let at = 0; at < good.length; at++) {
      for (let bit = 0; bit < 8; bit++) {
        const bad = good.map((byte, index) => (index === at ? byte ^ (1 << bit) : byte));
        expect(decodeStream(bad).frames.filter(({ valid }) => valid)).toEqual([]);
      }
    }
  });
});
