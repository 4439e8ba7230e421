import { type BusRequest, isWrite } from '../core/modbus/frame.ts';
import { lateAnswerMs } from './owed-answers.ts';
import type { Slave } from './slave.ts';

// Of a frame that a slave gave three numbers: until when its double may come, what it was, and what it answered.
const until = 0;
const bytes = 1;
const question = 2;
const seenCells = 3;
/** In the place of a question: it is not known. */
const unknown = 0;

/** In the second in which a double may come a line carries no more, at the usual baud rates. */
const mostSeen = 64;
const mostCoincidences = 64;
/** Room is made for so many frames at a time. */
const seenAtOnce = 8;

/**
 * Answers that may come a second time, as repeaters and converters that ask again make them: the double of the answer
 * to one block of registers passes for the answer to another block of the same length. It is told by its bytes, which
 * are those of an answer heard within the last second; its CRC stands for them. Two blocks that truly hold the same
 * (all zeros) are found out by asking again, and remembered.
 */
export class DoubledAnswers {
  /** The oldest first; numbers and not objects, which would take six times the memory. */
  #seen = new Float64Array(0);
  /** The slaves that gave them, as far as known: as many as there are frames. */
  readonly #slaves: (Slave | undefined)[] = [];
  /** Frames with the questions that they truly answer too, in turn. */
  #coincidences = new Float64Array(0);

  /** A slave gave this frame, in answer to this, as far as known. */
  saw(frame: Uint8Array, nowTicks: number, slave?: Slave, request?: BusRequest): void {
    this.note(frameKey(frame), request === undefined ? unknown : questionKey(request), nowTicks, slave);
  }

  /** The same frame came again; gives the slave that gave it the first time, where that is known. */
  sawAgain(place: number, nowTicks: number): Slave | undefined {
    const at = place * seenCells;
    const slave = this.#slaves[place];
    this.note(this.#seen[at + bytes] as number, this.#seen[at + question] as number, nowTicks, slave);
    return slave;
  }

  /** Whether these bytes came already, in answer to something that is not `request`. */
  isDoubtful(frame: Uint8Array, request: BusRequest, nowTicks: number): boolean {
    const asked = isWrite(request) ? unknown : questionKey(request);
    const key = frameKey(frame);
    const seen = this.#seen;
    for (let at = this.#slaves.length * seenCells - seenCells; at >= 0; at -= seenCells) {
      if (seen[at + bytes] !== key || (seen[at + until] as number) <= nowTicks) continue;
      // Each write is a question of its own.
      if (asked === unknown || seen[at + question] !== asked) return !this.isCoincidence(key, asked);
    }
    return false;
  }

  /**
   * From when on a write may be given: what confirms or refuses it may look as what came for another one, and asking
   * again would write again. Reads may be asked at any time.
   */
  freeAtTicks(request: BusRequest): number {
    if (!isWrite(request)) return -Infinity;
    const { address, fc } = request;
    let freeAt = -Infinity;
    for (let place = 0; place < this.#slaves.length; place++) {
      const at = place * seenCells;
      const head = headIn(this.#seen[at + bytes] as number);
      if ((head & ~0x80) === ((address << 8) | fc))
        freeAt = Math.max(freeAt, this.#seen[at + until] as number);
    }
    return freeAt;
  }

  /** The place of these bytes among those that came already, whatever they answered; -1 where they did not. */
  find(frame: Uint8Array, nowTicks: number): number {
    const key = frameKey(frame);
    const seen = this.#seen;
    for (let place = 0; place < this.#slaves.length; place++) {
      const at = place * seenCells;
      if (seen[at + bytes] === key && (seen[at + until] as number) > nowTicks) return place;
    }
    return -1;
  }

  /** The answer to `request` was doubtful and is true. */
  coincides(frame: Uint8Array, request: BusRequest): void {
    const key = frameKey(frame);
    if (isWrite(request) || this.isCoincidence(key, questionKey(request))) return;
    const known = this.#coincidences.subarray(this.#coincidences.length < 2 * mostCoincidences ? 0 : 2);
    this.#coincidences = new Float64Array(known.length + 2);
    this.#coincidences.set(known);
    this.#coincidences.set([key, questionKey(request)], known.length);
  }

  private isCoincidence(key: number, asked: number): boolean {
    const known = this.#coincidences;
    for (let at = 0; at < known.length; at += 2) {
      if (known[at] === key && known[at + 1] === asked) return true;
    }
    return false;
  }

  private note(key: number, asked: number, nowTicks: number, slave: Slave | undefined): void {
    const oldest = this.#seen[until] as number;
    if (this.#slaves.length >= mostSeen || oldest <= nowTicks) this.forget(nowTicks);
    const at = this.#slaves.push(slave) * seenCells - seenCells;
    if (at === this.#seen.length) {
      const more = new Float64Array(at + seenAtOnce * seenCells);
      more.set(this.#seen);
      this.#seen = more;
    }
    this.#seen[at + until] = nowTicks + lateAnswerMs;
    this.#seen[at + bytes] = key;
    this.#seen[at + question] = asked;
  }

  /** Gives up those whose double can come no more, and the oldest where there are too many. */
  private forget(nowTicks: number): void {
    const seen = this.#seen;
    const { length } = this.#slaves;
    let over = length < mostSeen ? 0 : 1;
    while (over < length && (seen[over * seenCells + until] as number) <= nowTicks) over++;
    if (over === 0) return;
    seen.copyWithin(0, over * seenCells, length * seenCells);
    this.#slaves.splice(0, over);
  }
}

/** Address, function, CRC and length of a frame as one number. */
function frameKey(frame: Uint8Array): number {
  const { length } = frame;
  const head = ((frame[0] as number) << 8) | (frame[1] as number);
  const crc = ((frame[length - 2] as number) << 8) | (frame[length - 1] as number);
  return (head * 0x1_0000 + crc) * 0x200 + length;
}

/** Address and function of such a number. */
const headIn = (key: number): number => Math.floor(key / (0x1_0000 * 0x200));

/** What a question asks for, as a number; address and function are those of its answer. */
const questionKey = ({ start, count }: BusRequest): number => start * 0x1_0000 + count;
