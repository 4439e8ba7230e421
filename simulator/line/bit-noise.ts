/** A small seeded generator (mulberry32): 0 <= number < 1, the same row for the same seed. */
export function seededUnit(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/**
 * Flips bits at random, each with the same probability. Draws the distance to the next wrong bit instead of one
 * number a bit, so a clean line costs nothing.
 */
export class BitNoise {
  readonly #unit: () => number;
  #errorRate = 0;
  #bitsToNext = Number.POSITIVE_INFINITY;

  constructor(seed: number) {
    this.#unit = seededUnit(seed);
  }

  /** 0: clean; 1: each bit is wrong. */
  setErrorRate(errorRate: number): void {
    this.#errorRate = errorRate;
    this.#bitsToNext = this.#draw();
  }

  /** Flips bits in place and gives their number. */
  spoil(bytes: Uint8Array): number {
    const bits = bytes.length * 8;
    let flipped = 0;
    while (this.#bitsToNext < bits) {
      const bit = this.#bitsToNext;
      bytes[bit >> 3] = (bytes[bit >> 3] as number) ^ (1 << (bit & 7));
      flipped++;
      this.#bitsToNext += 1 + this.#draw();
    }
    this.#bitsToNext -= bits;
    return flipped;
  }

  /** Good bits before the next wrong one: geometric distribution. */
  #draw(): number {
    if (this.#errorRate <= 0) return Number.POSITIVE_INFINITY;
    if (this.#errorRate >= 1) return 0;
    return Math.floor(Math.log(1 - this.#unit()) / Math.log(1 - this.#errorRate));
  }
}
