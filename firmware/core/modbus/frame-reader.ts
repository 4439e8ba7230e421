import { crc16Modbus } from '../crc.ts';
import { limits } from '../limits.ts';
import { type Heard, type ReadRequest, requestBytes } from './frame.ts';

const none = 0;
const incomplete = -1;

/**
 * Finds frames in what a master hears, by their length and CRC: over USB, TCP and on a busy chip the gaps between
 * bytes say nothing of where a frame ends. Bytes may come in any pieces. What is no frame is skipped and reported,
 * so nothing in front of an answer can hide it. Bounded: never keeps more than an unfinished frame.
 */
export class FrameReader {
  readonly #bytes = new Uint8Array(limits.modbusAduBytes * 2);
  #length = 0;
  #request: ReadRequest | undefined;
  #echo: Uint8Array | undefined;

  /** Bytes of a frame that has begun and not ended. */
  get pendingBytes(): number {
    return this.#length;
  }

  /**
   * From now on the answer to `request` is looked for, and `frame` is its echo. What an unfinished frame left
   * behind is dropped: the silence before a request ended it. Gives the number of bytes dropped.
   */
  expect(request: ReadRequest, frame: Uint8Array): number {
    const dropped = this.#length;
    this.#length = 0;
    this.#request = request;
    this.#echo = frame;
    return dropped;
  }

  /** Nothing is awaited any more: whatever comes now is late or not for us. */
  expectNothing(): void {
    this.#request = undefined;
    this.#echo = undefined;
  }

  /**
   * Takes bytes and calls `heard` for each thing found in them, in their order. After an answer or an exception
   * nothing is awaited any more.
   */
  push(bytes: Uint8Array, heard: (what: Heard) => void): void {
    for (let from = 0; from < bytes.length; ) {
      const part = bytes.subarray(from, from + this.#bytes.length - this.#length);
      this.#bytes.set(part, this.#length);
      this.#length += part.length;
      from += part.length;
      this.#scan(heard);
    }
  }

  #scan(heard: (what: Heard) => void): void {
    let kept = -1;
    let offset = 0;
    while (offset < this.#length) {
      const length = this.#frameAt(offset);
      if (length > 0) {
        this.#skip(offset, heard);
        heard(this.#take(length));
        kept = -1;
        offset = 0;
        continue;
      }
      if (length === incomplete) {
        if (kept < 0) kept = offset;
        // The answer is on its way: the bytes inside it are not searched.
        if (this.#beginsAnswer(offset)) break;
      }
      offset++;
    }
    this.#skip(kept < 0 ? this.#length : kept, heard);
  }

  /** Bytes of the whole frame at an offset, `incomplete` where one may have begun, `none` where none has. */
  #frameAt(offset: number): number {
    const have = this.#length - offset;
    if (this.#isEchoAt(offset)) return requestBytes;
    if (have < 2) return incomplete;
    const shape = shapeOf(this.#bytes[offset + 1] as number);
    if (shape === 'unknown') return none;
    if (have < 3) return incomplete;
    const answer =
      shape === 'read' ? 5 + (this.#bytes[offset + 2] as number) : shape === 'exception' ? 5 : none;
    if (answer > limits.modbusAduBytes) return none;
    if (answer > 0 && have >= answer && this.#isWhole(offset, answer)) return answer;
    // One answer in 65,536 begins like a whole request of another master: what is awaited is never taken for one.
    const request = shape === 'exception' || this.#beginsAnswer(offset) ? none : requestBytes;
    if (request > 0 && have >= request && this.#isWhole(offset, request)) return request;
    return have < Math.max(answer, request) ? incomplete : none;
  }

  #isEchoAt(offset: number): boolean {
    const echo = this.#echo;
    if (echo === undefined || this.#length - offset < echo.length) return false;
    for (let index = 0; index < echo.length; index++) {
      if (this.#bytes[offset + index] !== echo[index]) return false;
    }
    return true;
  }

  #beginsAnswer(offset: number): boolean {
    const request = this.#request;
    return (
      request !== undefined &&
      this.#length - offset >= 3 &&
      this.#bytes[offset] === request.address &&
      this.#bytes[offset + 1] === request.fc &&
      this.#bytes[offset + 2] === request.count * 2
    );
  }

  #isWhole(offset: number, length: number): boolean {
    const end = offset + length - 2;
    const crc = (this.#bytes[end] as number) | ((this.#bytes[end + 1] as number) << 8);
    return crc === crc16Modbus(this.#bytes, offset, end);
  }

  /** Takes the frame at the beginning out of the buffer and says what it is. */
  #take(length: number): Heard {
    const what = this.#meaning(this.#bytes.slice(0, length));
    this.#drop(length);
    if (what.is === 'echo') this.#echo = undefined;
    else if (what.is !== 'frame') this.expectNothing();
    return what;
  }

  #meaning(frame: Uint8Array): Heard {
    if (this.#isEchoAt(0)) return { is: 'echo' };
    if (this.#beginsAnswer(0)) return { is: 'answer', data: frame.subarray(3, frame.length - 2) };
    const address = frame[0] as number;
    const request = this.#request;
    if (request !== undefined && address === request.address && frame[1] === (request.fc | 0x80)) {
      return { is: 'exception', code: frame[2] as number };
    }
    return { is: 'frame', address, isAnswer: frame.length !== requestBytes, byteLength: frame.length };
  }

  #skip(count: number, heard: (what: Heard) => void): void {
    if (count === 0) return;
    this.#drop(count);
    heard({ is: 'noise', count });
  }

  #drop(count: number): void {
    this.#bytes.copyWithin(0, count, this.#length);
    this.#length -= count;
  }
}

/** How frames of a function look: reads answer with a length, others with the 8 bytes that requests have too. */
function shapeOf(fc: number): 'read' | 'write' | 'exception' | 'unknown' {
  if (fc >= 1 && fc <= 4) return 'read';
  if (fc === 5 || fc === 6 || fc === 15 || fc === 16) return 'write';
  return fc > 0x80 && fc <= 0x90 ? 'exception' : 'unknown';
}
