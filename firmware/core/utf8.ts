import { ByteWriter } from './bytes.ts';

/**
 * UTF-8 by hand: the XS engine on a device has TextEncoder and TextDecoder only where a manifest adds them.
 * Half a surrogate pair becomes U+FFFD, as with TextEncoder.
 */
export function encodeUtf8(text: string): Uint8Array {
  const writer = new ByteWriter(text.length);
  for (const character of text) {
    const read = character.codePointAt(0) as number;
    const point = read >= 0xd800 && read < 0xe000 ? 0xfffd : read;
    if (point < 0x80) {
      writer.u8(point);
      continue;
    }
    if (point < 0x800) writer.u8(0xc0 | (point >> 6));
    else {
      if (point < 0x10000) writer.u8(0xe0 | (point >> 12));
      else {
        writer.u8(0xf0 | (point >> 18));
        writer.u8(0x80 | ((point >> 12) & 63));
      }
      writer.u8(0x80 | ((point >> 6) & 63));
    }
    writer.u8(0x80 | (point & 63));
  }
  return writer.take();
}

/** A text grown character by character is copied each time on XS; so it grows by pieces of this many. */
const pieceCharacters = 64;

const leastOfLength: readonly number[] = Object.freeze([0, 0, 0x80, 0x800, 0x10000]);

/** The text, or undefined where the bytes are not valid UTF-8 (overlong forms and surrogates included). */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  let text = '';
  let piece = '';
  for (let offset = 0; offset < bytes.length; ) {
    const lead = bytes[offset] as number;
    const length =
      lead < 0x80 ? 1 : lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
    if (length === 0 || offset + length > bytes.length) return undefined;
    let point = length === 1 ? lead : lead & (0x7f >> length);
    for (let next = 1; next < length; next++) {
      const byte = bytes[offset + next] as number;
      if ((byte & 0xc0) !== 0x80) return undefined;
      point = (point << 6) | (byte & 63);
    }
    if (
      point < (leastOfLength[length] as number) ||
      point > 0x10ffff ||
      (point >= 0xd800 && point < 0xe000)
    ) {
      return undefined;
    }
    piece += String.fromCodePoint(point);
    if (piece.length >= pieceCharacters) {
      text += piece;
      piece = '';
    }
    offset += length;
  }
  return text + piece;
}
