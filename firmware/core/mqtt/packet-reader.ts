/** A packet as it came: its first byte, and its body or the beginning of one that is too large. */
export type OnPacket = (first: number, body: Uint8Array, isWhole: boolean) => void;

/** A length has four bytes at most (MQTT 3.1.1, 2.2.3). */
const mostFactor = 128 ** 3;

/**
 * Cuts a stream of bytes into MQTT packets. Of a packet larger than `mostBytes` the first so many are kept and the
 * rest is read past, so that no broker can make a device gather more. Bodies are valid during the call only.
 */
export class PacketReader {
  readonly #mostBytes: number;
  readonly #onPacket: OnPacket;
  #state: 'first' | 'length' | 'body' | 'broken' = 'first';
  #first = 0;
  #length = 0;
  #factor = 1;
  /** Of the body: what is gathered, and how many bytes of it have come. */
  #body: Uint8Array | undefined;
  #come = 0;

  constructor(mostBytes: number, onPacket: OnPacket) {
    this.#mostBytes = mostBytes;
    this.#onPacket = onPacket;
  }

  /** Hands on each packet that is complete; false once the stream cannot be MQTT, and then for good. */
  push(bytes: Uint8Array): boolean {
    let offset = 0;
    while (offset < bytes.length && this.#state !== 'broken') {
      if (this.#state === 'body') {
        offset = this.take(bytes, offset);
        continue;
      }
      const byte = bytes[offset++] as number;
      if (this.#state === 'first') {
        this.#first = byte;
        this.#length = 0;
        this.#factor = 1;
        this.#state = 'length';
        continue;
      }
      this.#length += (byte & 0x7f) * this.#factor;
      if (byte < 0x80) this.begin();
      else if (this.#factor === mostFactor) this.#state = 'broken';
      else this.#factor *= 128;
    }
    return this.#state !== 'broken';
  }

  /** Nothing is handed on any more. */
  stop(): void {
    this.#state = 'broken';
    this.#body = undefined;
  }

  private begin(): void {
    this.#come = 0;
    this.#body = undefined;
    if (this.#length > 0) this.#state = 'body';
    else this.hand(new Uint8Array(0));
  }

  private take(bytes: Uint8Array, offset: number): number {
    const count = Math.min(this.#length - this.#come, bytes.length - offset);
    const kept = Math.min(this.#length, this.#mostBytes);
    if (this.#come === 0 && count === this.#length && count <= kept) {
      this.hand(bytes.subarray(offset, offset + count));
      return offset + count;
    }
    this.#body ??= new Uint8Array(kept);
    if (this.#come < kept) {
      const part = Math.min(count, kept - this.#come);
      this.#body.set(bytes.subarray(offset, offset + part), this.#come);
    }
    this.#come += count;
    if (this.#come === this.#length) this.hand(this.#body);
    return offset + count;
  }

  private hand(body: Uint8Array): void {
    this.#body = undefined;
    this.#state = 'first';
    this.#onPacket(this.#first, body, body.length === this.#length);
  }
}
