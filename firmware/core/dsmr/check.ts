import { crc16Arc } from '../crc.ts';

/**
 * DSMR P1 companion standard 5.0.2, 6.2: behind `!` stands CRC-16/ARC of all from `/` to `!`, as four hex digits, most
 * significant first, of which some meters leave out leading zeros. Whether the digits from `at` on and before `end` are
 * that of `bytes[start]` to `bytes[at - 1]`.
 */
export function isP1CrcGood(bytes: Uint8Array, start: number, at: number, end: number): boolean {
  let given = 0;
  for (let index = at; index < Math.min(at + 4, end); index++) {
    const digit = hexDigit(bytes[index]);
    if (digit < 0) break;
    given = (given << 4) | digit;
  }
  return given === crc16Arc(bytes, start, at);
}

/** The value of a hex digit, or -1. */
export function hexDigit(byte: number | undefined): number {
  if (byte === undefined) return -1;
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  if (byte >= 0x41 && byte <= 0x46) return byte - 0x37;
  return byte >= 0x61 && byte <= 0x66 ? byte - 0x57 : -1;
}

/** Version of P1: 1-3:0.2.8, and 0-0:96.1.4 in Belgium. Whoever sends one is of version 4 or 5, which have a CRC. */
export const isP1Version = (abc: number, def: number): boolean =>
  (abc === 0x01_03_00 && def === 0x02_08_ff) || (abc === 0x00_00_60 && def === 0x01_04_ff);

/** Tariff of the moment, 0-0:96.14.0: what P1 of all versions has and D0 has not. */
export const isP1Tariff = (abc: number, def: number): boolean => abc === 0x00_00_60 && def === 0x0e_00_ff;
