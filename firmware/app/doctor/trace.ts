import { toHex } from '../../core/bytes.ts';
import { limits } from '../../core/limits.ts';
import type { Heard } from '../../core/modbus/frame.ts';
import type { Message } from '../../core/wire/messages.ts';
import type { Cancel, TimePort } from '../../ports.ts';
import type { BusTap } from '../bus-tap.ts';
import type { HeadTap } from '../head-tape.ts';
import { answerNote, requestNote } from './note.ts';

export interface TraceOptions {
  readonly time: TimePort;
  readonly line: string;
  readonly publish: (message: Message<'trace'>) => void;
}

type Frame = Message<'trace'>['frames'][number];

const everyMs = 250;
const framesPerMessage = 64;
/** A message and its text are in memory at once; a line at 115,200 baud fills a quarter of a second with 2,880 bytes. */
const bytesPerMessage = 3000;

/** Tells each frame on a line with its meaning, four times a second at most. What is more than that is counted. */
export class Trace implements BusTap, HeadTap {
  readonly #options: TraceOptions;
  #frames: Frame[] = [];
  #bytes = 0;
  #dropped = 0;
  #before = 0;
  #cancel: Cancel | undefined;

  constructor(options: TraceOptions) {
    this.#options = options;
  }

  sent(frame: Uint8Array, ticksMs: number): void {
    this.keep('request', frame, ticksMs, requestNote);
  }

  heard(heard: Heard, bytes: Uint8Array, ticksMs: number, isLate: boolean): void {
    if (heard.is === 'echo') this.keep('echo', bytes, ticksMs);
    else if (heard.is === 'noise') this.keep('noise', bytes, ticksMs);
    else if (heard.is !== 'frame') this.keep(isLate ? 'late' : heard.is, bytes, ticksMs, answerNote);
    else this.keep(isLate ? 'late' : 'foreign', bytes, ticksMs, heard.isAnswer ? answerNote : requestNote);
  }

  sentToHead(bytes: Uint8Array, ticksMs: number): void {
    this.keep('request', bytes, ticksMs);
  }

  heardOfHead(
    is: 'telegram' | 'damaged' | 'noise',
    bytes: Uint8Array,
    byteLength: number,
    ticksMs: number,
    note?: string,
  ): void {
    this.keep(is, bytes, ticksMs, note === undefined ? undefined : () => note, byteLength);
  }

  /** Tells what is left. */
  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.tell();
  }

  private keep(
    is: Frame['is'],
    bytes: Uint8Array,
    ticksMs: number,
    note?: (frame: Uint8Array) => string,
    byteLength = bytes.length,
  ): void {
    this.#cancel ??= this.#options.time.after(everyMs, () => {
      this.#cancel = undefined;
      this.tell();
    });
    const isFull = this.#frames.length >= framesPerMessage || this.#bytes + bytes.length > bytesPerMessage;
    // What comes behind a frame that was dropped is dropped, too: a gap in the middle would pair answers falsely.
    if (isFull || this.#dropped > 0) {
      this.#dropped++;
      return;
    }
    const shown = bytes.subarray(0, is === 'telegram' ? limits.traceFrameBytes : limits.modbusAduBytes);
    this.#bytes += shown.length;
    this.#frames.push({
      ticksMs,
      is,
      hex: toHex(shown),
      bytes: byteLength,
      ...(note && { note: note(bytes) }),
    });
  }

  private tell(): void {
    const frames = this.#frames;
    const dropped = this.#dropped;
    if (frames.length === 0 && dropped === 0) return;
    this.#frames = [];
    this.#bytes = 0;
    this.#dropped = 0;
    const before = this.#before;
    this.#before += frames.length + dropped;
    this.#options.publish({ v: 1, line: this.#options.line, dropped, frames, before });
  }
}
