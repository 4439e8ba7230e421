/** Whole numbers from a seed, the same on every engine (xorshift32). */
export class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = (seed | 0) === 0 ? 0x9e37_79b9 : seed | 0;
  }

  /** 0 to `sides` - 1. */
  roll(sides: number): number {
    let state = this.#state;
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    this.#state = state;
    return (state >>> 0) % sides;
  }
}

/** Bytes that mean something to one of the formats: escapes, ends, type-length fields at their limits, marks of text. */
const marks = [
  0x1b, 0x01, 0x1a, 0x00, 0xff, 0x7f, 0x8f, 0xf1, 0x76, 0x77, 0x72, 0x52, 0x59, 0x69, 0x83, 0x02, 0x03, 0x04,
  0x2f, 0xaf, 0x21, 0x28, 0x29, 0x2a, 0x0d, 0x0a, 0x30, 0x39, 0x2e,
] as const;

const room = 8192;

/** Spoils telegrams by chance, in one buffer: nothing is allocated, so millions of them are cheap. */
export class Mutator {
  readonly bytes = new Uint8Array(room);
  length = 0;
  /** Whether the last telegram still has the length that it had. */
  isSameLength = true;
  readonly #dice: Dice;

  constructor(dice: Dice) {
    this.#dice = dice;
  }

  /** One telegram with one to four things done to it; `other` gives what is spliced in. */
  mutate(telegram: Uint8Array, other: Uint8Array): void {
    this.bytes.set(telegram);
    this.length = telegram.length;
    for (let left = 1 + this.#dice.roll(4); left > 0 && this.length > 0; left--) this.#once(other);
    this.isSameLength = this.length === telegram.length;
  }

  #once(other: Uint8Array): void {
    const dice = this.#dice;
    const { bytes, length } = this;
    const at = dice.roll(length);
    switch (dice.roll(10)) {
      case 0:
      case 1:
      case 2:
        bytes[at] = (bytes[at] as number) ^ (1 << dice.roll(8));
        return;
      case 3:
      case 4:
        bytes[at] = marks[dice.roll(marks.length)] as number;
        return;
      case 5:
        bytes[at] = dice.roll(256);
        return;
      case 6: {
        const count = Math.min(1 + dice.roll(20), length - at);
        bytes.copyWithin(at, at + count, length);
        this.length -= count;
        return;
      }
      case 7: {
        const count = Math.min(1 + dice.roll(8), room - length);
        bytes.copyWithin(at + count, at, length);
        const mark = marks[dice.roll(marks.length)] as number;
        for (let index = at; index < at + count; index++) bytes[index] = mark;
        this.length += count;
        return;
      }
      case 8:
        this.length = at;
        return;
      default: {
        const from = dice.roll(other.length);
        const count = Math.min(other.length - from, room - at, 1 + dice.roll(200));
        for (let index = 0; index < count; index++) bytes[at + index] = other[from + index] as number;
        this.length = Math.max(length, at + count);
      }
    }
  }
}
