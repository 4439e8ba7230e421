import { type BusRequest, isWrite } from '../core/modbus/frame.ts';
import { isSameQuestion, lateAnswerMs } from './owed-answers.ts';
import type { Slave } from './slave.ts';

/** A frame that a slave gave; whose, and what it answered, as far as known. */
interface Seen {
  readonly slave: Slave | undefined;
  readonly request: BusRequest | undefined;
  readonly head: number;
  readonly length: number;
  readonly crc: number;
  readonly untilTicks: number;
}

interface Coincidence {
  readonly request: BusRequest;
  readonly crc: number;
}

/** In the second in which a double may come a line carries no more, at the usual baud rates. */
const mostSeen = 64;
const mostCoincidences = 64;

/**
 * Answers that may come a second time, as repeaters and converters that ask again make them: the double of the answer
 * to one block of registers passes for the answer to another block of the same length. It is told by its bytes, which
 * are those of an answer heard within the last second; its CRC stands for them. Two blocks that truly hold the same
 * (all zeros) are found out by asking again, and remembered.
 */
export class DoubledAnswers {
  #seen: Seen[] = [];
  #coincidences: Coincidence[] = [];

  /** A slave gave this frame, in answer to this, as far as known. */
  saw(frame: Uint8Array, nowTicks: number, slave?: Slave, request?: BusRequest): void {
    if (this.#seen.length >= mostSeen || isOver(this.#seen[0], nowTicks)) {
      this.#seen = this.#seen.filter((seen, index) => index > 0 && !isOver(seen, nowTicks));
    }
    this.#seen.push({
      slave,
      request,
      head: headOf(frame),
      length: frame.length,
      crc: crcOf(frame),
      untilTicks: nowTicks + lateAnswerMs,
    });
  }

  /** Whether these bytes came already, in answer to something that is not `request`. */
  isDoubtful(frame: Uint8Array, request: BusRequest, nowTicks: number): boolean {
    const isOther = this.#seen.some(
      seen => isSame(seen, frame, nowTicks) && !(seen.request && isSameQuestion(seen.request, request)),
    );
    return isOther && !this.isCoincidence(frame, request);
  }

  /**
   * From when on a write may be given: what confirms or refuses it may look as what came for another one, and asking
   * again would write again. Reads may be asked at any time.
   */
  freeAtTicks(request: BusRequest): number {
    if (!isWrite(request)) return -Infinity;
    const { address, fc } = request;
    let freeAt = -Infinity;
    for (const { head, untilTicks } of this.#seen) {
      if ((head & ~0x80) === ((address << 8) | fc)) freeAt = Math.max(freeAt, untilTicks);
    }
    return freeAt;
  }

  /** What is known of these bytes where they came already, whatever they answered. */
  find(frame: Uint8Array, nowTicks: number): Seen | undefined {
    return this.#seen.find(seen => isSame(seen, frame, nowTicks));
  }

  /** The answer to `request` was doubtful and is true. */
  coincides(frame: Uint8Array, request: BusRequest): void {
    if (this.isCoincidence(frame, request)) return;
    if (this.#coincidences.length >= mostCoincidences) this.#coincidences.shift();
    this.#coincidences.push({ request, crc: crcOf(frame) });
  }

  private isCoincidence(frame: Uint8Array, request: BusRequest): boolean {
    return this.#coincidences.some(
      known => known.crc === crcOf(frame) && isSameQuestion(known.request, request),
    );
  }
}

const isOver = (seen: Seen | undefined, nowTicks: number): boolean =>
  seen !== undefined && seen.untilTicks <= nowTicks;

const isSame = (seen: Seen, frame: Uint8Array, nowTicks: number): boolean =>
  seen.crc === crcOf(frame) &&
  seen.head === headOf(frame) &&
  seen.length === frame.length &&
  seen.untilTicks > nowTicks;

/** Address and function. */
const headOf = (frame: Uint8Array): number => ((frame[0] as number) << 8) | (frame[1] as number);

const crcOf = (frame: Uint8Array): number =>
  ((frame[frame.length - 2] as number) << 8) | (frame[frame.length - 1] as number);
