import { encodeUtf8 } from './utf8.ts';

/** Digits and capitals without those that are taken for one another (I, L, O, U and 0, 1 stay apart as Crockford has it). */
const letters = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const pinLetters = 8;

/**
 * The PIN of a gateway's local page, from the password that its host gave it: host and gateway work it out alone. 40 bits
 * of a hash, from which nobody gets the password back. `sha256` gives 32 bytes of what it is handed.
 */
export function localPin(sha256: (bytes: Uint8Array) => Uint8Array, password: string): string {
  const hash = sha256(encodeUtf8(`joulegate local page\n${password}`));
  let pin = '';
  let bits = 0;
  let held = 0;
  for (let index = 0; pin.length < pinLetters; index++) {
    held = ((held << 8) | (hash[index] as number)) & 0xffff;
    for (bits += 8; bits >= 5 && pin.length < pinLetters; bits -= 5) {
      pin += letters[(held >> (bits - 5)) & 31] as string;
    }
  }
  return pin;
}

/** A PIN as somebody wrote it, as it is: without blanks and dashes, in capitals, O for 0 and I or L for 1. */
export const plainPin = (written: string): string =>
  written.toUpperCase().replace(/[\s-]/g, '').replace(/O/g, '0').replace(/[IL]/g, '1');
