import { describe, expect, test } from 'vitest';
import { readSntp, sntpRequest } from '#core/sntp.ts';

const cookie = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
const unixToNtpS = 2_208_988_800;

/** A server's answer: received and sent at these Unix milliseconds. */
function answer(
  receivedMs: number,
  sentMs: number,
  change: (packet: Uint8Array) => void = () => {},
): Uint8Array {
  const packet = new Uint8Array(48);
  packet.set([0x24, 2]);
  packet.set(cookie, 24);
  const view = new DataView(packet.buffer);
  for (const [at, ms] of [
    [32, receivedMs],
    [40, sentMs],
  ] as const) {
    view.setUint32(at, (Math.floor(ms / 1000) + unixToNtpS) % 2 ** 32);
    view.setUint32(at + 4, ((ms % 1000) / 1000) * 2 ** 32);
  }
  change(packet);
  return packet;
}

describe('SNTP', () => {
  test('a request is version 4, from a client, and carries the cookie', () => {
    const packet = sntpRequest(cookie);
    expect(packet).toHaveLength(48);
    expect(packet[0]).toBe(0x23);
    expect(packet.slice(40)).toEqual(cookie);
  });

  test('the time is the server’s and half of the way, without what the server took', () => {
    const sentMs = 1_795_000_000_250;
    expect(readSntp(answer(sentMs - 20, sentMs), cookie, 100)).toEqual({ ok: true, value: sentMs + 40 });
    expect(readSntp(answer(sentMs, sentMs), cookie, 0)).toEqual({ ok: true, value: sentMs });
  });

  test('the era that begins in 2036 is read right', () => {
    const ms = Date.UTC(2040, 0, 1);
    expect(readSntp(answer(ms, ms), cookie, 0)).toEqual({ ok: true, value: ms });
  });

  test.each<[string, (packet: Uint8Array) => void]>([
    ['sntp.mode', packet => packet.set([0x23])],
    ['sntp.unsynchronised', packet => packet.set([0xe4])],
    ['sntp.unsynchronised', packet => packet.set([0], 1)],
    ['sntp.unsynchronised', packet => packet.set([16], 1)],
    ['sntp.unsynchronised', packet => packet.fill(0, 40, 48)],
    ['sntp.origin', packet => packet.set([9], 31)],
  ])('what gives no time is refused: %s', (error, change) => {
    expect(readSntp(answer(1e12, 1e12, change), cookie, 10)).toMatchObject({ ok: false, error });
  });

  test('a cut answer is refused', () => {
    expect(readSntp(answer(1e12, 1e12).subarray(0, 47), cookie, 10)).toMatchObject({ error: 'sntp.length' });
  });
});
