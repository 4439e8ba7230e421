const separators = new Set([...' \t\r\n,;:-'].map(character => character.charCodeAt(0)));
const x = 0x78;
const backslash = 0x5c;

/** The value of a hexadecimal digit by its character, 255 for any other. */
const digits = new Uint8Array(256).fill(255);
for (const [value, digit] of [...'0123456789abcdef'].entries()) {
  digits[digit.charCodeAt(0)] = value;
  digits[digit.toUpperCase().charCodeAt(0)] = value;
}

/**
 * Whether a capture's beginning may be bytes written as hexadecimal text, as people copy them from a log: pairs of
 * digits with or without spaces, commas, colons, `0x` or `\x` between, and nothing else.
 */
export function hexVerdict(beginning: Uint8Array): 'maybe' | 'no' {
  const reader = new HexText();
  reader.push(beginning);
  return reader.isBroken ? 'no' : 'maybe';
}

/** Bytes that were written as text; what `push` gives is valid until the next call. */
export interface BytesOfText {
  push(text: Uint8Array): Uint8Array;
  /** What the text's end still gives. */
  finish(): Uint8Array;
}

/** Makes bytes of hexadecimal text in pieces of any size. */
export class HexText implements BytesOfText {
  /** Something that is no hexadecimal text came; it was skipped. */
  isBroken = false;
  #high = -1;

  push(text: Uint8Array): Uint8Array {
    const bytes = new Uint8Array((text.length + 1) >> 1);
    let length = 0;
    for (let index = 0; index < text.length; index++) {
      const character = text[index] as number;
      const digit = digits[character] as number;
      if (digit < 16) {
        if (this.#high < 0) this.#high = digit;
        else {
          bytes[length++] = (this.#high << 4) | digit;
          this.#high = -1;
        }
      } else if (character === x && (this.#high === 0 || text[index - 1] === backslash)) this.#high = -1;
      else if (character === backslash && this.#high < 0) continue;
      // Half a byte before a separator is no pair.
      else if (!separators.has(character) || this.#high >= 0) {
        this.isBroken = true;
        this.#high = -1;
      }
    }
    return bytes.subarray(0, length);
  }

  finish(): Uint8Array {
    return new Uint8Array(0);
  }
}
