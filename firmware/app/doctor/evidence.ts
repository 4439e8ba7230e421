import { deepFreeze } from '../../core/freeze.ts';
import { type Heard, requestBytes } from '../../core/modbus/frame.ts';
import type { BusTap } from '../bus-tap.ts';

/** What became of the requests to one address in the last seconds. */
export interface SlaveEvidence {
  readonly address: number;
  readonly requests: number;
  /** Answered or refused in a whole frame. */
  readonly valid: number;
  /** Nothing at all was heard. */
  readonly silent: number;
  /** Bytes came, and no whole frame of the slave. */
  readonly damaged: number;
  /** Of the damaged: bytes more or fewer than the answer has, and not just one that lost its start bit. */
  readonly odd: number;
  /** Of the damaged: nothing but 0x00 and 0xff, as a line at the wrong level reads. */
  readonly breaks: number;
  /** Of the damaged: began as the answer begins. */
  readonly fits: number;
  /** Of the valid: more came than the answer. */
  readonly extra: number;
  /** Whole frames of others. */
  readonly foreign: number;
  /** Whole answers of its own that came when they were awaited no more, or a second time. */
  readonly late: number;
}

const fields = deepFreeze({
  requests: 0,
  valid: 1,
  silent: 2,
  damaged: 3,
  odd: 4,
  breaks: 5,
  fits: 6,
  extra: 7,
  foreign: 8,
  late: 9,
} as const);
const fieldCount = 10;

/** Noise that hits a start bit loses a byte or makes one. */
const fewBytes = 2;

/** So many bytes of the request where they would be in its echo are no chance, and an answer has fewer. */
const echoLikeBytes = 6;

/** Fewer questions without an answer mean nothing. */
const deafAfter = 3;
const bucketMs = 5000;
const buckets = 5;
/** A line has fewer slaves than this; a scan asks more, and is no evidence. */
const mostAddresses = 32;

/** The newest request and what was heard since. */
interface Exchange {
  address: number;
  fc: number;
  answerBytes: number;
  isValid: boolean;
  isForeign: boolean;
  isLate: boolean;
  hasEcho: boolean;
  /** Of the first bytes that are no frame: as many as are those of the request. */
  echoedBytes: number;
  bytes: number;
  breakBytes: number;
  headBytes: number;
}

/**
 * Counts what is heard on a line over the last 20 to 25 s, by the address that was asked. A few numbers for each
 * address and span of 5 s, whatever the traffic.
 */
