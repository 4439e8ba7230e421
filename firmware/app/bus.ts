import {
  type BusRequest,
  broadcastAddress,
  characterBits,
  frameGapMs,
  isWrite,
} from '../core/modbus/frame.ts';
import { fail, ok } from '../core/result.ts';
import type { Reason } from '../core/wire/reasons.ts';
import { type LineSettings, settingsDefaults } from '../core/wire/settings.ts';
import type { Cancel, Ports, TimePort } from '../ports.ts';
import { AnswerJudge } from './answer-judge.ts';
import { BusCounts } from './bus-counts.ts';
import type { BusTap } from './bus-tap.ts';
import { type AskDone, type Outcome, Transaction } from './bus-transaction.ts';
import { type LinkOwner, SerialLink } from './serial-link.ts';
import { type Slave, slaveCounts } from './slave.ts';

export type { BusTap };

export interface BusOptions {
  readonly time: TimePort;
  readonly line: LineSettings;
  readonly openSerial: Ports['openSerial'];
  readonly log: Ports['log'];
  readonly tap?: BusTap;
}

/** No adapter pauses longer inside a frame once it has begun to deliver it. */
const quietMs = 20;
/** A converter's network does: a packet that was lost is sent again after 200 ms (RFC 6298 as Linux has it). */
const networkQuietMs = 250;

/** Timers of a machine that has nothing else to do are not so late. */
const lateTimerMs = 5;

/** What slaves get to carry out a broadcast in (over serial line V1.02, 2.4.1: 100 to 200 ms). */
export const broadcastPauseMs = 200;

/**
 * The master of one Modbus RTU line: one request at a time, after 3.5 characters of silence, with a time-out that
 * counts from the request and adds the time that request and answer take on the wire. What counts as the answer is
 * the business of `AnswerJudge`.
 */
export class Bus implements LinkOwner {
  readonly counts = new BusCounts();
  readonly link: SerialLink;
  readonly #time: TimePort;
  readonly #characterMs: number;
  readonly #gapMs: number;
  /** How long an answer that has begun may pause. */
  readonly #pauseMs: number;
  readonly #judge: AnswerJudge;
  #state: 'idle' | 'waitingForSilence' | 'awaitingAnswer' | 'pausing' = 'idle';
  #transaction: Transaction | undefined;
  #lastByteTicks = -Infinity;
  #lastSlave: Slave | undefined;
  #cancelTimer: Cancel | undefined;
  #wakeTicks = 0;

  constructor({ time, line, openSerial, log, tap }: BusOptions) {
    const { baud, parity, stopBits } = { ...settingsDefaults, ...line };
    const bits = characterBits({ parity, stopBits });
    this.#time = time;
    this.#characterMs = (bits * 1000) / baud;
    this.#gapMs = frameGapMs(baud, bits);
    this.#pauseMs = line.port.startsWith('tcp:') ? networkQuietMs : quietMs;
    this.#judge = new AnswerJudge(this.counts, tap);
    this.link = new SerialLink({ time, openSerial, log }, line, this);
  }

  get isBusy(): boolean {
    return this.#state !== 'idle';
  }

  /** While it is busy: when its next step is due. */
  get wakeTicks(): number {
    return this.#wakeTicks;
  }

  /** Lets `tap` see all that goes over the line from now on; undefined: nobody. */
  listen(tap: BusTap | undefined): void {
    this.#judge.tap = tap;
  }

