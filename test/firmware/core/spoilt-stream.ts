import { Dice, Mutator } from './mutate.ts';

export interface FuzzOutcome {
  readonly telegrams: number;
  readonly bytes: number;
  /** Frames whose values were given, and values in them. */
  readonly given: number;
  readonly values: number;
  /** Of those, frames that are none of the telegrams before they were spoilt. */
  readonly givenSpoilt: number;
  readonly faults: Readonly<Record<string, number>>;
  /** What must not be; the first few. */
  readonly wrong: readonly string[];
}

const historyBytes = 1 << 16;
const mostWrong = 5;

/** What a telegram is before and after it was spoilt, for those who put something right in it again. */
export type Mend = (mutator: Mutator, which: number, dice: Dice) => void;

/**
 * A stream of telegrams, most of them spoilt, on its way into a transport, and the account of what came of it. Frames and
 * faults have to cover the stream, each byte once.
 */
export class SpoiltStream {
  given = 0;
  givenSpoilt = 0;
  values = 0;
  /** Whether the telegram that is fed now is spoilt. */
  isSpoilt = false;
  readonly #seed: number;
  readonly #telegrams: readonly Uint8Array[];
  readonly #faults: Record<string, number> = {};
  readonly #wrong: string[] = [];
  readonly #history = new Uint8Array(2 * historyBytes);
  #historyStart = 0;
  #pushed = 0;
  #told = 0;
  #fed = 0;

  constructor(telegrams: readonly Uint8Array[], seed: number) {
    this.#telegrams = telegrams;
    this.#seed = seed;
  }

  /** Something that must not be. */
  note(what: string): void {
    if (this.#wrong.length < mostWrong) this.#wrong.push(`seed ${this.#seed}, byte ${this.#told}: ${what}`);
  }

  fault(name: string): void {
    this.#faults[name] = (this.#faults[name] ?? 0) + 1;
  }

  /** `length` bytes from `offset` on are accounted for, as a frame or as a fault. */
  cover(offset: number, length: number): void {
    if (offset !== this.#told || length <= 0)
      this.note(`bytes ${this.#told} to ${offset} are told of twice or never`);
    this.#told = offset + length;
  }

  /** Bytes of the stream that went by not long ago. */
  raw(offset: number, length: number): Uint8Array {
    const from = offset - this.#historyStart;
    return this.#history.subarray(from, from + length);
  }

  /** Feeds so many telegrams, each cut in two somewhere. */
  feed(count: number, push: (bytes: Uint8Array) => void, mend: Mend = () => {}): void {
    const dice = new Dice(this.#seed);
    const mutator = new Mutator(dice);
    const telegrams = this.#telegrams;
    this.#fed += count;
    for (let number = 0; number < count; number++) {
      const which = dice.roll(telegrams.length);
      const telegram = telegrams[which] as Uint8Array;
      this.isSpoilt = dice.roll(8) !== 0;
      if (this.isSpoilt) {
        mutator.mutate(telegram, telegrams[dice.roll(telegrams.length)] as Uint8Array);
        mend(mutator, which, dice);
      } else {
        mutator.bytes.set(telegram);
        mutator.length = telegram.length;
      }
      const bytes = mutator.bytes.subarray(0, mutator.length);
      this.#remember(bytes);
      const cut = dice.roll(bytes.length + 1);
      push(bytes.subarray(0, cut));
      push(bytes.subarray(cut));
    }
  }

  /** What came of it, once the transport was told that the stream is over. */
  outcome(): FuzzOutcome {
    if (this.#told !== this.#pushed)
      this.note(`${this.#pushed} bytes went in and ${this.#told} were told of`);
    const { given, values, givenSpoilt } = this;
    return {
      telegrams: this.#fed,
      bytes: this.#pushed,
      given,
      values,
      givenSpoilt,
      faults: this.#faults,
      wrong: this.#wrong,
    };
  }

  #remember(bytes: Uint8Array): void {
    const history = this.#history;
    if (this.#pushed + bytes.length - this.#historyStart > history.length) {
      history.copyWithin(0, history.length - historyBytes);
      this.#historyStart += history.length - historyBytes;
    }
    history.set(bytes, this.#pushed - this.#historyStart);
    this.#pushed += bytes.length;
  }
}
