import type { Socket } from 'node:net';
import { brokerLimits } from './limits.ts';

/**
 * Reads along the fixed headers of MQTT packets (3.1.1, section 2.2) and stops at one that announces more than
 * is allowed, so that nobody gathers its bytes. The first packet, before anybody is known, may be small only.
 */
export class PacketGuard {
  #state: 'type' | 'length' | 'body' = 'type';
  #length = 0;
  #factor = 1;
  #rest = 0;
  #most: number = brokerLimits.connectBytes;

  /** The announced length of the first packet in `bytes` that is too large, or undefined. */
  tooLarge(bytes: Uint8Array): number | undefined {
    let offset = 0;
    while (offset < bytes.length) {
      if (this.#state === 'body') {
        const step = Math.min(this.#rest, bytes.length - offset);
        offset += step;
        this.#rest -= step;
        if (this.#rest === 0) this.#state = 'type';
        continue;
      }
      const byte = bytes[offset++] as number;
      if (this.#state === 'type') {
        this.#state = 'length';
        this.#length = 0;
        this.#factor = 1;
        continue;
      }
      this.#length += (byte & 0x7f) * this.#factor;
      this.#factor *= 128;
      if (this.#length > this.#most) return this.#length;
      // A length has four bytes at most; a fifth is for the parser to refuse, which it does.
      if (byte < 0x80 || this.#factor > 128 ** 4) this.#enterBody();
    }
    return undefined;
  }

  /** What a packet may have now. */
  get most(): number {
    return this.#most;
  }

  #enterBody(): void {
    this.#most = brokerLimits.packetBytes;
    this.#rest = this.#length;
    this.#state = this.#rest === 0 ? 'type' : 'body';
  }
}

/**
 * Puts a guard in front of whoever calls `socket.read()`: bytes of a packet too large are never handed out, the
 * socket is destroyed instead and `onTooLarge` told. (The broker library reads by `read()` alone; a stream in
 * between would cost every message a copy through its queues.)
 */
export function guardPackets(socket: Socket, onTooLarge: (bytes: number, most: number) => void): void {
  const guard = new PacketGuard();
  const read = socket.read.bind(socket);
  socket.read = size => {
    const chunk: unknown = read(size);
    if (!(chunk instanceof Uint8Array)) return chunk;
    const bytes = guard.tooLarge(chunk);
    if (bytes === undefined) return chunk;
    onTooLarge(bytes, guard.most);
    socket.destroy();
    return null;
  };
}
