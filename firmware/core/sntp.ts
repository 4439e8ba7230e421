import { fail, ok, type Result } from './result.ts';

/** SNTP version 4 (RFC 4330), the client's part: one packet out, one in, and what they say of the clock. */
export const sntpBytes = 48;

export type SntpError = 'sntp.length' | 'sntp.mode' | 'sntp.unsynchronised' | 'sntp.origin';

/** Seconds from 1900, where NTP counts from, to 1970; and the length of NTP's era, which ends in 2036. */
const ntpToUnixS = 2_208_988_800;
const eraS = 2 ** 32;
const transmitAt = 40;

/** A request. `cookie` is what the server must give back as the origin: any number that is not guessed. */
export function sntpRequest(cookie: Uint8Array): Uint8Array {
  const packet = new Uint8Array(sntpBytes);
  packet[0] = (4 << 3) | 3;
  packet.set(cookie.subarray(0, 8), transmitAt);
  return packet;
}

/**
 * UTC in milliseconds at the instant the answer came in, `roundTripMs` after the request went out: the server's
 * time and half of the way. Refuses what is no answer of a synchronised server to this request (RFC 4330, 5).
 */
export function readSntp(
  packet: Uint8Array,
  cookie: Uint8Array,
  roundTripMs: number,
): Result<number, SntpError> {
  if (packet.length < sntpBytes) return fail('sntp.length', `${packet.length} bytes; ${sntpBytes} are due`);
  const first = packet[0] as number;
  if ((first & 7) !== 4) return fail('sntp.mode', `mode ${first & 7}; a server answers in mode 4`);
  const stratum = packet[1] as number;
  if (first >> 6 === 3 || stratum === 0 || stratum > 15) {
    return fail(
      'sntp.unsynchronised',
      `leap ${first >> 6}, stratum ${stratum}: the server has no time to give`,
    );
  }
  for (let index = 0; index < 8; index++) {
    if (packet[24 + index] !== cookie[index]) return fail('sntp.origin', 'the answer is to another request');
  }
  const view = new DataView(packet.buffer, packet.byteOffset, packet.byteLength);
  const receivedMs = unixMs(view, 32);
  const sentMs = unixMs(view, transmitAt);
  if (view.getUint32(transmitAt) === 0) return fail('sntp.unsynchronised', 'the server gives no time');
  const wayMs = Math.max(roundTripMs - Math.max(sentMs - receivedMs, 0), 0);
  return ok(Math.round(sentMs + wayMs / 2));
}

/** A time stamp below 2^31 s belongs to the era from 2036 on (RFC 4330, 3). */
function unixMs(view: DataView, at: number): number {
  const seconds = view.getUint32(at);
  const era = seconds < 2 ** 31 ? eraS : 0;
  return (seconds + era - ntpToUnixS) * 1000 + (view.getUint32(at + 4) / 2 ** 32) * 1000;
}
