import fc from 'fast-check';
import { expect, test } from 'vitest';
import { brokerLimits } from '../../../host/broker/limits.ts';
import { PacketGuard } from '../../../host/broker/packet-guard.ts';

/** An MQTT packet of that many bytes behind its fixed header. */
function packet(bytes: number): Uint8Array {
  const header = [0x30];
  let rest = bytes;
  do {
    header.push(rest > 127 ? (rest % 128) | 0x80 : rest);
    rest = Math.floor(rest / 128);
  } while (rest > 0);
  // A body of what would be lengths and types, were it read as such.
  return Uint8Array.from([...header, ...new Uint8Array(Math.min(bytes, 100_000)).fill(0xff)]);
}

const connect = packet(60);

test('packets up to the limit pass, one byte more is told by its size before its bytes come', () => {
  const guard = new PacketGuard();
  expect(guard.tooLarge(connect)).toBeUndefined();
  expect(guard.tooLarge(packet(brokerLimits.packetBytes))).toBeUndefined();
  expect(guard.tooLarge(packet(0))).toBeUndefined();
  const large = packet(brokerLimits.packetBytes + 1);
  expect(guard.tooLarge(large.subarray(0, 4))).toBe(brokerLimits.packetBytes + 1);
});

test('the first packet, from nobody yet, must be small', () => {
  expect(new PacketGuard().tooLarge(packet(brokerLimits.connectBytes))).toBeUndefined();
  expect(new PacketGuard().tooLarge(packet(brokerLimits.connectBytes + 1).subarray(0, 3))).toBe(
    brokerLimits.connectBytes + 1,
  );
});

test('the largest length MQTT can write is told, also one cut into single bytes', () => {
  const guard = new PacketGuard();
  guard.tooLarge(connect);
  const found = [0x30, 0xff, 0xff, 0xff, 0x7f].map(byte => guard.tooLarge(Uint8Array.of(byte)));
  expect(found.some(bytes => bytes !== undefined)).toBe(true);
});

test('however the stream is cut, packets within the limit pass and the large one is found', () => {
  const sizes = fc.array(fc.integer({ min: 0, max: 3000 }), { maxLength: 20 });
  const cuts = fc.array(fc.integer({ min: 1, max: 500 }), { minLength: 1, maxLength: 30 });
  const run = fc.property(sizes, cuts, fc.boolean(), (lengths, steps, hasLarge) => {
    const large = packet(brokerLimits.packetBytes + 7).subarray(0, 5);
    const parts = [connect, ...lengths.map(packet), ...(hasLarge ? [large] : [])];
    const stream = Buffer.concat(parts);
    const guard = new PacketGuard();
    let found: number | undefined;
    for (let from = 0, step = 0; from < stream.length; step++) {
      const to = from + (steps[step % steps.length] as number);
      found ??= guard.tooLarge(stream.subarray(from, to));
      from = to;
    }
    expect(found !== undefined).toBe(hasLarge);
  });
  fc.assert(run, { numRuns: 100 });
});
