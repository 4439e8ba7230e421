/** The same bytes where `count` more fit behind the first `length`, else those in a buffer at least twice as large. */
export function withRoom(bytes: Uint8Array, length: number, count: number): Uint8Array {
  const needed = length + count;
  if (needed <= bytes.length) return bytes;
  const grown = new Uint8Array(Math.max(needed, bytes.length * 2));
  grown.set(bytes.subarray(0, length));
  return grown;
}

/**
 * A cursor that writes into one buffer, growing it when needed. Big-endian where a width is fixed;
 * lengths and values as variable-length integers (7 bits a byte, low bits first, as in protobuf).
 */
export class ByteWriter {
  #bytes: Uint8Array;
  #length = 0;

  constructor(capacity = 256) {
    this.#bytes = new Uint8Array(capacity);
  }

  get length(): number {
    return this.#length;
  }

  /** A copy of what was written. */
  take(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  u8(value: number): void {
    this.reserve(1);
    this.#bytes[this.#length++] = value;
  }

  /** A whole number from 0 to 2^53 - 1. */
  varint(value: number): void {
    this.reserve(8);
    let rest = value;
    while (rest > 0x7f) {
      // Past 31 bits the bit operators would cut, so the high part goes by division.
      this.#bytes[this.#length++] = (rest % 128) | 0x80;
      rest = Math.floor(rest / 128);
    }
    this.#bytes[this.#length++] = rest;
  }

  /** A whole number of either sign, magnitude below 2^52, zigzag coded: small magnitudes stay short. */
  zigzag(value: number): void {
    this.varint(value < 0 ? -value * 2 - 1 : value * 2);
  }

  bytes(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** ASCII text with a length byte before it; ids and names of the wire are ASCII by rule. */
  ascii(text: string): void {
    this.u8(text.length);
    for (let index = 0; index < text.length; index++) this.u8(text.charCodeAt(index) & 0x7f);
  }

  private reserve(count: number): void {
    this.#bytes = withRoom(this.#bytes, this.#length, count);
  }
}

/**
 * A cursor that reads and never throws: reading past the end gives 0 and sets `isBroken`, which the caller
 * asks once, at the end of a structure.
 */
export class ByteReader {
  isBroken = false;
  offset: number;
  readonly #bytes: Uint8Array;
  readonly #end: number;

  constructor(bytes: Uint8Array, offset = 0, end = bytes.length) {
    this.#bytes = bytes;
    this.offset = offset;
    this.#end = end;
  }

  get remaining(): number {
    return this.#end - this.offset;
  }

  u8(): number {
    if (this.offset >= this.#end) return this.broken();
    return this.#bytes[this.offset++] as number;
  }

  /** A whole number up to 2^53 - 1; a longer one breaks the reader. */
  varint(): number {
    const bytes = this.#bytes;
    const end = this.#end;
    let offset = this.offset;
    let value = 0;
    // Four bytes fit the bit operators, and nearly all numbers fit four bytes.
    for (let shift = 0; shift < 28 && offset < end; shift += 7) {
      const byte = bytes[offset++] as number;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) {
        this.offset = offset;
        return value;
      }
    }
    let factor = 0x10000000;
    for (let count = 4; count < 8 && offset < end; count++) {
      const byte = bytes[offset++] as number;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) {
        this.offset = offset;
        return value <= Number.MAX_SAFE_INTEGER ? value : this.broken();
      }
      factor *= 128;
    }
    return this.broken();
  }

  zigzag(): number {
    const coded = this.varint();
    return coded % 2 === 0 ? coded / 2 : -(coded + 1) / 2;
  }

  /** A view of the next `count` bytes, not a copy. */
  bytes(count: number): Uint8Array {
    if (count > this.remaining) {
      this.broken();
      return this.#bytes.subarray(0, 0);
    }
    this.offset += count;
    return this.#bytes.subarray(this.offset - count, this.offset);
  }

  ascii(): string {
    const bytes = this.bytes(this.u8());
    let text = '';
    for (let index = 0; index < bytes.length; index++) text += String.fromCharCode(bytes[index] as number);
    return text;
  }

  private broken(): number {
    this.isBroken = true;
    this.offset = this.#end;
    return 0;
  }
}

const hexDigits = '0123456789abcdef';

export function toHex(bytes: Uint8Array): string {
  let text = '';
  for (let index = 0; index < bytes.length; index++) {
    const byte = bytes[index] as number;
    text += (hexDigits[byte >> 4] as string) + (hexDigits[byte & 15] as string);
  }
  return text;
}

/** Bytes of a hex string of even length, or undefined where it is none. */
export function fromHex(text: string): Uint8Array | undefined {
  if (text.length % 2 !== 0) return undefined;
  const bytes = new Uint8Array(text.length / 2);
  for (let index = 0; index < bytes.length; index++) {
    const pair = text.slice(index * 2, index * 2 + 2);
    const byte = Number.parseInt(pair, 16);
    if (!/^[0-9a-f]{2}$/i.test(pair)) return undefined;
    bytes[index] = byte;
  }
  return bytes;
}
