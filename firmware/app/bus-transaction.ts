import { answerBytes, type BusRequest, encodeRequest, isWrite } from '../core/modbus/frame.ts';
import type { Failure, Ok } from '../core/result.ts';
import type { Reason } from '../core/wire/reasons.ts';
import type { Slave } from './slave.ts';

/** Where it was the slave that refused: by which exception. */
export type AskFailure = Failure<Reason> & { readonly exception?: number };

/** The data of the answer, valid during the call, or why there is none. */
export type Outcome = Ok<Uint8Array> | AskFailure;

/** Called with what a question came to, at the tick the answer ended. */
export type AskDone = (outcome: Outcome, ticksMs: number) => void;

export interface Doubtful {
  readonly frame: Uint8Array;
  readonly data: Uint8Array;
}

/** One question to one slave, with its repetitions. */
export class Transaction {
  readonly request: BusRequest;
  readonly slave: Slave;
  readonly frame: Uint8Array;
  readonly answerBytes: number;
  readonly done: AskDone;
  attemptsLeft: number;
  attempt = 0;
  /** While waiting for silence: when to give up. While awaiting the answer: its time-out. */
  deadlineTicks = 0;
  /** Before it the whole answer cannot have come: request and answer take so long on the wire. */
  soonestTicks = 0;
  /** Bytes heard since the request, and those of them that are no frame. */
  heardBytes = 0;
  noiseBytes = 0;
  wrongFrame: 'foreign' | 'malformed' | undefined;
  /** An answer that may be the double of an earlier one: of this attempt, and of the one before. */
  doubtful: Doubtful | undefined;
  doubtfulBefore: Doubtful | undefined;

  /** Throws a RangeError where no frame can hold the request. */
  constructor(request: BusRequest, slave: Slave, attempts: number, done: AskDone) {
    this.request = request;
    this.slave = slave;
    this.frame = encodeRequest(request);
    this.answerBytes = answerBytes(request);
    this.attemptsLeft = attempts;
    this.done = done;
  }

  /** The request goes out again, and nothing was heard yet. */
  sent(soonestTicks: number): void {
    this.attempt++;
    this.soonestTicks = soonestTicks;
    // What is written is written once: it gets all the time there is, and a meter takes longer for it than for a read.
    const { slave } = this;
    this.deadlineTicks = soonestTicks + (isWrite(this.request) ? slave.mostTimeoutMs : slave.timeoutMs);
    this.heardBytes = 0;
    this.noiseBytes = 0;
    this.wrongFrame = undefined;
    this.doubtfulBefore = this.doubtful;
    this.doubtful = undefined;
  }

  /** Whether two attempts in a row brought the same doubtful answer: it is the true one. */
  get isBeyondDoubt(): boolean {
    const { doubtful, doubtfulBefore } = this;
    return (
      doubtful !== undefined &&
      doubtfulBefore !== undefined &&
      doubtful.frame.every((byte, index) => byte === doubtfulBefore.frame[index])
    );
  }

  /** For people. */
  get what(): string {
    const { address, start, count } = this.request;
    return count === 1
      ? `slave ${address}, register ${start}`
      : `slave ${address}, registers ${start} to ${start + count - 1}`;
  }
}
