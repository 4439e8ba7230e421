import type { ReadFunction } from '../../core/modbus/register.ts';
import { isSignOfLife, type Talk } from './talk.ts';

export interface Span {
  readonly fc: ReadFunction;
  readonly start: number;
  readonly count: number;
}

/** What a slave is good for after so many questions it left unanswered: the rest of its answers would cost minutes. */
const mostSilences = 4;
const mostKnownBytes = 4096;
/** Room is made for so many bytes at a time. */
const bytesAtOnce = 512;
// Each answer is a head, and the data; without data it was refused, or did not come.
const headBytes = 6;

/** Data of registers from `start` on; none where they were refused or there was no answer. */
export interface Answer {
  readonly start: number;
  readonly data: Uint8Array | undefined;
}

/**
 * The answers that one slave gave, so that what many meters have in common is asked once. One after the other in an array of
 * bytes: function, start, count (high byte first), how many bytes of data there are, the data.
 */
export class KnownAnswers {
  readonly address: number;
  #bytes = new Uint8Array(0);
  #length = 0;
  #silences = 0;

  constructor(address: number) {
    this.address = address;
  }

  /** The answer that holds this span, and where it begins; a refusal of the same span has no data. */
  find({ fc, start, count }: Span): Answer | undefined {
    const bytes = this.#bytes;
    const word = (at: number) => ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
    for (let at = 0; at < this.#length; at += headBytes + (bytes[at + 5] as number)) {
      if (bytes[at] !== fc) continue;
      const knownStart = word(at + 1);
      const knownCount = word(at + 3);
      const dataBytes = bytes[at + 5] as number;
      const isInside = start >= knownStart && start + count <= knownStart + knownCount;
      const isSame = start === knownStart && count === knownCount;
      if (dataBytes === 0 && isSame) return { start: knownStart, data: undefined };
      const from = at + headBytes;
      if (dataBytes > 0 && isInside)
        return { start: knownStart, data: bytes.subarray(from, from + dataBytes) };
    }
    return undefined;
  }

  /** Asks unless the answer is known. Where the slave has fallen silent it is asked no more. */
  *ask(span: Span): Talk<Answer> {
    const found = this.find(span);
    if (found) return found;
    const { fc, start, count } = span;
    let data: Uint8Array | undefined;
    // Noise spoils an answer now and then.
    for (let attempt = 0; attempt < 2 && this.#silences < mostSilences; attempt++) {
      const outcome = yield { address: this.address, fc, start, count };
      if (outcome.ok) {
        data = outcome.value.slice();
        break;
      }
      if (outcome.error === 'timeout') this.#silences++;
      if (isSignOfLife(outcome) || outcome.error === 'timeout') break;
    }
    this.remember(span, data);
    return { start, data };
  }

  remember({ fc, start, count }: Span, data: Uint8Array | undefined): void {
    const dataBytes = data?.length ?? 0;
    const end = this.#length + headBytes + dataBytes;
    if (end > mostKnownBytes || dataBytes > 0xff) return;
    if (end > this.#bytes.length) {
      const more = new Uint8Array(end + bytesAtOnce);
      more.set(this.#bytes);
      this.#bytes = more;
    }
    this.#bytes.set([fc, start >> 8, start & 0xff, count >> 8, count & 0xff, dataBytes], this.#length);
    if (data !== undefined) this.#bytes.set(data, this.#length + headBytes);
    this.#length = end;
  }
}
Object.freeze(KnownAnswers.prototype.ask.prototype);