  /** From when on this may be asked: the slave has rested and owes no other answer (`OwedAnswers`). */
  freeAtTicks(request: BusRequest, slave: Slave): number {
    return Math.max(this.#judge.freeAtTicks(request), slave.restsUntilTicks);
  }

  /** This is due and `freeAtTicks` keeps it back: other questions do not keep it back for longer (`OwedAnswers`). */
  hold(request: BusRequest): void {
    this.#judge.hold(request);
  }

  /**
   * Asks a slave, at most `attempts` times: reads or writes. Only while the link is open, the bus is not busy, and not
   * before `freeAtTicks`. A broadcast (address 0) is done when all slaves have had time for it.
   */
  ask(request: BusRequest, slave: Slave, attempts: number, done: AskDone): void {
    if (this.isBusy) throw new Error('the bus is busy: one request at a time');
    const now = this.#time.ticksMs();
    if (this.#judge.isAmbiguous(request, now) || slave.restsUntilTicks > now)
      throw new Error('the slave is not free yet');
    this.#transaction = new Transaction(request, slave, attempts, done);
    this.begin(this.#transaction);
  }

  close(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#transaction = undefined;
    this.#state = 'idle';
    this.#judge.expectNothing();
    this.link.close();
  }

  private begin(transaction: Transaction): void {
    this.#state = 'waitingForSilence';
    transaction.attemptsLeft--;
    transaction.deadlineTicks = this.#time.ticksMs() + transaction.slave.mostTimeoutMs;
    this.waitForSilence(transaction);
  }

  private waitForSilence(transaction: Transaction): void {
    const now = this.#time.ticksMs();
    // What a network holds back in the middle would be two damaged halves, with a question between them.
    const isHeldBack = this.#pauseMs > quietMs && this.#judge.isInAnswer;
    const restMs = isHeldBack ? this.#pauseMs : this.silenceMs(transaction.slave);
    const silentAt = this.#lastByteTicks + restMs;
    if (now >= silentAt) this.send(transaction, now);
    else if (now >= transaction.deadlineTicks) this.failed(transaction, 'crc', 'the line is never silent');
    else this.wakeAt(Math.min(silentAt, transaction.deadlineTicks), () => this.waitForSilence(transaction));
  }

  /** Some slaves lose a request that follows too closely on what they or others were asked. */
  private silenceMs(slave: Slave): number {
    if (this.#lastSlave === undefined) return this.#gapMs;
    return Math.max(this.#gapMs, this.#lastSlave === slave ? slave.turnaroundMs : slave.unitSwitchMs);
  }

  private send(transaction: Transaction, now: number): void {
    const { request, slave, frame } = transaction;
    transaction.sent(now + (frame.length + transaction.answerBytes) * this.#characterMs);
    this.#lastSlave = slave;
    this.counts.requests++;
    slave.count(slaveCounts.requests);
    this.counts.bytesOut += frame.length;
    this.#judge.asked(transaction, now);
    // The link may close, or answer, within the call.
    if (request.address === broadcastAddress) this.pause(transaction);
    else {
      this.#state = 'awaitingAnswer';
      this.awaitUntil(transaction, transaction.deadlineTicks);
    }
    this.link.write(frame);
  }

  private pause(transaction: Transaction): void {
    const endTicks = transaction.soonestTicks + broadcastPauseMs;
    this.#state = 'pausing';
    this.wakeAt(endTicks, () => this.finish(transaction, ok(new Uint8Array(0)), endTicks));
  }

  private awaitUntil(transaction: Transaction, ticks: number): void {
    this.wakeAt(ticks, () => {
      const now = this.#time.ticksMs();
      const moreTicks = this.moreTicks(transaction, ticks, now);
      if (moreTicks > now) this.awaitUntil(transaction, moreTicks);
      else this.came(transaction, this.#judge.unanswered(transaction));
    });
  }

  /** Until when it is waited beyond `ticks`: not at all where nothing speaks for an answer. */
  private moreTicks({ soonestTicks, slave, answerBytes }: Transaction, ticks: number, now: number): number {
    // A timer that is late tells that the machine was busy: what came meanwhile is heard first.
    if (now - ticks >= lateTimerMs) return now + quietMs;
    // An answer that began in time is heard to its end: a question asked into it would damage both.
    const pauseMs = this.#judge.isInAnswer ? this.#pauseMs : quietMs;
    const endTicks = soonestTicks + slave.mostTimeoutMs + answerBytes * this.#characterMs + pauseMs - quietMs;
    const isTold = this.#judge.isInFrame && endTicks > now;
    return isTold ? this.#lastByteTicks + pauseMs : ticks;
  }

  onBytes(bytes: Uint8Array): void {
    const now = this.#time.ticksMs();
    const transaction = this.#state === 'awaitingAnswer' ? this.#transaction : undefined;
    this.#lastByteTicks = now;
    this.counts.bytesIn += bytes.length;
    if (transaction) transaction.heardBytes += bytes.length;
    const outcome = this.#judge.push(bytes, transaction, now);
    if (!transaction) return;
    if (outcome) this.came(transaction, outcome);
    else if (now >= transaction.soonestTicks && transaction.heardBytes >= transaction.answerBytes) {
      // As much as the answer has was heard, and the answer was not in it: once it is quiet, it will not come.
      this.awaitUntil(transaction, Math.min(now + quietMs, transaction.deadlineTicks));
    }
  }

  /** What a transaction came to, this time: what is lost or damaged on the wire is asked for again. */
  private came(transaction: Transaction, outcome: Outcome): void {
    if (outcome.ok || outcome.error === 'exception') {
      this.finish(transaction, outcome, this.#time.ticksMs());
      return;
    }
    const { slave } = transaction;
    // A slave that became slower talks into the question after: what is heard then is damaged.
    if (outcome.error === 'timeout' || outcome.error === 'crc') slave.timedOut();
    if (outcome.error === 'timeout') slave.count(slaveCounts.timeouts);
    // A doubt is settled by asking once more; what is written is written once.
    const isFirstDoubt = transaction.doubtful !== undefined && transaction.doubtfulBefore === undefined;
    if (isFirstDoubt && !isWrite(transaction.request))
      transaction.attemptsLeft = Math.max(transaction.attemptsLeft, 1);
    this.failed(transaction, outcome.error, outcome.detail);
  }

  private failed(transaction: Transaction, reason: Reason, detail: string): void {
    if (reason === 'timeout') this.counts.timeouts++;
    if (reason === 'crc') {
      this.counts.crcErrors++;
      transaction.slave.count(slaveCounts.crcErrors);
    }
    if (transaction.attemptsLeft > 0) {
      this.counts.retries++;
      this.#judge.expectNothing();
      this.begin(transaction);
    } else this.finish(transaction, fail(reason, detail), this.#time.ticksMs());
  }

  private finish(transaction: Transaction, outcome: Outcome, ticksMs: number): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#judge.expectNothing();
    this.#state = 'idle';
    this.#transaction = undefined;
    if (transaction.slave.turnaroundMs > 0)
      transaction.slave.restUntil(ticksMs + transaction.slave.turnaroundMs);
    transaction.done(outcome, ticksMs);
  }

  onClosed(): void {
    const transaction = this.#transaction;
    if (transaction) {
      this.finish(transaction, fail('timeout', 'the line was lost'), this.#time.ticksMs());
    }
  }

  /** One timer; a clock that wakes early (whole milliseconds, coarse timers) is set again. */
  private wakeAt(ticks: number, callback: () => void): void {
    this.#cancelTimer?.();
    this.#wakeTicks = ticks;
    this.#cancelTimer = this.#time.after(Math.max(ticks - this.#time.ticksMs(), 0), () => {
      if (this.#time.ticksMs() >= ticks) callback();
      else this.wakeAt(ticks, callback);
    });
  }
}
