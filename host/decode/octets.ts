import { toHex } from '#core/bytes.ts';

/** Whether octets are text: all of them printable ASCII, such as a maker's `EMH`. */
export function isText(bytes: Uint8Array, start: number, end: number): boolean {
  for (let index = start; index < end; index++) {
    const octet = bytes[index] as number;
    if (octet < 0x20 || octet > 0x7e) return false;
  }
  return end > start;
}

/** Octets as what they are: text, or hexadecimal digits. */
export const octetsText = (octets: Uint8Array): string =>
  isText(octets, 0, octets.length) ? String.fromCharCode(...octets) : toHex(octets);
