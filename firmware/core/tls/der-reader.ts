/**
 * Elements of DER (X.690), one after the other, within their parent. Never reads past it and never throws: what is not
 * there gives `undefined`.
 */
export class DerReader {
  readonly #bytes: Uint8Array;
  #offset: number;
  readonly #end: number;

  constructor(bytes: Uint8Array, offset = 0, end = bytes.length) {
    this.#bytes = bytes;
    this.#offset = offset;
    this.#end = end;
  }

  get isAtEnd(): boolean {
    return this.#offset >= this.#end;
  }

  /** The tag of the next element, or -1. */
  get tag(): number {
    return this.isAtEnd ? -1 : (this.#bytes[this.#offset] as number);
  }

  /** The content of the next element, where it has that tag. */
  content(tag: number): Uint8Array | undefined {
    return this.take(tag, false);
  }

  /** The next element with its tag and length. */
  whole(tag: number): Uint8Array | undefined {
    return this.take(tag, true);
  }

  /** A reader of what is inside the next element. */
  inside(tag: number): DerReader | undefined {
    const content = this.take(tag, false);
    return content === undefined ? undefined : new DerReader(content);
  }

  private take(tag: number, withHead: boolean): Uint8Array | undefined {
    const from = this.#offset;
    if (this.tag !== tag || from + 2 > this.#end) return undefined;
    let length = this.#bytes[from + 1] as number;
    let at = from + 2;
    if (length >= 0x80) {
      const count = length & 0x7f;
      // A certificate of 64 kB is none; indefinite lengths are no DER.
      if (count === 0 || count > 2 || at + count > this.#end) return undefined;
      length = 0;
      for (let index = 0; index < count; index++) length = (length << 8) | (this.#bytes[at++] as number);
    }
    if (at + length > this.#end) return undefined;
    this.#offset = at + length;
    return this.#bytes.subarray(withHead ? from : at, at + length);
  }
}
