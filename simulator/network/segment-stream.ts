import type { Cancel, TimePort } from '#ports';
import { at } from '../line/at.ts';
import type { NetworkFaults } from './network-faults.ts';

export interface SegmentStreamOptions {
  readonly time: TimePort;
  /** 0 <= number < 1, for jitter and loss. */
  readonly unit: () => number;
  readonly faults: () => NetworkFaults;
  /** What has come through, in order. */
  readonly deliver: (bytes: Uint8Array) => void;
  /** Nothing comes any more. */
  readonly ended: () => void;
}

/** What TCP sends in one packet over Ethernet. */
export const segmentBytes = 1460;
/** The least and the most that TCP waits before it sends again what was not acknowledged (RFC 6298; Linux takes 200 ms). */
const leastResendMs = 200;
const mostResendMs = 60_000;

/** One direction of a TCP connection over a bad network: late, slow, with stalls, never out of order and never wrong. */
export class SegmentStream {
  readonly counts = { bytes: 0, lostSegments: 0 };
  readonly #options: SegmentStreamOptions;
  /** Not sent yet. */
  readonly #waiting: Uint8Array[] = [];
  /** On the way, each with the tick at which it arrives. */
  readonly #flying: { readonly bytes: Uint8Array; readonly dueTicks: number }[] = [];
  #waitingBytes = 0;
  #hasEnded = false;
  #isOver = false;
  #sending: Cancel | undefined;
  #arriving: Cancel | undefined;
  #lastDueTicks = -Infinity;

  constructor(options: SegmentStreamOptions) {
    this.#options = options;
  }

  /** Bytes that are not delivered yet. */
  get waitingBytes(): number {
    return this.#waitingBytes;
  }

  push(bytes: Uint8Array): void {
    for (let from = 0; from < bytes.length; from += segmentBytes) {
      this.#waiting.push(bytes.subarray(from, from + segmentBytes));
    }
    this.#waitingBytes += bytes.length;
    this.goOn();
  }

  /** Nothing is pushed any more: once all has come through, `ended` is called. */
  end(): void {
    this.#hasEnded = true;
    this.goOn();
  }

  /** Forgets what is under way; nothing is delivered any more. */
  drop(): void {
    this.#isOver = true;
    this.#sending?.();
    this.#arriving?.();
    this.#waiting.length = 0;
    this.#flying.length = 0;
    this.#waitingBytes = 0;
  }

  /** To be called when the faults have changed. */
  goOn(): void {
    if (this.#isOver || this.#options.faults().passage === 'stalled') return;
    this.#arrive();
    this.#send();
  }

  #send(): void {
    const { time, faults } = this.#options;
    while (this.#sending === undefined && !this.#isOver) {
      const bytes = this.#waiting.shift();
      if (bytes === undefined) break;
      const { bytesPerS } = faults();
      const tries = 1 + this.#losses();
      const sendMs = bytesPerS > 0 ? (tries * bytes.length * 1000) / bytesPerS : 0;
      const stallMs = this.#stallMs(tries - 1);
      if (sendMs === 0) this.#fly(bytes, stallMs);
      else {
        this.#sending = at(time, time.ticksMs() + sendMs, () => {
          this.#sending = undefined;
          this.#fly(bytes, stallMs);
          this.goOn();
        });
      }
    }
    this.#endIfDone();
  }

  /** How often this segment is lost before it comes through. */
  #losses(): number {
    const { unit, faults } = this.#options;
    const { lossShare } = faults();
    let losses = 0;
    // A network that loses all is a stalled one; here it ends somewhere.
    while (lossShare > 0 && losses < 8 && unit() < lossShare) losses++;
    this.counts.lostSegments += losses;
    return losses;
  }

  /** What TCP waits in all before a segment that was lost so often comes through: each time twice as long. */
  #stallMs(losses: number): number {
    const { delayMs, jitterMs } = this.#options.faults();
    let resendMs = Math.max(leastResendMs, 3 * (delayMs + jitterMs));
    let stallMs = 0;
    for (let lost = 0; lost < losses; lost++) {
      stallMs += resendMs;
      resendMs = Math.min(resendMs * 2, mostResendMs);
    }
    return stallMs;
  }

  #fly(bytes: Uint8Array, stallMs: number): void {
    const { time, unit, faults } = this.#options;
    const { delayMs, jitterMs } = faults();
    const lateMs = delayMs + (jitterMs > 0 ? jitterMs * unit() : 0) + stallMs;
    const dueTicks = Math.max(time.ticksMs() + lateMs, this.#lastDueTicks);
    this.#lastDueTicks = dueTicks;
    this.#flying.push({ bytes, dueTicks });
    this.#arrive();
  }

  #arrive(): void {
    const { time, deliver, faults } = this.#options;
    this.#arriving?.();
    this.#arriving = undefined;
    while (!this.#isOver && faults().passage !== 'stalled') {
      const first = this.#flying[0];
      if (first === undefined) break;
      if (first.dueTicks > time.ticksMs()) {
        this.#arriving = at(time, first.dueTicks, () => {
          this.#arrive();
          this.#endIfDone();
        });
        return;
      }
      this.#flying.shift();
      this.#waitingBytes -= first.bytes.length;
      this.counts.bytes += first.bytes.length;
      deliver(first.bytes);
    }
  }

  #endIfDone(): void {
    if (!this.#hasEnded || this.#isOver || this.#sending !== undefined) return;
    if (this.#waiting.length > 0 || this.#flying.length > 0) return;
    this.#isOver = true;
    this.#options.ended();
  }
}
