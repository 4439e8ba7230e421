import { decodeMessage } from '#core/wire/messages.ts';
import { topicOf } from '#core/wire/topics.ts';
import type { Link } from './link.ts';
import { headOf } from './records.ts';

/** Records that go out together: made when they are, where that is dear to keep. */
export interface Outgoing {
  readonly bytes: Buffer;
  readonly records: number;
  readonly values: number;
  /** When it should have gone, by `performance.now()`; absent: when it went first. */
  readonly dueMs?: number;
}

/** What is counted of all journals together, between two looks. */
export class LoadCounts {
  messages = 0;
  records = 0;
  values = 0;
  resent = 0;
  hungUp = 0;
  /** Why the last attempt came to nothing. */
  whyNot = '';
  /** From when a message was due to its acknowledgement. */
  latenciesMs: number[] = [];
  /** The acknowledgement said what cannot be. */
  wrong: string[] = [];
}

export interface JournalOptions {
  readonly gateway: string;
  readonly epoch: string;
  /** Messages on their way at once. */
  readonly inFlight: number;
  readonly counts: LoadCounts;
  /** The next message of a journal that has always more. */
  readonly more?: () => Outgoing | undefined;
}

interface Kept {
  readonly first: number;
  readonly body: Outgoing;
  /** 0 until it was sent, where nobody said when it was due. */
  dueMs: number;
}

/** As a gateway waits (`app/flight.ts`). */
const ackTimeoutMs = 10_000;

/**
 * A gateway's journal as its uplink sends it: in order, so many messages ahead of the acknowledgement, kept until
 * acknowledged, sent again where nothing comes back (one at a time until something does), and at once where the last
 * acknowledgement comes twice.
 */
export class LoadJournal {
  readonly #options: JournalOptions;
  readonly #topic: Buffer;
  readonly #epoch: Buffer;
  #link: Link | undefined;
  /** From the oldest that is not acknowledged; the first `#sent` of them are on their way. */
  #kept: Kept[] = [];
  #sent = 0;
  #next = 1;
  #acked = 0;
  /** The first sequence of the newest message that ever was on its way. */
  #everSent = 0;
  #progressMs = 0;
  #isRepeatAnswered = false;
  #isStopped = false;
  /** Messages on their way at once; one alone while the host may be gone. */
  #allowed: number;

  constructor(options: JournalOptions) {
    this.#options = options;
    this.#allowed = options.inFlight;
    this.#topic = Buffer.from(topicOf(options.gateway, 'records'));
    this.#epoch = Buffer.from(options.epoch, 'hex');
  }

  get gateway(): string {
    return this.#options.gateway;
  }

  /** The last sequence that is acknowledged. */
  get acked(): number {
    return this.#acked;
  }

  get isSettled(): boolean {
    return this.#kept.length === 0;
  }

  /** Sends on this connection from now on, all that is not acknowledged first; nothing while there is none. */
  use(link: Link | undefined): void {
    if (this.#link !== undefined && link === undefined) this.#options.counts.hungUp++;
    this.#link = link;
    this.#startOver();
  }

  add(body: Outgoing, dueMs: number): void {
    this.#keep(body, dueMs);
    this.#fill();
  }

  fill(): void {
    this.#fill();
  }

  /** Takes no more from `more`; what is kept is still sent. */
  stop(): void {
    this.#isStopped = true;
  }

  onAck(payload: Buffer): void {
    const { epoch, counts, inFlight } = this.#options;
    const ack = decodeMessage('ack', payload);
    if (!ack.ok) {
      counts.wrong.push(`${this.gateway}: ${ack.detail}`);
      return;
    }
    const { sequence } = ack.value;
    if (ack.value.epoch !== epoch) return;
    if (sequence === this.#acked && this.#sent > 0 && !this.#isRepeatAnswered) {
      this.#isRepeatAnswered = true;
      this.#startOver();
    }
    if (sequence <= this.#acked) return;
    const nowMs = performance.now();
    let isUnsent = false;
    while (this.#kept[0] !== undefined && this.#kept[0].first + this.#kept[0].body.records - 1 <= sequence) {
      const { first, body, dueMs } = this.#kept.shift() as Kept;
      // What went out on a connection of before may be acknowledged before it goes out on this one.
      this.#sent = Math.max(this.#sent - 1, 0);
      isUnsent ||= first > this.#everSent;
      counts.messages++;
      counts.records += body.records;
      counts.values += body.values;
      counts.latenciesMs.push(nowMs - dueMs);
    }
    this.#acked = (this.#kept[0]?.first ?? this.#next) - 1;
    if (this.#acked !== sequence || isUnsent) {
      counts.wrong.push(`${this.gateway}: ${sequence} is acknowledged, which ends no message that was sent`);
    }
    this.#progressMs = nowMs;
    this.#isRepeatAnswered = false;
    this.#allowed = inFlight;
    this.#fill();
  }

  /** To be called about once a second. */
  tick(nowMs: number): void {
    if (this.#sent === 0 || nowMs - this.#progressMs <= ackTimeoutMs) return;
    this.#allowed = 1;
    this.#startOver();
  }

  #startOver(): void {
    this.#sent = 0;
    this.#progressMs = performance.now();
    this.#fill();
  }

  #keep(body: Outgoing, dueMs: number): void {
    this.#kept.push({ first: this.#next, body, dueMs });
    this.#next += body.records;
  }

  #fill(): void {
    const link = this.#link;
    if (link === undefined) return;
    const { more } = this.#options;
    for (; this.#sent < this.#allowed; this.#sent++) {
      if (this.#sent === this.#kept.length) {
        const body = this.#isStopped ? undefined : more?.();
        if (body === undefined) return;
        this.#keep(body, body.dueMs ?? 0);
      }
      const kept = this.#kept[this.#sent] as Kept;
      const nowMs = performance.now();
      if (kept.dueMs === 0) kept.dueMs = nowMs;
      if (this.#sent === 0) this.#progressMs = nowMs;
      if (kept.first <= this.#everSent) this.#options.counts.resent++;
      else this.#everSent = kept.first;
      const oldest = this.#kept[0]?.first ?? kept.first;
      link.publish(this.#topic, headOf(this.#epoch, oldest, kept.first), kept.body.bytes);
    }
  }
}
