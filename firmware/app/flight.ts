import { limits } from '../core/limits.ts';
import type { Message } from '../core/wire/messages.ts';
import {
  encodeRecordsMessage,
  recordOverheadBytes,
  recordsMessageOverheadBytes,
} from '../core/wire/records.ts';
import type { Cancel, TimePort } from '../ports.ts';
import type { Journal } from './journal.ts';

export interface FlightOptions {
  readonly time: TimePort;
  readonly journal: Journal;
  /** Puts a message of records on the wire. */
  readonly send: (payload: Uint8Array) => void;
  /** The journal has a new epoch. */
  readonly onRenewed?: () => void;
  /** What a message of records may take; bounds the memory of a device and the packet of a broker. */
  readonly messageBytes?: number;
}

/** A message takes at most this: small enough for an ESP32, large enough that its overhead is nothing. */
const defaultMessageBytes = 8 * 1024;
const mostMessages = 4;
const ackTimeoutMs = 10_000;
/** Meters close their windows at one instant: a short wait lets their records share a message. */
const gatherMs = 50;

/**
 * The records on their way: from the journal, in order, at most four messages ahead of the acknowledgement. When
 * nothing is acknowledged for 10 s, all after the last acknowledgement are sent again, one message at a time until
 * the next acknowledgement, as the host may be gone. An acknowledgement that repeats the last one says that the
 * host misses what follows it: then that is sent again at once, but only once until there is progress.
 */
export class Flight {
  /** Records sent the first time, sent again, and freed by an acknowledgement. */
  sent = 0;
  resent = 0;
  acknowledged = 0;
  /** Acknowledgements of another epoch, or of what was never sent. */
  strayAcks = 0;
  readonly #options: FlightOptions;
  readonly #recordBytes: number;
  #isConnected = false;
  /** The last sequence that is acknowledged; that is sent since the last start over; that was ever sent. */
  #acked: number;
  #sentUpTo: number;
  #everSent: number;
  /** The last sequence of each message in flight. */
  #inFlight: number[] = [];
  #allowed = mostMessages;
  #isRepeatAnswered = false;
  #cancelTimeout: Cancel | undefined;
  #cancelGather: Cancel | undefined;

  constructor(options: FlightOptions) {
    this.#options = options;
    const { journal } = options;
    // Two bytes a record of the message's overhead are counted by the journal as it reads.
    this.#recordBytes = (options.messageBytes ?? defaultMessageBytes) - recordsMessageOverheadBytes;
    if (this.#recordBytes < limits.recordBytes + recordOverheadBytes) {
      throw new RangeError(
        `messages of ${options.messageBytes} bytes cannot hold a record of ${limits.recordBytes}`,
      );
    }
    this.#acked = journal.oldest - 1;
    this.#sentUpTo = this.#acked;
    // A journal that outlived a restart may have sent all of it before.
    this.#everSent = journal.next - 1;
  }

  /** A connection stands: whatever is not acknowledged goes on it, for the last one may have lost it. */
  connected(): void {
    this.#isConnected = true;
    this.startOver();
  }

  disconnected(): void {
    this.#isConnected = false;
    this.#cancelTimeout?.();
    this.#cancelTimeout = undefined;
    this.#cancelGather?.();
    this.#cancelGather = undefined;
  }

  /** The journal has new records. */
  appended(): void {
    if (!this.#isConnected || this.#cancelGather !== undefined) return;
    this.#cancelGather = this.#options.time.after(gatherMs, () => {
      this.#cancelGather = undefined;
      this.fill();
    });
  }

  acknowledge({ epoch, sequence }: Message<'ack'>): void {
    const { journal } = this.#options;
    if (epoch !== journal.epoch) {
      this.strayAcks++;
      return;
    }
    if (sequence > this.#everSent) {
      this.renew();
      return;
    }
    if (sequence === this.#acked) this.repeated();
    // One from before the last was overtaken on its way.
    if (sequence <= this.#acked) return;
    const oldest = journal.oldest;
    journal.release(sequence);
    this.acknowledged += journal.oldest - oldest;
    this.#acked = sequence;
    this.#sentUpTo = Math.max(this.#sentUpTo, sequence);
    this.#inFlight = this.#inFlight.filter(last => last > sequence);
    this.#allowed = mostMessages;
    this.#isRepeatAnswered = false;
    this.arm();
    this.fill();
  }

  /**
   * The host has sequences that this journal never gave: its flash was exchanged or lost what it had told. Under this
   * epoch the host would take new records for old ones and drop them.
   */
  private renew(): void {
    const { journal } = this.#options;
    this.strayAcks++;
    journal.renew();
    this.#acked = 0;
    this.#everSent = 0;
    this.#options.onRenewed?.();
    this.startOver();
  }

  private repeated(): void {
    if (this.#isRepeatAnswered || this.#inFlight.length === 0) return;
    this.#isRepeatAnswered = true;
    this.startOver();
  }

  private startOver(): void {
    this.#inFlight = [];
    this.#sentUpTo = this.#acked;
    this.arm();
    this.fill();
  }

  /** Sends as much as may be in flight. */
  private fill(): void {
    const { journal } = this.#options;
    while (this.#isConnected && this.#inFlight.length < this.#allowed) {
      const first = Math.max(this.#sentUpTo + 1, journal.oldest);
      const records = journal.read(first, this.#recordBytes, limits.recordsPerMessage);
      if (records.length === 0) return;
      const last = first + records.length - 1;
      const again = Math.min(Math.max(this.#everSent - first + 1, 0), records.length);
      this.resent += again;
      this.sent += records.length - again;
      this.#everSent = Math.max(this.#everSent, last);
      this.#sentUpTo = last;
      this.#inFlight.push(last);
      if (this.#cancelTimeout === undefined) this.arm();
      this.#options.send(
        encodeRecordsMessage({ epoch: journal.epoch, oldest: journal.oldest, first, records }),
      );
    }
  }

  /** Waits for an acknowledgement from now on, where one is owed. */
  private arm(): void {
    this.#cancelTimeout?.();
    this.#cancelTimeout = undefined;
    if (this.#inFlight.length === 0) return;
    this.#cancelTimeout = this.#options.time.after(ackTimeoutMs, () => {
      this.#cancelTimeout = undefined;
      this.#allowed = 1;
      this.startOver();
    });
  }
}
