/** The newest bytes of a stream by their place in it, so that what turned out to be damaged can be looked at again. */
export class RecentBytes {
  readonly #kept: number;
  readonly #bytes: Uint8Array;
  /** Place of the first byte held. */
  #base = 0;
  #end = 0;

  /** Holds at least the last `kept` bytes; pieces are at most `longestPiece`. */
  constructor(kept: number, longestPiece: number) {
    this.#kept = kept;
    this.#bytes = new Uint8Array(2 * kept + longestPiece);
  }

  push(bytes: Uint8Array): void {
    if (this.#end + bytes.length > this.#bytes.length) {
      const from = this.#end - this.#kept;
      this.#bytes.copyWithin(0, from, this.#end);
      this.#base += from;
      this.#end = this.#kept;
    }
    this.#bytes.set(bytes, this.#end);
    this.#end += bytes.length;
  }

  /** A view of `length` bytes from `offset` on, valid until the next push; undefined where they are held no more. */
  at(offset: number, length: number): Uint8Array | undefined {
    const start = offset - this.#base;
    if (start < 0 || start + length > this.#end) return undefined;
    return this.#bytes.subarray(start, start + length);
  }
}
