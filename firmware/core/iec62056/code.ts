/** OBIS code read of text; `abc` is -1 where the text is none (`obis.ts` of `core/sml` has the two numbers). */
export interface ReadCode {
  abc: number;
  def: number;
}

/** Letters that stand for numbers in C, D and E (IEC 62056-61, table of group C and the "reduced ID codes" annex). */
function ofLetter(letter: number): number {
  if (letter === 0x43) return 96;
  if (letter === 0x46) return 97;
  if (letter === 0x4c) return 98;
  return letter === 0x50 ? 99 : -1;
}

/**
 * Reads `bytes[start]` to `bytes[end - 1]` as an OBIS code: `1-0:1.8.0*255`, or reduced as meters show it
 * (IEC 62056-21, annex on reduced ID codes): `1.8.0`, `1.8`, `1.8.0*01`, `1.8.1&02`, `C.1.0`, `F.F`. What is not
 * there is A = 1 (0 for C, F, L and P), B = 0, E = 0, F = 255. Gives false where it is no such code, as of makers'
 * own registers.
 */
export function readCode(bytes: Uint8Array, start: number, end: number, into: ReadCode): boolean {
  into.abc = -1;
  into.def = -1;
  // One slot for each of A to F; `slot` is where the next number goes once the text has shown which it is.
  let a = -1;
  let b = 0;
  let c = -1;
  let d = -1;
  let e = -1;
  let f = 255;
  let number = -1;
  let isLetter = false;
  let state = 0;
  for (let at = start; at <= end; at++) {
    const byte = at === end ? 0 : (bytes[at] as number);
    if (byte >= 0x30 && byte <= 0x39) {
      if (isLetter) return false;
      number = (number < 0 ? 0 : number * 10) + byte - 0x30;
      if (number > 255) return false;
      continue;
    }
    const letter = ofLetter(byte);
    if (letter >= 0) {
      if (number >= 0 || state > 4) return false;
      number = letter;
      isLetter = true;
      continue;
    }
    if (number < 0) return false;
    if (byte === 0x2d && state === 0) {
      a = number;
      state = 1;
    } else if (byte === 0x3a && state === 1) {
      b = number;
      state = 2;
    } else if (byte === 0x2e && state <= 2 && state !== 1) {
      c = number;
      if (a < 0) a = isLetter ? 0 : 1;
      state = 3;
    } else if (byte === 0x2e && state === 3) {
      d = number;
      state = 4;
    } else if ((byte === 0x2a || byte === 0x26) && (state === 3 || state === 4)) {
      if (state === 3) d = number;
      else e = number;
      state = 5;
    } else if (byte === 0 && at === end) {
      if (state === 3) d = number;
      else if (state === 4) e = number;
      else if (state === 5) f = number;
      else return false;
    } else return false;
    number = -1;
    isLetter = false;
  }
  into.abc = (a << 16) | (b << 8) | c;
  into.def = (d << 16) | (Math.max(e, 0) << 8) | f;
  return true;
}
