import type { BusRequest, Heard } from '../core/modbus/frame.ts';
import { FrameReader } from '../core/modbus/frame-reader.ts';
import { fail, ok } from '../core/result.ts';
import type { BusCounts } from './bus-counts.ts';
import type { BusTap } from './bus-tap.ts';
import type { AskFailure, Outcome, Transaction } from './bus-transaction.ts';
import { DoubledAnswers } from './doubled-answers.ts';
import { OwedAnswers } from './owed-answers.ts';
import { type Slave, slaveCounts } from './slave.ts';
import { exceptionOf, exceptionText } from './slave-exceptions.ts';

/** So many questions back an answer may be on its way. */
const mostAsked = 4;

const isException = (frame: Uint8Array): boolean => (frame[1] as number) > 0x80;

/**
 * Finds in what a master hears the answer to what it asked. Answers count by slave, function, length and CRC, and not
 * where they may be late or doubled answers to something else; all else that is heard is counted and discarded.
 */
export class AnswerJudge {
  /** Off unless someone looks. */
  tap: BusTap | undefined;
  readonly #counts: BusCounts;
  readonly #reader = new FrameReader();
  readonly #owed = new OwedAnswers();
  readonly #doubled = new DoubledAnswers();
  /** The newest questions, as they went out. */
  readonly #asked: Uint8Array[] = [];
  /** Something was heard twice on this line. */
  #hasDoubles = false;

  constructor(counts: BusCounts, tap: BusTap | undefined) {
    this.#counts = counts;
    this.tap = tap;
  }

