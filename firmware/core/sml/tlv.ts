import { limits } from '../limits.ts';

export type TlvError =
  | 'sml.truncated'
  | 'sml.type'
  | 'sml.length'
  | 'sml.listTooLong'
  | 'sml.nesting'
  | 'sml.unexpected';

/** Types of a type-length field (SML 1.04, 6.2.1). */
export const tlvOctets = 0;
export const tlvBoolean = 4;
export const tlvSigned = 5;
export const tlvUnsigned = 6;
export const tlvList = 7;

const lengthBytes = 4;

/**
 * A cursor over SML's type-length-value coding. It never throws: the first mistake is kept in `error`, the cursor
 * goes to the end, and everything read after it is empty. The caller asks once, at the end of a structure.
 */
export class TlvReader {
  error: TlvError | undefined;
  /** Where the first mistake was. */
  errorOffset = 0;
  offset = 0;
  /** Of the field read last: its type, and how many bytes or elements follow. */
  type = 0;
  length = 0;
  bytes: Uint8Array = new Uint8Array(0);
  /** The same bytes: reads numbers of several bytes at once. */
  view = new DataView(this.bytes.buffer);
  end = 0;

  reset(bytes: Uint8Array, start: number, end: number): void {
    // A transport gives the same buffer again and again.
    if (bytes !== this.bytes) {
      this.bytes = bytes;
      this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    }
    this.offset = start;
    this.end = end;
    this.error = undefined;
    this.errorOffset = 0;
  }

  fail(error: TlvError): false {
    if (this.error === undefined) {
      this.error = error;
      this.errorOffset = this.offset;
    }
    this.type = tlvOctets;
    this.length = 0;
    this.offset = this.end;
    return false;
  }

  /** Reads a type-length field and checks that what it announces can be there. */
  next(): boolean {
    if (this.offset >= this.end) return this.fail('sml.truncated');
    const first = this.bytes[this.offset] as number;
    if (first >= 0x80) return this.nextLong(first);
    return this.take(first >> 4, first & 15, 1);
  }

  /** More length nibbles follow. Their type bits should be 0; a Hager meter sets them, so they are ignored. */
  private nextLong(first: number): boolean {
    let length = first & 15;
    let used = 1;
    for (let byte = first; byte >= 0x80; used++) {
      if (used === lengthBytes) return this.fail('sml.length');
      if (this.offset + used >= this.end) return this.fail('sml.truncated');
      byte = this.bytes[this.offset + used] as number;
      length = (length << 4) | (byte & 15);
    }
    return this.take((first >> 4) & 7, length, used);
  }

  private take(type: number, length: number, used: number): boolean {
    const left = this.end - this.offset - used;
    if (type === tlvList) {
      if (length > limits.smlListElements) return this.fail('sml.listTooLong');
      if (length > left) return this.fail('sml.truncated');
      this.length = length;
    } else {
      // Other lengths count the field itself.
      const content = length - used;
      if (content < 0) return this.fail('sml.length');
      if (content > left) return this.fail('sml.truncated');
      if (type !== tlvOctets) {
        if (type < tlvBoolean) return this.fail('sml.type');
        if (content === 0 || content > (type === tlvBoolean ? 1 : 8)) return this.fail('sml.length');
      }
      this.length = content;
    }
    this.type = type;
    this.offset += used;
    return true;
  }

  /** Goes over an absent optional element, `01`; false where something is there. */
  isAbsent(): boolean {
    if (this.offset >= this.end || this.bytes[this.offset] !== 0x01) return false;
    this.offset++;
    return true;
  }

  /** Begins a list of exactly `elements`. */
  list(elements: number): boolean {
    if (!this.next()) return false;
    return (this.type === tlvList && this.length === elements) || this.fail('sml.unexpected');
  }

  /** Goes over octets, absent ones too. */
  octets(): boolean {
    if (!this.next()) return false;
    if (this.type !== tlvOctets) return this.fail('sml.unexpected');
    this.offset += this.length;
    return true;
  }

  /** An unsigned number of any width; past 2^53 its low digits are not exact. */
  unsigned(): number {
    this.next();
    if (this.type !== tlvUnsigned) {
      this.fail('sml.unexpected');
      return 0;
    }
    let value = 0;
    const end = this.offset + this.length;
    for (let index = this.offset; index < end; index++) value = value * 256 + (this.bytes[index] as number);
    this.offset = end;
    return value;
  }

  /** Goes over one element with all it holds, at most `depth` lists deep. */
  skip(depth: number): boolean {
    if (!this.next()) return false;
    if (this.type !== tlvList) {
      this.offset += this.length;
      return true;
    }
    if (depth === 0) return this.fail('sml.nesting');
    const { bytes, end } = this;
    for (let left = this.length; left > 0; left--) {
      // Nearly all are octets or integers of one type-length byte; the rest goes the way that tells what is wrong.
      const first = bytes[this.offset] as number;
      const count = first & 15;
      const isPlain = first < 0x10 ? count > 0 : first > 0x50 && first < 0x70 && count > 1 && count < 10;
      if (isPlain && this.offset + count <= end) this.offset += count;
      else if (!this.skip(depth - 1)) return false;
    }
    return true;
  }
}

/** The integer of `width` bytes (1 to 8) at `at`, sign-extended from its width: a number where that is exact. */
export function readInteger(
  bytes: Uint8Array,
  at: number,
  width: number,
  isSigned: boolean,
): number | bigint {
  const lowAt = at + Math.max(0, width - 4);
  let high = 0;
  let low = 0;
  for (let index = at; index < lowAt; index++) high = (high << 8) | (bytes[index] as number);
  for (let index = lowAt; index < at + width; index++) low = (low << 8) | (bytes[index] as number);
  if (width <= 4) {
    const unused = 32 - 8 * width;
    return isSigned ? (low << unused) >> unused : low >>> 0;
  }
  const unused = 64 - 8 * width;
  high = isSigned ? (high << unused) >> unused : high >>> 0;
  const value = high * 0x1_0000_0000 + (low >>> 0);
  return Number.isSafeInteger(value) ? value : BigInt(high) * 0x1_0000_0000n + BigInt(low >>> 0);
}
