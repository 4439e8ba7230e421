import type { FlashPort } from '../ports.ts';

/** Read back at once by this much. */
const checkBytes = 128;

/** Flash whose failures are answers: each call says whether it is done, and what is written is read back. */
export class CheckedFlash {
  readonly blockBytes: number;
  readonly blocks: number;
  readonly #port: FlashPort;
  readonly #check = new Uint8Array(checkBytes);

  constructor(port: FlashPort) {
    this.#port = port;
    this.blockBytes = port.blockBytes;
    this.blocks = port.blocks;
  }

  read(block: number, offset: number, into: Uint8Array): boolean {
    if (into.length === 0) return true;
    try {
      this.#port.read(block * this.blockBytes + offset, into);
      return true;
    } catch {
      return false;
    }
  }

  write(block: number, offset: number, bytes: Uint8Array): boolean {
    if (bytes.length === 0) return true;
    try {
      this.#port.write(block * this.blockBytes + offset, bytes);
    } catch {
      return false;
    }
    return this.holds(block, offset, bytes);
  }

  erase(block: number): boolean {
    try {
      this.#port.erase(block);
      return true;
    } catch {
      return false;
    }
  }

  private holds(block: number, offset: number, bytes: Uint8Array): boolean {
    const check = this.#check;
    for (let at = 0; at < bytes.length; at += checkBytes) {
      const count = Math.min(bytes.length - at, checkBytes);
      if (!this.read(block, offset + at, count === checkBytes ? check : check.subarray(0, count)))
        return false;
      for (let index = 0; index < count; index++) if (check[index] !== bytes[at + index]) return false;
    }
    return true;
  }
}
