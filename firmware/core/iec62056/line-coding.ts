/**
 * Takes the even parity bit off `bytes[0]` to `bytes[end - 1]`, in place; false where one was wrong (7E1 read as 8N1:
 * the frame on the wire is as long, and the eighth bit is the parity).
 */
export function stripParity(bytes: Uint8Array, end: number): boolean {
  let isGood = true;
  for (let index = 0; index < end; index++) {
    const byte = bytes[index] as number;
    if (isOdd(byte)) isGood = false;
    bytes[index] = byte & 0x7f;
  }
  return isGood;
}

export function isAscii(bytes: Uint8Array, end: number): boolean {
  for (let index = 0; index < end; index++) if ((bytes[index] as number) > 0x7f) return false;
  return true;
}

/** The same bytes with even parity in the eighth bit: 7E1 to be sent as 8N1. */
export function withParity(bytes: Uint8Array): Uint8Array {
  return bytes.map(byte => (isOdd(byte) ? byte ^ 0x80 : byte));
}

function isOdd(byte: number): boolean {
  const nibble = byte ^ (byte >> 4);
  return ((0x6996 >> (nibble & 15)) & 1) === 1;
}

/** Block check character: exclusive or of all from behind STX to ETX, both 7 bits (IEC 62056-21, 5.4; ISO 1155). */
export function blockCheck(bytes: Uint8Array, start: number, end: number): number {
  let sum = 0;
  for (let index = start; index < end; index++) sum ^= bytes[index] as number;
  return sum & 0x7f;
}
