import {
  answerBytes,
  characterBits,
  encodeRead,
  frameGapMs,
  type Heard,
  type ReadRequest,
  requestBytes,
} from '../core/modbus/frame.ts';
import { FrameReader } from '../core/modbus/frame-reader.ts';
import { fail, ok, type Result } from '../core/result.ts';
import type { Reason } from '../core/wire/reasons.ts';
import { type LineSettings, settingsDefaults } from '../core/wire/settings.ts';
import type { Cancel, Ports, TimePort } from '../ports.ts';
import { OwedAnswers } from './owed-answers.ts';
import { SerialLink } from './serial-link.ts';

export interface BusOptions {
  readonly time: TimePort;
  readonly line: LineSettings;
  readonly openSerial: Ports['openSerial'];
  readonly log: Ports['log'];
}

/** The registers' bytes, valid during the call, or why there are none; at the tick the answer ended. */
export type ReadDone = (outcome: Result<Uint8Array, Reason>, ticksMs: number) => void;

interface Transaction {
  readonly request: ReadRequest;
  readonly frame: Uint8Array;
  readonly timeoutMs: number;
  readonly done: ReadDone;
  attemptsLeft: number;
  /** While waiting for silence: when to give up. While awaiting the answer: its time-out. */
  deadlineTicks: number;
  /** Before it the whole answer cannot have come: request and answer take so long on the wire. */
  soonestTicks: number;
  /** Bytes heard since the request, and those of them that are no frame. */
  heardBytes: number;
  noiseBytes: number;
  wrongFrame: 'foreign' | 'malformed' | undefined;
}

/** No adapter pauses longer inside a frame once it has begun to deliver it. */
const quietMs = 20;

/**
 * The master of one Modbus RTU line: one request at a time, after 3.5 characters of silence, with a time-out that
 * counts from the request and adds the time that request and answer take on the wire. Answers count by slave,
 * function, length and CRC; all else that is heard is counted and discarded.
 */
export class Bus {
  readonly counts = {
    requests: 0,
    retries: 0,
    answers: 0,
    timeouts: 0,
    crcErrors: 0,
    exceptions: 0,
    foreign: 0,
    malformed: 0,
    late: 0,
    echoes: 0,
    noiseBytes: 0,
    bytesIn: 0,
    bytesOut: 0,
  };
  readonly link: SerialLink;
  readonly #time: TimePort;
  readonly #characterMs: number;
  readonly #gapMs: number;
  readonly #reader = new FrameReader();
  readonly #owed = new OwedAnswers();
  #state: 'idle' | 'waitingForSilence' | 'awaitingAnswer' = 'idle';
  #transaction: Transaction | undefined;
  #lastByteTicks = -Infinity;
  #cancelTimer: Cancel | undefined;

  constructor({ time, line, openSerial, log }: BusOptions) {
    const { baud, parity, stopBits } = { ...settingsDefaults, ...line };
    const bits = characterBits({ parity, stopBits });
    this.#time = time;
    this.#characterMs = (bits * 1000) / baud;
    this.#gapMs = frameGapMs(baud, bits);
    this.link = new SerialLink({
      time,
      line,
      openSerial,
      log,
      onBytes: bytes => this.#onBytes(bytes),
      onClosed: () => this.#onClosed(),
    });
  }

  get isBusy(): boolean {
    return this.#state !== 'idle';
  }

  /** From when on this may be asked: see `OwedAnswers`. */
  freeAtTicks(request: ReadRequest): number {
    return this.#owed.freeAtTicks(request);
  }

  /**
   * Reads registers of a slave, at most `attempts` times. Only while the link is open, the bus
   * is not busy, and not before `freeAtTicks`.
   */
  read(request: ReadRequest, timeoutMs: number, attempts: number, done: ReadDone): void {
    if (this.isBusy) throw new Error('the bus is busy: one request at a time');
    if (this.freeAtTicks(request) > this.#time.ticksMs()) throw new Error('the slave owes another answer');
    const frame = encodeRead(request);
    this.#transaction = {
      request,
      frame,
      timeoutMs,
      done,
      attemptsLeft: attempts,
      deadlineTicks: 0,
      soonestTicks: 0,
      heardBytes: 0,
      noiseBytes: 0,
      wrongFrame: undefined,
    };
    this.#begin(this.#transaction);
  }

  close(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#transaction = undefined;
    this.#state = 'idle';
    this.#reader.expectNothing();
    this.link.close();
  }

