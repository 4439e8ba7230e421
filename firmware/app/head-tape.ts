import { limits } from '../core/limits.ts';
import type { HeadStream } from './head-stream.ts';

/**
 * Sees all that goes over the line of an optical head. Bytes are its own to keep; of a long telegram they are the first
 * ones, `byteLength` says how many there were. `note` is what was wrong, in words for people.
 */
export interface HeadTap {
  sentToHead(bytes: Uint8Array, ticksMs: number): void;
  heardOfHead(
    is: 'telegram' | 'damaged' | 'noise',
    bytes: Uint8Array,
    byteLength: number,
    ticksMs: number,
    note?: string,
  ): void;
}

const tapeBytes = 2048;
/** So much is heard at a time, so that what ends in it is still on the tape. */
const pieceBytes = 256;

/** The newest bytes of a head by their place in its stream, kept only while somebody looks. */
export class HeadTape {
  readonly tap: HeadTap;
  readonly #bytes = new Uint8Array(tapeBytes);
  readonly #from: number;
  #end: number;
  /** Up to here all was told. */
  #toldTo: number;

  /** `from`: how many bytes the stream had before. */
  constructor(tap: HeadTap, from: number) {
    this.tap = tap;
    this.#from = from;
    this.#end = from;
    this.#toldTo = from;
  }

  push(bytes: Uint8Array): void {
    const at = this.#end % tapeBytes;
    const first = bytes.subarray(0, tapeBytes - at);
    this.#bytes.set(first, at);
    if (first.length < bytes.length) this.#bytes.set(bytes.subarray(first.length), 0);
    this.#end += bytes.length;
  }

  /** Tells of `length` bytes from `offset` on; without their bytes where these were before the tape began. */
  tell(
    is: 'telegram' | 'damaged' | 'noise',
    offset: number,
    length: number,
    ticksMs: number,
    note?: string,
  ): void {
    const end = offset + length;
    // Noise may have been told before it was known that it was no more.
    const from = is === 'noise' ? Math.max(offset, this.#toldTo) : offset;
    this.#toldTo = Math.max(this.#toldTo, end);
    if (from < end) this.tap.heardOfHead(is, this.at(from, end - from), end - from, ticksMs, note);
  }

  /** Nobody knows what the stream is: its bytes are told as they are, once there are more than a telegram has. */
  tellUnknown(unheardBytes: number, ticksMs: number): void {
    const untold = this.#end - this.#toldTo;
    if (unheardBytes > tapeBytes && untold >= pieceBytes) {
      const length = Math.min(untold, tapeBytes);
      this.tell('noise', this.#end - length, length, ticksMs);
    }
  }

  /** A copy, of no more than a trace shows. */
  private at(offset: number, length: number): Uint8Array {
    const oldest = Math.max(this.#from, this.#end - tapeBytes);
    if (offset < oldest) return new Uint8Array(0);
    const copy = new Uint8Array(Math.min(length, limits.traceFrameBytes, this.#end - offset));
    for (let index = 0; index < copy.length; index++) {
      copy[index] = this.#bytes[(offset + index) % tapeBytes] as number;
    }
    return copy;
  }
}

/** Lets a stream hear bytes that are kept on a tape meanwhile. */
export function hearOn(tape: HeadTape, stream: HeadStream, bytes: Uint8Array, ticksMs: number): void {
  for (let from = 0; from < bytes.length; from += pieceBytes) {
    const piece = bytes.subarray(from, from + pieceBytes);
    tape.push(piece);
    stream.push(piece);
    if (stream.format === null) tape.tellUnknown(stream.unheardBytes, ticksMs);
  }
}