export class Evidence implements BusTap {
  readonly #counts = new Map<number, Uint16Array>();
  readonly #exchange: Exchange = {
    address: 0,
    fc: 0,
    answerBytes: 0,
    isValid: false,
    isForeign: false,
    isLate: false,
    hasEcho: false,
    echoedBytes: 0,
    bytes: 0,
    breakBytes: 0,
    headBytes: 0,
  };
  readonly #request = new Uint8Array(requestBytes);
  #isOpen = false;
  /** The line gives back what is sent: where it did not, the damaged bytes are its echo's. */
  #echoes = false;
  #bucket = 0;
  /** A whole frame was heard, since the beginning or since it was forgotten. */
  hasValid = false;
  /** Questions since a whole frame was heard. */
  #sinceValid = 0;

  /** Nothing whole comes any more. */
  get isDeaf(): boolean {
    return this.#sinceValid >= deafAfter;
  }

  /** Whole frames are of no account any more: what was wrong since is looked at alone. */
  forgetValid(): void {
    for (const counts of this.#counts.values()) {
      for (let at = 0; at < counts.length; at += fieldCount) {
        const valid = counts[at + fields.valid] as number;
        counts[at + fields.requests] = (counts[at + fields.requests] as number) - valid;
        counts[at + fields.valid] = 0;
        counts[at + fields.extra] = 0;
        counts[at + fields.foreign] = 0;
        counts[at + fields.late] = 0;
      }
    }
    this.#sinceValid = 0;
    this.hasValid = false;
  }

  sent(frame: Uint8Array, ticksMs: number): void {
    this.settle(ticksMs);
    const exchange = this.#exchange;
    exchange.address = frame[0] as number;
    exchange.fc = frame[1] as number;
    const count = ((frame[4] as number) << 8) | (frame[5] as number);
    exchange.answerBytes = exchange.fc > 4 ? 8 : 5 + (exchange.fc < 3 ? (count + 7) >> 3 : count * 2);
    exchange.isValid = false;
    exchange.isForeign = false;
    exchange.isLate = false;
    exchange.hasEcho = false;
    exchange.echoedBytes = 0;
    this.#request.set(frame.subarray(0, requestBytes));
    exchange.bytes = 0;
    exchange.breakBytes = 0;
    exchange.headBytes = 0;
    this.#isOpen = true;
  }

  heard(heard: Heard, bytes: Uint8Array, _ticksMs: number, isLate: boolean): void {
    const exchange = this.#exchange;
    if (heard.is === 'echo') {
      this.#echoes = true;
      exchange.hasEcho = true;
      return;
    }
    if ((heard.is === 'answer' || heard.is === 'exception') && !isLate) {
      exchange.isValid = true;
      return;
    }
    if (heard.is !== 'noise') {
      if (isLate) {
        exchange.isLate = true;
        this.add(bytes[0] as number, 'late');
      }
      // A second whole answer of the slave that was asked is its twin's.
      if (heard.is === 'frame' && heard.address === exchange.address && exchange.isValid && !isLate) {
        exchange.bytes += bytes.length;
      } else if (!isLate) exchange.isForeign = true;
      return;
    }
    for (let index = 0; index < bytes.length; index++) {
      const byte = bytes[index] as number;
      if (byte === 0 || byte === 0xff) exchange.breakBytes++;
      if (exchange.bytes < requestBytes && byte === this.#request[exchange.bytes]) exchange.echoedBytes++;
      if (exchange.bytes === 0 ? byte === exchange.address : exchange.bytes === 1 && byte === exchange.fc) {
        exchange.headBytes++;
      }
      exchange.bytes++;
    }
  }

  /** The last request has had its time. */
  settle(ticksMs: number): void {
    if (!this.#isOpen) {
      this.advance(ticksMs);
      return;
    }
    this.#isOpen = false;
    this.advance(ticksMs);
    const isWhole = this.#exchange.isValid || this.#exchange.isForeign || this.#exchange.isLate;
    this.hasValid ||= isWhole;
    this.#sinceValid = isWhole ? 0 : this.#sinceValid + 1;
    const { address, answerBytes, isValid, isForeign, hasEcho, echoedBytes, bytes, breakBytes, headBytes } =
      this.#exchange;
    const isEchoDamaged = this.#echoes ? !hasEcho : echoedBytes >= echoLikeBytes;
    const echoBytes = isEchoDamaged ? requestBytes : 0;
    const answered = Math.max(bytes - echoBytes, 0);
    const add = (field: keyof typeof fields) => this.add(address, field);
    add('requests');
    if (isForeign) add('foreign');
    if (isValid) {
      add('valid');
      if (answered > 0) add('extra');
    } else if (answered === 0) {
      if (!isForeign) add('silent');
    } else {
      add('damaged');
      if (Math.abs(answered - answerBytes) > fewBytes) add('odd');
      if (breakBytes === bytes) add('breaks');
      if (headBytes > 0) add('fits');
    }
  }

  /** What is known now, one entry for each address that was asked. */
  slaves(): SlaveEvidence[] {
    return Array.from(this.#counts, ([address, counts]) => {
      const sum = (field: number): number => {
        let total = 0;
        for (let at = field; at < counts.length; at += fieldCount) total += counts[at] as number;
        return total;
      };
      return {
        address,
        requests: sum(fields.requests),
        valid: sum(fields.valid),
        silent: sum(fields.silent),
        damaged: sum(fields.damaged),
        odd: sum(fields.odd),
        breaks: sum(fields.breaks),
        fits: sum(fields.fits),
        extra: sum(fields.extra),
        foreign: sum(fields.foreign),
        late: sum(fields.late),
      };
    });
  }

  private add(address: number, field: keyof typeof fields): void {
    let counts = this.#counts.get(address);
    if (counts === undefined) {
      if (this.#counts.size >= mostAddresses) return;
      counts = new Uint16Array(buckets * fieldCount);
      this.#counts.set(address, counts);
    }
    const at = (this.#bucket % buckets) * fieldCount + fields[field];
    counts[at] = (counts[at] as number) + 1;
  }

  /** Empties the spans that began since the last call. */
  private advance(ticksMs: number): void {
    const bucket = Math.floor(ticksMs / bucketMs);
    const passed = Math.min(bucket - this.#bucket, buckets);
    for (const counts of passed > 0 ? this.#counts.values() : []) {
      for (let step = 0; step < passed; step++) {
        const at = ((bucket - step) % buckets) * fieldCount;
        counts.fill(0, at, at + fieldCount);
      }
    }
    this.#bucket = bucket;
  }
}