  /** See `OwedAnswers` and `DoubledAnswers`. */
  freeAtTicks(request: BusRequest): number {
    return Math.max(this.#owed.freeAtTicks(request), this.#doubled.freeAtTicks(request));
  }

  /** Whether an answer to another question could be taken for the answer to this. */
  isAmbiguous(request: BusRequest, now: number): boolean {
    return Math.max(this.#owed.owedUntilTicks(request), this.#doubled.freeAtTicks(request)) > now;
  }

  /** See `OwedAnswers`. */
  hold(request: BusRequest): void {
    this.#owed.hold(request);
  }

  /** The transaction's request goes out now. */
  asked({ request, slave, frame, answerBytes, soonestTicks }: Transaction, now: number): void {
    const { pendingBytes } = this.#reader;
    if (this.tap && pendingBytes > 0) {
      this.tap.heard({ is: 'noise', count: pendingBytes }, this.#reader.pending, now, false);
    }
    this.#counts.noiseBytes += this.#reader.expect(request, frame);
    if (this.#asked.length >= mostAsked) this.#asked.shift();
    this.#asked.push(frame);
    if (answerBytes > 0) this.#owed.sent(request, slave, now, soonestTicks + slave.mostTimeoutMs);
    this.tap?.sent(frame, now);
  }

  /** Whether a frame has begun and not ended. */
  get isInFrame(): boolean {
    return this.#reader.pendingBytes > 0;
  }

  /** Whether what has begun and not ended is, by its first bytes, an answer to one of the newest questions, or an echo. */
  get isInAnswer(): boolean {
    if (this.#reader.pendingBytes === 0) return false;
    const { pending } = this.#reader;
    return this.#asked.some(frame => beginsAs(pending, frame));
  }

  expectNothing(): void {
    this.#reader.expectNothing();
  }

  /** Takes bytes as they come; gives what the transaction comes to where they decide it. */
  push(bytes: Uint8Array, transaction: Transaction | undefined, now: number): Outcome | undefined {
    let outcome: Outcome | undefined;
    const doubtful = transaction?.doubtful;
    this.#reader.push(bytes, (heard, frame) => {
      outcome = this.judge(heard, frame, transaction, now) ?? outcome;
    });
    if (transaction && outcome === undefined && transaction.doubtful !== doubtful) {
      this.#counts.noiseBytes += this.#reader.expect(transaction.request, transaction.frame);
    }
    return outcome;
  }

  /** What a transaction comes to whose time is over. */
  unanswered(transaction: Transaction): Outcome {
    const { what, wrongFrame, doubtful, request } = transaction;
    if (doubtful !== undefined) {
      if (!transaction.isBeyondDoubt) return fail('foreign', `${what}: an earlier answer came again`);
      this.#doubled.coincides(doubtful.frame, request);
      // It was asked twice and answered twice: nothing more of it is to come.
      this.#owed.settle(doubtful.frame);
      const { soonestTicks } = transaction;
      return isException(doubtful.frame)
        ? this.refused(transaction, doubtful.frame, soonestTicks)
        : this.answered(transaction, doubtful.frame, doubtful.data, soonestTicks);
    }
    // Bytes that are still kept may be a frame cut short.
    if (transaction.noiseBytes > 0 || this.#reader.pendingBytes > 0) {
      return fail('crc', `${what}: damaged bytes`);
    }
    if (wrongFrame) return fail(wrongFrame, `${what}: another answer than asked for`);
    return fail('timeout', `${what}: no answer`);
  }

  private judge(
    heard: Heard,
    frame: Uint8Array,
    transaction: Transaction | undefined,
    now: number,
  ): Outcome | undefined {
    let isLate = false;
    let outcome: Outcome | undefined;
    switch (heard.is) {
      case 'answer':
        if (transaction) outcome = this.answer(transaction, frame, heard.data, now);
        isLate = outcome === undefined;
        break;
      case 'exception':
        if (transaction) outcome = this.exception(transaction, frame, now);
        isLate = outcome === undefined;
        break;
      case 'echo':
        this.#counts.echoes++;
        if (transaction) transaction.heardBytes -= frame.length;
        break;
      case 'noise':
        this.#counts.noiseBytes += heard.count;
        if (transaction) transaction.noiseBytes += heard.count;
        break;
      case 'frame':
        if (transaction) transaction.heardBytes -= heard.byteLength;
        isLate = heard.isAnswer && this.isLate(frame, now);
        if (!isLate) this.stray(heard.address, heard.isAnswer, transaction);
    }
    this.tap?.heard(heard, frame, now, isLate);
    return outcome;
  }

  private answer(
    transaction: Transaction,
    frame: Uint8Array,
    data: Uint8Array,
    now: number,
  ): Outcome | undefined {
    if (this.isDoubtful(transaction, frame, data, now)) return undefined;
    return this.answered(transaction, frame, data, now);
  }

  /** Meters refuse one block as another, so refusals are doubted only on lines where something came twice. */
  private exception(transaction: Transaction, frame: Uint8Array, now: number): Outcome | undefined {
    if (this.#hasDoubles && this.isDoubtful(transaction, frame, frame.subarray(0, 0), now)) return undefined;
    return this.refused(transaction, frame, now);
  }

  private isDoubtful(transaction: Transaction, frame: Uint8Array, data: Uint8Array, now: number): boolean {
    if (!this.#doubled.isDoubtful(frame, transaction.request, now)) return false;
    transaction.doubtful = { frame, data };
    transaction.heardBytes -= frame.length;
    this.#counts.late++;
    transaction.slave.count(slaveCounts.late);
    return true;
  }

  private answered(transaction: Transaction, frame: Uint8Array, data: Uint8Array, now: number): Outcome {
    const { request, slave, attempt, soonestTicks } = transaction;
    const latencyMs = Math.max(now - soonestTicks, 0);
    this.#counts.answers++;
    slave.answered(latencyMs, attempt > 1);
    this.#owed.settle(frame);
    this.#doubled.saw(frame, now, slave, request);
    return ok(data);
  }

  private refused({ request, slave }: Transaction, frame: Uint8Array, now: number): AskFailure {
    const code = frame[2] as number;
    this.#owed.settle(frame);
    this.#doubled.saw(frame, now, slave, request);
    this.#counts.exceptions++;
    slave.count(slaveCounts.exceptions);
    const reason = exceptionOf(code).means === 'damaged' ? 'crc' : 'exception';
    return {
      ...fail(reason, `slave ${request.address} refused with ${exceptionText(code)}`),
      exception: code,
    };
  }

  /** A double settles nothing: what is owed may still come. */
  private isLate(frame: Uint8Array, now: number): boolean {
    const double = this.#doubled.find(frame, now);
    let slave: Slave | undefined;
    if (double >= 0) {
      this.#hasDoubles = true;
      slave = this.#doubled.sawAgain(double, now);
    } else {
      const owed = this.#owed.settle(frame);
      this.#doubled.saw(frame, now, owed?.slave, owed?.request);
      if (owed === undefined) return false;
      slave = owed.slave;
    }
    this.#counts.late++;
    slave?.count(slaveCounts.late);
    return true;
  }

  private stray(address: number, isAnswer: boolean, transaction: Transaction | undefined): void {
    if (transaction && isAnswer && transaction.request.address === address) {
      this.#counts.malformed++;
      transaction.wrongFrame = 'malformed';
      return;
    }
    this.#counts.foreign++;
    if (transaction === undefined) return;
    transaction.slave.count(slaveCounts.foreign);
    transaction.wrongFrame ??= 'foreign';
  }
}

/** Whether bytes begin as the answer to a question does, or as its echo: by address, function and length. */
function beginsAs(bytes: Uint8Array, frame: Uint8Array): boolean {
  const fc = frame[1] as number;
  if (bytes[0] !== frame[0]) return false;
  if (bytes.length < 2) return true;
  if (bytes[1] !== fc) return bytes[1] === (fc | 0x80);
  if (bytes.length < 3 || bytes[2] === frame[2]) return true;
  const count = ((frame[4] as number) << 8) | (frame[5] as number);
  return fc <= 4 && bytes[2] === (fc <= 2 ? (count + 7) >> 3 : count * 2);
}
