import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toHex } from '#core/bytes.ts';
import { dnsAnswer } from '#core/dns-answer.ts';

const address = [192, 168, 4, 1];
const name = [7, ...Buffer.from('example'), 3, ...Buffer.from('org'), 0];
const query = (type: number, more: readonly number[] = []) =>
  Uint8Array.from([
    0x12,
    0x34,
    1,
    0,
    0,
    1,
    0,
    0,
    0,
    0,
    0,
    more.length > 0 ? 1 : 0,
    ...name,
    0,
    type,
    0,
    1,
    ...more,
  ]);

test('every name is the access point, also where the question has EDNS behind it', () => {
  const answer = dnsAnswer(query(1), address);
  expect(toHex(answer ?? new Uint8Array(0))).toBe(
    `123485800001000100000000${toHex(Uint8Array.from(name))}00010001c00c000100010000003c0004c0a80401`,
  );
  expect(dnsAnswer(query(1, [0, 0, 41, 4, 0, 0, 0, 0, 0, 0, 0]), address)).toEqual(answer);
});

test('there is no IPv6, and that is said', () => {
  const answer = dnsAnswer(query(28), address) ?? new Uint8Array(0);
  expect([answer[3], answer[7], answer.length]).toEqual([0x80, 0, query(28).length]);
});

test('what is no question gets no answer, and nothing makes it throw', () => {
  const answer = dnsAnswer(query(1), address) ?? new Uint8Array(0);
  expect(dnsAnswer(answer, address)).toBeUndefined();
  for (let length = 0; length < query(1).length; length++)
    expect(dnsAnswer(query(1).subarray(0, length), address)).toBeUndefined();
  // A name that points back at itself.
  const loop = query(1);
  loop[12] = 0xc0;
  expect(dnsAnswer(loop, address)).toBeUndefined();
  fc.assert(fc.property(fc.uint8Array({ maxLength: 600 }), bytes => void dnsAnswer(bytes, address)));
});
