import fc from 'fast-check';
import { expect, it } from 'vitest';
import { crc16Modbus } from '#core/crc.ts';
import {
  type BusRequest,
  dataBytes,
  encodeRequest,
  isWrite,
  type ReadRequest,
  type WriteRequest,
} from '#core/modbus/frame.ts';
import { FrameReader } from '#core/modbus/frame-reader.ts';

const framed = (bytes: readonly number[]): Uint8Array => {
  const crc = crc16Modbus(Uint8Array.from(bytes));
  return Uint8Array.from([...bytes, crc & 0xff, crc >> 8]);
};

const answerTo = (request: BusRequest): Uint8Array => {
  if (isWrite(request)) return framed([...encodeRequest(request).subarray(0, 6)]);
  const length = dataBytes(request);
  return framed([request.address, request.fc, length, ...Array.from({ length }, (_, index) => index)]);
};

// Few addresses, places and counts, so that two requests are often nearly the same.
const somePlace = {
  address: fc.integer({ min: 1, max: 3 }),
  start: fc.integer({ min: 0, max: 3 }),
  count: fc.integer({ min: 1, max: 4 }),
};
const someRead: fc.Arbitrary<ReadRequest> = fc.record({ ...somePlace, fc: fc.constantFrom(1, 2, 3, 4) });
const someWrite: fc.Arbitrary<WriteRequest> = fc
  .record({ ...somePlace, fc: fc.constantFrom(5, 6, 15, 16), value: fc.integer({ min: 0, max: 2 }) })
  .map(({ value, ...place }) => {
    const count = place.fc < 15 ? 1 : place.count;
    const bytes = place.fc === 15 ? 1 : count * 2;
    return { ...place, count, data: Uint8Array.from({ length: bytes }, () => value) };
  });
const someRequest = fc.oneof(someRead, someWrite);

/** All by which an answer says what it answers. */
const headOf = (request: BusRequest): string =>
  isWrite(request)
    ? encodeRequest(request).subarray(0, 6).join()
    : `${request.address},${request.fc},${dataBytes(request)}`;

it('takes none of 10,000 answers of other slaves, functions, lengths, places and values for its own', () => {
  const counts = { foreign: 0, own: 0 };
  fc.assert(
    fc.property(someRequest, fc.array(someRequest, { minLength: 1, maxLength: 3 }), (asked, others) => {
      const reader = new FrameReader();
      // A read tells the reader that the line does not echo.
      const known: ReadRequest = { address: 9, fc: 3, start: 0, count: 1 };
      reader.expect(known, encodeRequest(known));
      reader.push(answerTo(known), () => {});
      reader.expect(asked, encodeRequest(asked));
      const answers: string[] = [];
      for (const other of [...others, asked]) {
        if (other !== asked && headOf(other) === headOf(asked)) continue;
        if (other !== asked) counts.foreign++;
        reader.push(answerTo(other), (heard, bytes) => {
          if (heard.is === 'answer') answers.push(bytes.join());
        });
      }
      // Its own, and once.
      expect(answers).toEqual([answerTo(asked).join()]);
      counts.own++;
    }),
    { numRuns: 6000 },
  );
  console.log(`${counts.foreign} foreign answers refused, ${counts.own} own taken`);
  expect(counts.foreign).toBeGreaterThan(10_000);
});