  #begin(transaction: Transaction): void {
    this.#state = 'waitingForSilence';
    transaction.attemptsLeft--;
    transaction.deadlineTicks = this.#time.ticksMs() + transaction.timeoutMs;
    this.#waitForSilence(transaction);
  }

  #waitForSilence(transaction: Transaction): void {
    const now = this.#time.ticksMs();
    const silentAt = this.#lastByteTicks + this.#gapMs;
    if (now >= silentAt) this.#send(transaction, now);
    else if (now >= transaction.deadlineTicks) this.#failed(transaction, 'crc', 'the line is never silent');
    else this.#wakeAt(Math.min(silentAt, transaction.deadlineTicks), () => this.#waitForSilence(transaction));
  }

  #send(transaction: Transaction, now: number): void {
    const { request, frame, timeoutMs } = transaction;
    this.#state = 'awaitingAnswer';
    const wireMs = (requestBytes + answerBytes(request)) * this.#characterMs;
    transaction.soonestTicks = now + wireMs;
    transaction.deadlineTicks = transaction.soonestTicks + timeoutMs;
    transaction.heardBytes = 0;
    transaction.noiseBytes = 0;
    transaction.wrongFrame = undefined;
    this.counts.noiseBytes += this.#reader.expect(request, frame);
    this.counts.requests++;
    this.counts.bytesOut += frame.length;
    this.#owed.sent(request, now, transaction.deadlineTicks);
    // The link may close, or answer, within the call.
    this.#awaitUntil(transaction, transaction.deadlineTicks);
    this.link.write(frame);
  }

  #awaitUntil(transaction: Transaction, ticks: number): void {
    this.#wakeAt(ticks, () => this.#unanswered(transaction));
  }

  #onBytes(bytes: Uint8Array): void {
    const now = this.#time.ticksMs();
    const transaction = this.#state === 'awaitingAnswer' ? this.#transaction : undefined;
    this.#lastByteTicks = now;
    this.counts.bytesIn += bytes.length;
    let outcome: Result<Uint8Array, Reason> | undefined;
    if (transaction) transaction.heardBytes += bytes.length;
    this.#reader.push(bytes, heard => {
      outcome = this.#onHeard(heard, transaction) ?? outcome;
    });
    if (!transaction) return;
    if (outcome) this.#finish(transaction, outcome, now);
    else if (now >= transaction.soonestTicks && transaction.heardBytes >= answerBytes(transaction.request)) {
      // As much as the answer has was heard, and the answer was not in it: once it is quiet, it will not come.
      this.#awaitUntil(transaction, Math.min(now + quietMs, transaction.deadlineTicks));
    }
  }

  /** Counts what was heard; gives the outcome where it is what the transaction waits for. */
  #onHeard(heard: Heard, transaction: Transaction | undefined): Result<Uint8Array, Reason> | undefined {
    switch (heard.is) {
      case 'answer':
      case 'exception': {
        // The reader looks for an answer only while a transaction awaits one.
        const address = transaction?.request.address ?? 0;
        this.#owed.settle(address);
        if (heard.is === 'answer') {
          this.counts.answers++;
          return ok(heard.data);
        }
        this.counts.exceptions++;
        return fail('exception', `slave ${address} refused with exception ${heard.code}`);
      }
      case 'echo':
        this.counts.echoes++;
        if (transaction) transaction.heardBytes -= requestBytes;
        return undefined;
      case 'noise':
        this.counts.noiseBytes += heard.count;
        if (transaction) transaction.noiseBytes += heard.count;
        return undefined;
      case 'frame':
        this.#onStrayFrame(heard.address, heard.isAnswer, heard.byteLength, transaction);
        return undefined;
    }
  }

  #onStrayFrame(
    address: number,
    isAnswer: boolean,
    byteLength: number,
    transaction: Transaction | undefined,
  ): void {
    if (transaction) transaction.heardBytes -= byteLength;
    const isAsked = transaction?.request.address === address;
    const wasOwed = isAnswer && this.#owed.settle(address);
    if (wasOwed && !isAsked) this.counts.late++;
    else if (isAsked && isAnswer) {
      this.counts.malformed++;
      transaction.wrongFrame = 'malformed';
    } else {
      this.counts.foreign++;
      if (transaction) transaction.wrongFrame ??= 'foreign';
    }
  }

  #unanswered(transaction: Transaction): void {
    const { request, wrongFrame } = transaction;
    const what = `slave ${request.address}, registers ${request.start} to ${request.start + request.count - 1}`;
    // Bytes that are still kept may be a frame cut short.
    const isDamaged = transaction.noiseBytes > 0 || this.#reader.pendingBytes > 0;
    if (isDamaged) this.#failed(transaction, 'crc', `${what}: damaged bytes`);
    else if (wrongFrame) this.#failed(transaction, wrongFrame, `${what}: another answer than asked for`);
    else this.#failed(transaction, 'timeout', `${what}: no answer`);
  }

  #failed(transaction: Transaction, reason: Reason, detail: string): void {
    if (reason === 'crc') this.counts.crcErrors++;
    if (reason === 'timeout') this.counts.timeouts++;
    if (transaction.attemptsLeft > 0) {
      this.counts.retries++;
      this.#reader.expectNothing();
      this.#begin(transaction);
    } else this.#finish(transaction, fail(reason, detail), this.#time.ticksMs());
  }

  #finish(transaction: Transaction, outcome: Result<Uint8Array, Reason>, ticksMs: number): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#reader.expectNothing();
    this.#state = 'idle';
    this.#transaction = undefined;
    transaction.done(outcome, ticksMs);
  }

  #onClosed(): void {
    const transaction = this.#transaction;
    if (transaction) {
      this.#finish(transaction, fail('timeout', 'the line was lost'), this.#time.ticksMs());
    }
  }

  /** One timer; a clock that wakes early (whole milliseconds, coarse timers) is set again. */
  #wakeAt(ticks: number, callback: () => void): void {
    this.#cancelTimer?.();
    this.#cancelTimer = this.#time.after(Math.max(ticks - this.#time.ticksMs(), 0), () => {
      if (this.#time.ticksMs() >= ticks) callback();
      else this.#wakeAt(ticks, callback);
    });
  }
}
