import { toHex } from '#core/bytes.ts';

/** Octets as what they are: text where all of them are printable ASCII, such as a maker's `EMH`, else hexadecimal. */
export function octetsText(octets: Uint8Array): string {
  const isText = octets.length > 0 && octets.every(octet => octet >= 0x20 && octet < 0x7f);
  return isText ? String.fromCharCode(...octets) : toHex(octets);
}
