import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '#core/bytes.ts';
import { crc16Modbus } from '#core/crc.ts';
import { dataBytes, encodeRead, type Heard, type ReadRequest } from '#core/modbus/frame.ts';
import { FrameReader } from '#core/modbus/frame-reader.ts';
import frames from '../../../vectors/modbus/frames.json' with { type: 'json' };

const framed = (bytes: readonly number[]): Uint8Array => {
  const crc = crc16Modbus(Uint8Array.from(bytes));
  return Uint8Array.from([...bytes, crc & 0xff, crc >> 8]);
};

const answerTo = (request: ReadRequest, fill: (index: number) => number): Uint8Array => {
  const length = dataBytes(request);
  return framed([request.address, request.fc, length, ...Array.from({ length }, (_, index) => fill(index))]);
};

/** What a reader hears that awaits the answer to `request`, when `bytes` come in pieces of these lengths. */
function hear(request: ReadRequest, bytes: readonly number[], pieces: readonly number[]): Heard[] {
  const reader = new FrameReader();
  reader.expect(request, encodeRead(request));
  const all: Heard[] = [];
  let from = 0;
  for (const piece of [...pieces, bytes.length]) {
    const part = Uint8Array.from(bytes.slice(from, from + piece));
    from += part.length;
    reader.push(part, heard => all.push(heard));
  }
  return all;
}

const dataOf = (heard: readonly Heard[]): string[] =>
  heard.flatMap(what => (what.is === 'answer' ? [toHex(what.data)] : []));

const someRequest: fc.Arbitrary<ReadRequest> = fc.record({
  address: fc.integer({ min: 1, max: 247 }),
  fc: fc.constantFrom(1 as const, 2 as const, 3 as const, 4 as const),
  start: fc.nat(0xff00),
  count: fc.integer({ min: 1, max: 125 }),
});
const somePieces = fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 40 });
const someByte = fc.nat(255);

describe('frame reader', () => {
  it('takes the answers of real meters', () => {
    for (const { request, response, name } of frames) {
      if (!/^..0[34]/.test(request ?? '')) continue;
      const bytes = fromHex(request as string) as Uint8Array;
      const read = {
        address: bytes[0] as number,
        fc: bytes[1] as 3 | 4,
        start: ((bytes[2] as number) << 8) | (bytes[3] as number),
        count: bytes[5] as number,
      };
      const heard = hear(read, [...(fromHex(response) as Uint8Array)], []);
      expect(dataOf(heard), name).toEqual([response.slice(6, -4)]);
    }
  });

  it('finds the answer in any pieces, after noise, an echo, and frames of others', () => {
    const somethingElse = fc.oneof(
      fc.constant('echo' as const),
      fc.array(someByte, { maxLength: 12 }),
      someRequest.map(other => [...encodeRead(other)]),
      fc.tuple(someRequest, someByte).map(([other, fill]) => [...answerTo(other, index => fill + index)]),
      someRequest.map(other => [...framed([other.address, other.fc | 0x80, 2])]),
    );
    fc.assert(
      fc.property(
        someRequest,
        fc.array(somethingElse, { maxLength: 4 }),
        somePieces,
        someByte,
        (request, before, pieces, fill) => {
          const answer = answerTo(request, index => fill + index * 7);
          const lead = before.flatMap(part => (part === 'echo' ? [...encodeRead(request)] : part));
          const heard = hear(request, [...lead, ...answer, 1, 2, 3], pieces);
          // Only its own answer, or another with the very same head, may be taken.
          const taken = dataOf(heard);
          fc.pre(!heard.some(what => what.is === 'exception'));
          expect(taken).toHaveLength(1);
          const hasTwin = before.some(
            part =>
              part !== 'echo' &&
              part[0] === request.address &&
              part[1] === request.fc &&
              part[2] === dataBytes(request),
          );
          if (!hasTwin) expect(taken[0]).toBe(toHex(answer.slice(3, -2)));
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('accounts for every byte', () => {
    fc.assert(
      fc.property(
        someRequest,
        fc.array(someByte, { maxLength: 700 }),
        somePieces,
        (request, bytes, pieces) => {
          const reader = new FrameReader();
          reader.expect(request, encodeRead(request));
          let count = 0;
          let from = 0;
          for (const piece of [...pieces, bytes.length]) {
            const part = Uint8Array.from(bytes.slice(from, from + piece));
            from += part.length;
            reader.push(part, heard => {
              count +=
                heard.is === 'noise'
                  ? heard.count
                  : heard.is === 'frame'
                    ? heard.byteLength
                    : heard.is === 'answer'
                      ? heard.data.length + 5
                      : heard.is === 'echo'
                        ? 8
                        : 5;
            });
          }
          expect(count + reader.pendingBytes).toBe(bytes.length);
          expect(reader.pendingBytes).toBeLessThan(256);
        },
      ),
    );
  });

  it('never takes an answer with one wrong bit', () => {
    const request: ReadRequest = { address: 7, fc: 4, start: 0, count: 4 };
    const answer = answerTo(request, index => index * 31);
    for (let bit = 0; bit < answer.length * 8; bit++) {
      const spoilt = [...answer];
      spoilt[bit >> 3] = (spoilt[bit >> 3] as number) ^ (1 << (bit & 7));
      const heard = hear(request, spoilt, []);
      expect(heard.filter(what => what.is !== 'noise')).toEqual([]);
    }
  });

  it('knows an exception of the slave that was asked, and no other', () => {
    const request: ReadRequest = { address: 7, fc: 4, start: 0, count: 4 };
    expect(hear(request, [...framed([7, 0x84, 2])], [])).toEqual([{ is: 'exception', code: 2 }]);
    expect(hear(request, [...framed([8, 0x84, 2])], [])).toMatchObject([{ is: 'frame', address: 8 }]);
    expect(hear(request, [...framed([7, 0x83, 2])], [])).toMatchObject([{ is: 'frame', address: 7 }]);
  });

  it('takes nothing once nothing is awaited', () => {
    const request: ReadRequest = { address: 7, fc: 4, start: 0, count: 4 };
    const answer = answerTo(request, () => 1);
    expect(dataOf(hear(request, [...answer, ...answer], []))).toHaveLength(1);
  });
});
