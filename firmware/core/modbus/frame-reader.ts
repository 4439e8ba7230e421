import { crc16Modbus } from '../crc.ts';
import { limits } from '../limits.ts';
import { answerBytes, type BusRequest, dataBytes, type Heard, isWrite, requestBytes } from './frame.ts';

const none = 0;
const incomplete = -1;

/** What of a write's frame its answer repeats: address, function, place, and value or count. */
const echoedBytes = 6;

/** Takes what was heard, with its bytes. */
type HeardThen = (what: Heard, bytes: Uint8Array) => void;

/**
 * Finds frames in what a master hears, by their length and CRC: over USB, TCP and on a busy chip the gaps between
 * bytes say nothing of where a frame ends. Bytes may come in any pieces. What is no frame is skipped and reported,
 * so nothing in front of an answer can hide it. Bounded: never keeps more than an unfinished frame.
 */
export class FrameReader {
  readonly #bytes = new Uint8Array(limits.modbusAduBytes * 2);
  #length = 0;
  #request: BusRequest | undefined;
  #frame: Uint8Array | undefined;
  #echo: Uint8Array | undefined;
  /** Whether the adapter lets the master hear itself, as far as what was heard tells. */
  #line: 'unknown' | 'echoes' | 'echoesNot' = 'unknown';
  /** Whether the request begins as its own answer may: always where one value is written, elsewhere by chance. */
  #looksAnswered = false;
  /** Whether something was heard since the request went out. */
  #hasHeard = false;

