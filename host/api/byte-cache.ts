/** Keeps what was used last, as much of it as fits into so many bytes. */
export class ByteCache<V> {
  readonly #mostBytes: number;
  readonly #bytesOf: (value: V) => number;
  /** The one used longest ago comes first. */
  readonly #entries = new Map<string, V>();
  /** The one used last: asked for again, it need not be moved. */
  #newest = '';
  #bytes = 0;
  /** Entries that had to make room. */
  evicted = 0;

  constructor(mostBytes: number, bytesOf: (value: V) => number) {
    this.#mostBytes = mostBytes;
    this.#bytesOf = bytesOf;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get(key: string): V | undefined {
    const value = this.#entries.get(key);
    if (value === undefined || key === this.#newest) return value;
    this.#entries.delete(key);
    this.#entries.set(key, value);
    this.#newest = key;
    return value;
  }

  /** What is larger than the whole cache is not kept. */
  set(key: string, value: V): void {
    this.delete(key);
    const bytes = this.#bytesOf(value);
    if (bytes > this.#mostBytes) return;
    this.#entries.set(key, value);
    this.#newest = key;
    this.#bytes += bytes;
    for (const oldest of this.#entries.keys()) {
      if (this.#bytes <= this.#mostBytes) return;
      this.delete(oldest);
      this.evicted++;
    }
  }

  delete(key: string): void {
    const value = this.#entries.get(key);
    if (value === undefined || !this.#entries.delete(key)) return;
    this.#bytes -= this.#bytesOf(value);
  }
}
