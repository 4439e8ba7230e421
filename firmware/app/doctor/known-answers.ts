import type { ReadFunction } from '../../core/modbus/register.ts';
import { isSignOfLife, type Talk } from './talk.ts';

interface Known {
  readonly fc: ReadFunction;
  readonly start: number;
  readonly count: number;
  /** Undefined: refused, or no answer. */
  readonly data: Uint8Array | undefined;
}

export interface Span {
  readonly fc: ReadFunction;
  readonly start: number;
  readonly count: number;
}

/** What a slave is good for after so many questions it left unanswered: the rest of its answers would cost minutes. */
const mostSilences = 4;
const mostKnown = 48;

/** Data of registers from `start` on; none where they were refused or there was no answer. */
export interface Answer {
  readonly start: number;
  readonly data: Uint8Array | undefined;
}

/** The answers that one slave gave, so that what many meters have in common is asked once. */
export class KnownAnswers {
  readonly address: number;
  #known: Known[] = [];
  #silences = 0;

  constructor(address: number) {
    this.address = address;
  }

  /** The answer that holds this span, and where it begins; a refusal of the same span has no data. */
  find({ fc, start, count }: Span): Answer | undefined {
    for (const known of this.#known) {
      if (known.fc !== fc) continue;
      const isInside = start >= known.start && start + count <= known.start + known.count;
      const isSame = start === known.start && count === known.count;
      if (known.data === undefined ? isSame : isInside) return known;
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
    if (this.#known.length < mostKnown) this.#known.push({ fc, start, count, data });
  }
}
Object.freeze(KnownAnswers.prototype.ask.prototype);