  /** A copy of the frame that has begun and not ended. */
  get pending(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  /** Bytes of a frame that has begun and not ended. */
  get pendingBytes(): number {
    return this.#length;
  }

  /**
   * From now on the answer to `request` is looked for, and `frame` is its echo. What an unfinished frame left
   * behind is dropped: the silence before a request ended it. Gives the number of bytes dropped.
   */
  expect(request: BusRequest, frame: Uint8Array): number {
    const dropped = this.#length;
    this.#length = 0;
    this.#request = answerBytes(request) > 0 ? request : undefined;
    this.#frame = frame;
    this.#looksAnswered = beginsWithAnswer(request, frame);
    this.#echo = frame;
    this.#hasHeard = false;
    return dropped;
  }

  /** Nothing is awaited any more: whatever comes now is late or not for us. */
  expectNothing(): void {
    this.#request = undefined;
    this.#frame = undefined;
    this.#echo = undefined;
  }

  /**
   * Takes bytes and calls `heard` for each thing found in them, with its bytes, in their order. After an answer or
   * an exception nothing is awaited any more.
   */
  push(bytes: Uint8Array, heard: HeardThen): void {
    for (let from = 0; from < bytes.length; ) {
      const part = bytes.subarray(from, from + this.#bytes.length - this.#length);
      this.#bytes.set(part, this.#length);
      this.#length += part.length;
      from += part.length;
      this.scan(heard);
    }
  }

  private scan(heard: HeardThen): void {
    let kept = -1;
    let offset = 0;
    while (offset < this.#length) {
      const length = this.frameAt(offset);
      if (length > 0) {
        this.skip(offset, heard);
        this.take(length, heard);
        kept = -1;
        offset = 0;
        continue;
      }
      if (length === incomplete) {
        if (kept < 0) kept = offset;
        // The answer is on its way: the bytes inside it are not searched.
        if (this.beginsAnswer(offset)) break;
      }
      offset++;
    }
    this.skip(kept < 0 ? this.#length : kept, heard);
  }

  /** Bytes of the whole frame at an offset, `incomplete` where one may have begun, `none` where none has. */
  private frameAt(offset: number): number {
    const have = this.#length - offset;
    if (this.isEchoAt(offset)) return this.#echo?.length ?? none;
    if (have < 2) return incomplete;
    const fc = this.#bytes[offset + 1] as number;
    const shape = shapeOf(fc);
    if (shape === 'unknown') return none;
    if (have < 3) return incomplete;
    const answer =
      shape === 'read' ? 5 + (this.#bytes[offset + 2] as number) : shape === 'exception' ? 5 : requestBytes;
    if (answer > limits.modbusAduBytes) return none;
    if (have >= answer && this.isWhole(offset, answer)) return answer;
    // One answer in 65,536 begins like a whole request of another master: what is awaited is never taken for one.
    if (shape === 'exception' || this.beginsAnswer(offset)) return have < answer ? incomplete : none;
    const request = this.requestLengthAt(offset, fc);
    if (request > limits.modbusAduBytes) return none;
    if (have >= request && this.isWhole(offset, request)) return request;
    return have < Math.max(answer, request) ? incomplete : none;
  }

  /** Bytes of a request with this function: one that writes several values says how many bytes they take. */
  private requestLengthAt(offset: number, fc: number): number {
    const hasLength = (fc === 15 || fc === 16) && this.#length - offset > 6;
    return hasLength ? 9 + (this.#bytes[offset + 6] as number) : requestBytes;
  }

  private isEchoAt(offset: number): boolean {
    const echo = this.#echo;
    if (echo === undefined || this.#length - offset < echo.length) return false;
    // A line that echoes not gives back the frame that writes one value once, and it is the answer.
    if (this.#looksAnswered && this.#line === 'echoesNot') return false;
    return this.hasAt(offset, echo, echo.length);
  }

  private hasAt(offset: number, wanted: Uint8Array, count: number): boolean {
    for (let index = 0; index < count; index++) {
      if (this.#bytes[offset + index] !== wanted[index]) return false;
    }
    return true;
  }

  /**
   * Whether the bytes at an offset can be nothing but the awaited answer: of the slave, of the function, and of the
   * length that was asked for, or with the place and the value that were written.
   */
  private beginsAnswer(offset: number): boolean {
    const request = this.#request;
    const frame = this.#frame;
    if (request === undefined || frame === undefined) return false;
    const have = this.#length - offset;
    if (this.#looksAnswered && this.#echo !== undefined && this.#line !== 'echoesNot') {
      if (this.hasAt(offset, frame, Math.min(have, answerBytes(request)))) return false;
    }
    if (isWrite(request)) return have >= echoedBytes && this.hasAt(offset, frame, echoedBytes);
    return have >= 3 && this.hasAt(offset, frame, 2) && this.#bytes[offset + 2] === dataBytes(request);
  }

  private isWhole(offset: number, length: number): boolean {
    return hasGoodCrc(this.#bytes, offset, length);
  }

  /** Takes the frame at the beginning out of the buffer and says what it is. */
  private take(length: number, heard: HeardThen): void {
    const frame = this.#bytes.slice(0, length);
    const what = this.meaning(frame);
    this.learnOfEchoes(what);
    this.drop(length);
    this.#hasHeard = true;
    if (what.is === 'echo') this.#echo = undefined;
    else if (what.is !== 'frame') this.expectNothing();
    heard(what, frame);
  }

  /**
   * An echo is heard before all else, so an answer that comes first tells that there is none. Where a request looks
   * as its answer does, nothing can be learnt of it, and while nothing is known it counts as echo: a write of which
   * nobody can tell whether it was done must not count as done.
   */
  private learnOfEchoes(what: Heard): void {
    if (this.#line === 'echoes') return;
    if (this.#looksAnswered && what.is !== 'exception') return;
    if (what.is === 'echo') this.#line = 'echoes';
    else if (what.is !== 'frame' && !this.#hasHeard) this.#line = 'echoesNot';
  }

  private meaning(frame: Uint8Array): Heard {
    if (this.isEchoAt(0)) return { is: 'echo' };
    const address = frame[0] as number;
    const request = this.#request;
    if (request !== undefined && this.beginsAnswer(0)) {
      return { is: 'answer', data: frame.subarray(isWrite(request) ? 2 : 3, frame.length - 2) };
    }
    if (request !== undefined && address === request.address && frame[1] === (request.fc | 0x80)) {
      return { is: 'exception', code: frame[2] as number };
    }
    return { is: 'frame', address, isAnswer: isAnswer(frame), byteLength: frame.length };
  }

  private skip(count: number, heard: HeardThen): void {
    if (count === 0) return;
    const bytes = this.#bytes.slice(0, count);
    this.drop(count);
    this.#hasHeard = true;
    heard({ is: 'noise', count }, bytes);
  }

  private drop(count: number): void {
    this.#bytes.copyWithin(0, count, this.#length);
    this.#length -= count;
  }
}

/** Whether a request's first bytes are a whole answer to it. */
function beginsWithAnswer(request: BusRequest, frame: Uint8Array): boolean {
  const length = answerBytes(request);
  if (length === 0 || length > frame.length) return false;
  if (!isWrite(request) && frame[2] !== dataBytes(request)) return false;
  return hasGoodCrc(frame, 0, length);
}

function hasGoodCrc(bytes: Uint8Array, offset: number, length: number): boolean {
  const end = offset + length - 2;
  const crc = (bytes[end] as number) | ((bytes[end + 1] as number) << 8);
  return crc === crc16Modbus(bytes, offset, end);
}

/** A stray frame's direction: only a request to read, or to write several values, differs from every answer. */
function isAnswer(frame: Uint8Array): boolean {
  const fc = frame[1] as number;
  return shapeOf(fc) === 'write' ? frame.length === requestBytes : frame.length !== requestBytes;
}

/** How frames of a function look: reads answer with a length, writes with the beginning of their request. */
function shapeOf(fc: number): 'read' | 'write' | 'exception' | 'unknown' {
  if (fc >= 1 && fc <= 4) return 'read';
  if (fc === 5 || fc === 6 || fc === 15 || fc === 16) return 'write';
  return fc > 0x80 && fc <= 0x90 ? 'exception' : 'unknown';
}
