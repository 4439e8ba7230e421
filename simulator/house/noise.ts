/**
 * Randomness as a function: the same seed, stream and index give the same number, whenever and however often
 * they are asked for. Streams keep the parts of the house apart, so that a change in one leaves the others as they were.
 */
export type Stream =
  | 'voltage'
  | 'frequency'
  | 'base'
  | 'slots'
  | 'fridge'
  | 'lights'
  | 'plan'
  | 'weather'
  | 'clouds'
  | 'heat'
  | 'battery'
  | 'meters'
  | 'storage';

const streamNumbers: Readonly<Record<Stream, number>> = Object.freeze({
  voltage: 1,
  frequency: 2,
  base: 3,
  slots: 4,
  fridge: 5,
  lights: 6,
  plan: 7,
  weather: 8,
  clouds: 9,
  heat: 10,
  battery: 11,
  meters: 12,
  storage: 13,
});

/** A 32-bit finaliser of good avalanche (Hash Prospector's lowbias32, public domain). */
function mix(bits: number): number {
  let hash = bits ^ (bits >>> 16);
  hash = Math.imul(hash, 0x7feb352d);
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 0x846ca68b);
  return hash ^ (hash >>> 16);
}

/** Numbers that one stream may draw at one index. */
const lanes = 64;

export class Noise {
  /** By stream and lane. */
  readonly #keys: Int32Array;

  constructor(seed: number) {
    const mixed = mix(seed | 0);
    this.#keys = new Int32Array((Object.keys(streamNumbers).length + 1) * lanes).map((_, index) =>
      mix(mixed ^ Math.imul(index, 0x9e3779b9)),
    );
  }

  /** 0 <= number < 1 of this index; `lane` tells apart several numbers of one stream. */
  unit(stream: Stream, index: number, lane = 0): number {
    const key = this.#keys[streamNumbers[stream] * lanes + lane] as number;
    return (mix(key ^ (index | 0) ^ Math.imul((index / 4294967296) | 0, 0x85ebca6b)) >>> 0) / 4294967296;
  }

  /** -1 <= number < 1 of this index. */
  signed(stream: Stream, index: number, lane = 0): number {
    return this.unit(stream, index, lane) * 2 - 1;
  }

  /** 0 <= number < 1 that changes gently, with a new direction each `periodMs`. */
  smooth(stream: Stream, atMs: number, periodMs: number, lane = 0): number {
    const position = atMs / periodMs;
    const index = Math.floor(position);
    const part = position - index;
    const from = this.unit(stream, index, lane);
    const to = this.unit(stream, index + 1, lane);
    return from + (to - from) * part * part * (3 - 2 * part);
  }
}
