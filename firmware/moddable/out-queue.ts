/** Bytes on their way into a socket that takes a few at a time. Bounded; nothing is copied. */
export class OutQueue {
  readonly #mostBytes: number;
  readonly #chunks: Uint8Array[] = [];
  #waitingBytes = 0;

  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  get isEmpty(): boolean {
    return this.#waitingBytes === 0;
  }

  /** Keeps the bytes themselves; false where more would wait than may. */
  add(bytes: Uint8Array): boolean {
    if (this.#waitingBytes + bytes.length > this.#mostBytes) return false;
    if (bytes.length > 0) this.#chunks.push(bytes);
    this.#waitingBytes += bytes.length;
    return true;
  }

  /** The next bytes, at most so many; undefined where there is nothing or no room. */
  take(mostBytes: number): Uint8Array | undefined {
    const first = this.#chunks[0];
    if (first === undefined || mostBytes <= 0) return undefined;
    const isWhole = first.length <= mostBytes;
    if (isWhole) this.#chunks.shift();
    else this.#chunks[0] = first.subarray(mostBytes);
    const part = isWhole ? first : first.subarray(0, mostBytes);
    this.#waitingBytes -= part.length;
    return part;
  }
}
