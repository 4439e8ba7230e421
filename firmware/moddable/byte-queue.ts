import { bufferOf } from './buffers.ts';

/** Bytes on their way into a serial port that takes a few at a time and throws where they are more. */
export class ByteQueue {
  readonly #write: (bytes: ArrayBuffer) => void;
  readonly #mostBytes: number;
  #waiting: Uint8Array = new Uint8Array();
  #room: number;

  /** `room` is what the port takes before it first says how much. */
  constructor(write: (bytes: ArrayBuffer) => void, room: number, mostBytes = 4096) {
    this.#write = write;
    this.#room = room;
    this.#mostBytes = mostBytes;
  }

  /** Throws where more waits than a frame of any protocol has: the line does not drain. */
  add(bytes: Uint8Array): void {
    const length = this.#waiting.length + bytes.length;
    if (length > this.#mostBytes) throw new Error(`the line does not drain: ${length} bytes wait`);
    const joined = new Uint8Array(length);
    joined.set(this.#waiting);
    joined.set(bytes, this.#waiting.length);
    this.#waiting = joined;
    this.flush();
  }

  /** The port can take so many bytes now. */
  drained(room: number): void {
    this.#room = room;
    this.flush();
  }

  private flush(): void {
    const count = Math.min(this.#room, this.#waiting.length);
    if (count === 0) return;
    this.#room -= count;
    const part = bufferOf(this.#waiting, 0, count);
    this.#waiting = this.#waiting.slice(count);
    this.#write(part);
  }
}
