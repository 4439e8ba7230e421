import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crc16Modbus } from '#core/crc.ts';
import {
  type BusRequest,
  encodeRequest,
  type Heard,
  type ReadRequest,
  type WriteRequest,
} from '#core/modbus/frame.ts';
import { FrameReader } from '#core/modbus/frame-reader.ts';

const framed = (bytes: readonly number[]): Uint8Array => {
  const crc = crc16Modbus(Uint8Array.from(bytes));
  return Uint8Array.from([...bytes, crc & 0xff, crc >> 8]);
};

/** What a slave answers to a write: the beginning of the request. */
const answerTo = (request: WriteRequest): Uint8Array => framed([...encodeRequest(request).subarray(0, 6)]);

const read: ReadRequest = { address: 9, fc: 4, start: 0x30, count: 2 };
const readAnswer = framed([9, 4, 4, 1, 2, 3, 4]);

/** A reader that has read once on a line that echoes or not. */
function readerOn(line: 'echoes' | 'echoesNot'): FrameReader {
  const reader = new FrameReader();
  const frame = encodeRequest(read);
  reader.expect(read, frame);
  if (line === 'echoes') reader.push(frame, () => {});
  reader.push(readAnswer, () => {});
  return reader;
}

function hear(reader: FrameReader, request: BusRequest, ...parts: readonly Uint8Array[]): Heard['is'][] {
  const all: Heard['is'][] = [];
  reader.expect(request, encodeRequest(request));
  for (const part of parts) reader.push(part, what => all.push(what.is));
  return all;
}

const someWrite: fc.Arbitrary<WriteRequest> = fc
  .record({
    address: fc.integer({ min: 1, max: 247 }),
    fc: fc.constantFrom(5 as const, 6 as const, 15 as const, 16 as const),
    start: fc.nat(0xff00),
    count: fc.integer({ min: 1, max: 20 }),
    fill: fc.nat(255),
  })
  .map(({ fill, ...place }) => {
    const count = place.fc < 15 ? 1 : place.count;
    if (place.fc === 5) return { ...place, count, data: Uint8Array.of(fill & 1 ? 0xff : 0, 0) };
    const length = place.fc === 15 ? (count + 7) >> 3 : count * 2;
    return { ...place, count, data: Uint8Array.from({ length }, (_, index) => (fill + index * 37) & 0xff) };
  });

describe('the answer to a write', () => {
  it('is taken after its echo where the line echoes, and at once where it does not', () => {
    fc.assert(
      fc.property(someWrite, request => {
        const [frame, answer] = [encodeRequest(request), answerTo(request)];
        expect(hear(readerOn('echoesNot'), request, answer)).toEqual(['answer']);
        expect(hear(readerOn('echoes'), request, frame, answer)).toEqual(['echo', 'answer']);
      }),
    );
  });

  it('is never made of an echo alone, and what is not known of a line is never taken for a yes', () => {
    fc.assert(
      fc.property(someWrite, request => {
        const frame = encodeRequest(request);
        expect(hear(readerOn('echoes'), request, frame)).not.toContain('answer');
        expect(hear(new FrameReader(), request, frame)).not.toContain('answer');
        const bytewise = [...frame].map(byte => Uint8Array.of(byte));
        expect(hear(readerOn('echoes'), request, ...bytewise)).not.toContain('answer');
      }),
    );
  });

  it('is of that slave, that function, that place and that value, and whole', () => {
    fc.assert(
      fc.property(someWrite, fc.nat(7), fc.nat(7), (request, at, bit) => {
        const other = answerTo(request).slice(0, 6);
        other[at % 6] = (other[at % 6] as number) ^ (1 << bit);
        expect(hear(readerOn('echoesNot'), request, framed([...other]))).not.toContain('answer');
        const damaged = answerTo(request);
        damaged[at] = (damaged[at] as number) ^ (1 << bit);
        expect(hear(readerOn('echoesNot'), request, damaged)).not.toContain('answer');
      }),
    );
  });

  it('is taken as soon as a read has told how the line is, whatever was written before', () => {
    const one: WriteRequest = { address: 3, fc: 6, start: 1, count: 1, data: Uint8Array.of(0, 5) };
    const reader = new FrameReader();
    expect(hear(reader, one, answerTo(one))).toEqual(['echo']);
    expect(hear(reader, read, readAnswer)).toEqual(['answer']);
    expect(hear(reader, one, answerTo(one))).toEqual(['answer']);
    // Another adapter that echoes: the first frame heard is the request, and that is remembered.
    expect(hear(reader, read, encodeRequest(read), readAnswer)).toEqual(['echo', 'answer']);
    expect(hear(reader, one, encodeRequest(one))).toEqual(['echo']);
  });

  it('does not come to a broadcast, whose echo is known all the same', () => {
    const all: WriteRequest = { address: 0, fc: 6, start: 1, count: 1, data: Uint8Array.of(0, 5) };
    expect(hear(readerOn('echoes'), all, encodeRequest(all))).toEqual(['echo']);
    expect(hear(readerOn('echoesNot'), all, encodeRequest(all))).not.toContain('answer');
  });

  it('may be an exception, also where a request looks as its answer', () => {
    const one: WriteRequest = { address: 3, fc: 6, start: 1, count: 1, data: Uint8Array.of(0, 5) };
    expect(hear(new FrameReader(), one, framed([3, 0x86, 4]))).toEqual(['exception']);
  });
});

describe('a read request that begins as its own answer would', () => {
  /** Requests whose first seven bytes are a whole answer of one register: 1 in 65,536 of those at 0x02xx. */
  const twins: ReadRequest[] = [];
  for (let address = 1; address < 248; address++) {
    for (let start = 0x0200; start < 0x0300; start++) {
      for (const code of [3, 4] as const) {
        const request: ReadRequest = { address, fc: code, start, count: 1 };
        if (crc16Modbus(encodeRequest(request), 0, 7) === 0) twins.push(request);
      }
    }
  }

  it('is not taken for the answer when a line echoes it byte by byte', () => {
    expect(twins.length).toBeGreaterThan(0);
    for (const request of twins) {
      const frame = encodeRequest(request);
      const bytewise = [...frame].map(byte => Uint8Array.of(byte));
      const answer = framed([request.address, request.fc, 2, 0x12, 0x34]);
      expect(hear(new FrameReader(), request, ...bytewise)).not.toContain('answer');
      expect(hear(readerOn('echoes'), request, ...bytewise)).not.toContain('answer');
      expect(hear(readerOn('echoesNot'), request, answer)).toEqual(['answer']);
      expect(hear(new FrameReader(), request, answer)).toEqual(['answer']);
    }
  });
});
