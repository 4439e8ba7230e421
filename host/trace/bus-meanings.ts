import { fromHex } from '#core/bytes.ts';
import type { ModbusProfile } from '#profiles/profile.ts';
import type { TraceFrame, TraceMeaning } from './meaning.ts';
import { commandIn, dataBytesOf, type Span, valuesIn } from './register-values.ts';
import { SunspecReads } from './sunspec-reads.ts';

/** A meter of a line that speaks Modbus. */
export interface BusMeter {
  readonly id: string;
  readonly address: number;
  readonly profile: ModbusProfile;
}

interface Question extends Span {
  readonly address: number;
  readonly ticksMs: number;
  /** Of a write: what is written. */
  readonly data: Uint8Array;
}

const shortestFrame = 4;
const requestBytes = 8;
/** A gateway waits no longer for late answers, and so old are the questions that they may answer. */
const lateMs = 2000;
const mostKept = 64;

const isRead = (fc: number): boolean => fc >= 1 && fc <= 4;

/**
 * What the frames of one RS485 line say. An answer does not say which registers it has, so questions are remembered;
 * where it is not certain which question is answered, the answer's values are left out.
 */
export class BusMeanings {
  readonly #meters: readonly BusMeter[];
  readonly #sunspec = new SunspecReads();
  #asked: Question | undefined;
  /** The question of another master that was heard last. */
  #overheard: Question | undefined;
  #recent: Question[] = [];
  /** From here on no frame is missing. */
  #wholeSinceTicks: number | undefined;

  constructor(meters: readonly BusMeter[]) {
    this.#meters = meters;
  }

  /** Frames are missing: what was asked is not known any more. */
  forget(): void {
    this.#asked = undefined;
    this.#overheard = undefined;
    this.#recent = [];
    this.#wholeSinceTicks = undefined;
  }

  /** What a frame says; undefined where it is none. Frames are given in their order. */
  of({ is, hex, bytes: byteLength, ticksMs }: TraceFrame): TraceMeaning | undefined {
    this.#wholeSinceTicks ??= ticksMs;
    const bytes = fromHex(hex);
    if (bytes === undefined || bytes.length < shortestFrame || bytes.length < byteLength) return undefined;
    switch (is) {
      case 'request': {
        const question = questionOf(bytes, ticksMs);
        this.#asked = question;
        this.#overheard = undefined;
        if (question !== undefined) this.#recent = [...this.#recent.slice(1 - mostKept), question];
        return this.#request(bytes, question, false);
      }
      case 'echo':
        return this.#request(bytes, this.#asked, false);
      case 'answer':
      case 'exception':
        return this.#answer(bytes, this.#questionTo(bytes, this.#asked), false);
      case 'late':
        return this.#answer(bytes, this.#lateQuestion(bytes, ticksMs), false);
      case 'foreign':
        return this.#foreign(bytes, ticksMs);
      default:
        return undefined;
    }
  }

  #foreign(bytes: Uint8Array, ticksMs: number): TraceMeaning {
    const question = this.#questionTo(bytes, this.#overheard);
    const fc = bytes[1] as number;
    const isAnswer = fc > 0x80 || (isRead(fc) ? bytes.length !== requestBytes : question !== undefined);
    this.#overheard = isAnswer ? undefined : questionOf(bytes, ticksMs);
    return isAnswer ? this.#answer(bytes, question, true) : this.#request(bytes, this.#overheard, true);
  }

  #request(bytes: Uint8Array, question: Question | undefined, isOtherMaster: boolean): TraceMeaning {
    const meters = this.#metersAt(bytes[0] as number);
    const command = question && firstOf(meters, ({ profile }) => commandIn(profile, question, question.data));
    return {
      kind: 'request',
      meters: meters.map(({ id }) => id),
      values: [],
      ...(isOtherMaster && { isOtherMaster }),
      ...placeOf(question),
      ...(command && { command }),
    };
  }

  #answer(bytes: Uint8Array, question: Question | undefined, isOtherMaster: boolean): TraceMeaning {
    const meters = this.#metersAt(bytes[0] as number);
    const isRefusal = (bytes[1] as number) > 0x80;
    const data = bytes.subarray(3, -2);
    const values =
      question === undefined || isRefusal || !isRead(question.fc)
        ? []
        : meters.flatMap(meter => this.#valuesOf(meter, question, data));
    const command = question && firstOf(meters, ({ profile }) => commandIn(profile, question, question.data));
    return {
      kind: isRefusal ? 'exception' : 'answer',
      meters: meters.map(({ id }) => id),
      values,
      ...(isOtherMaster && { isOtherMaster }),
      ...placeOf(question),
      ...(command && { command }),
    };
  }

  #valuesOf({ address, profile }: BusMeter, question: Question, data: Uint8Array) {
    const found =
      profile.sunspec === undefined ? profile : this.#sunspec.profileOf(profile, address, question, data);
    return found === undefined ? [] : valuesIn(found, question, data);
  }

  #metersAt(address: number): readonly BusMeter[] {
    return this.#meters.filter(meter => meter.address === address);
  }

  #questionTo(answer: Uint8Array, question: Question | undefined): Question | undefined {
    return question !== undefined && isAnswerTo(answer, question) ? question : undefined;
  }

  /** The one question that a late answer can be to; undefined where there may be others. */
  #lateQuestion(answer: Uint8Array, ticksMs: number): Question | undefined {
    if (this.#wholeSinceTicks === undefined || ticksMs - this.#wholeSinceTicks < lateMs) return undefined;
    const fitting = this.#recent.filter(
      question => ticksMs - question.ticksMs <= lateMs && isAnswerTo(answer, question),
    );
    const [first] = fitting;
    return fitting.every(({ start, count }) => start === first?.start && count === first.count)
      ? first
      : undefined;
  }
}

function questionOf(frame: Uint8Array, ticksMs: number): Question | undefined {
  if (frame.length < requestBytes) return undefined;
  const [address = 0, fc = 0] = frame;
  const start = word(frame, 2);
  if (isRead(fc)) return { address, fc, start, count: word(frame, 4), data: frame.subarray(0, 0), ticksMs };
  if (fc === 5 || fc === 6) return { address, fc, start, count: 1, data: frame.slice(4, 6), ticksMs };
  if (fc !== 15 && fc !== 16) return undefined;
  return { address, fc, start, count: word(frame, 4), data: frame.slice(7, -2), ticksMs };
}

/** Whether this frame answers or refuses the question, by all that an answer repeats of it. */
function isAnswerTo(frame: Uint8Array, question: Question): boolean {
  const [address, fc = 0, size] = frame;
  if (address !== question.address || (fc & 0x7f) !== question.fc) return false;
  if (fc > 0x80) return true;
  if (isRead(fc)) return size === dataBytesOf(question) && frame.length === 5 + dataBytesOf(question);
  return frame.length === requestBytes && word(frame, 2) === question.start;
}

const placeOf = (question: Question | undefined): { register?: number; count?: number } =>
  question === undefined ? {} : { register: question.start, count: question.count };

const word = (frame: Uint8Array, at: number): number => ((frame[at] ?? 0) << 8) | (frame[at + 1] ?? 0);

function firstOf<T, R>(items: readonly T[], of: (item: T) => R | undefined): R | undefined {
  for (const item of items) {
    const found = of(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
