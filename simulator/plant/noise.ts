/** A 32-bit finaliser of good avalanche (Hash Prospector's lowbias32, public domain). */
function mix(bits: number): number {
  let hash = bits ^ (bits >>> 16);
  hash = Math.imul(hash, 0x7feb352d);
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 0x846ca68b);
  return hash ^ (hash >>> 16);
}

/** FNV-1a. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash;
}

/**
 * Randomness as a function: the same seed, stream and index give the same number, whenever and however often they are
 * asked for. A stream goes by a name, such as a circuit's id: a circuit more leaves the others as they were.
 */
export class Noise {
  readonly #key: number;

  constructor(seed: number, name = '') {
    this.#key = mix(mix(seed | 0) ^ hashOf(name));
  }

  /** Another stream, which has nothing to do with this one. */
  stream(name: string): Noise {
    return new Noise(this.#key, name);
  }

  /** 0 <= number < 1 of this index, a whole number; `lane` tells apart several numbers of one index. */
  unit(index: number, lane = 0): number {
    const far = Math.imul((index / 4294967296) | 0, 0x85ebca6b);
    return (mix(this.#key ^ (index | 0) ^ far ^ Math.imul(lane + 1, 0x9e3779b9)) >>> 0) / 4294967296;
  }

  /** -1 <= number < 1 of this index. */
  signed(index: number, lane = 0): number {
    return this.unit(index, lane) * 2 - 1;
  }
}

/** 0 <= number < 1 that changes gently, with a new direction each `periodS`. Remembers where it was, so that it is cheap to follow. */
export class Drift {
  readonly #noise: Noise;
  readonly #periodS: number;
  readonly #lane: number;
  #index = Number.NaN;
  #from = 0;
  #rise = 0;

  constructor(noise: Noise, periodS: number, lane = 0) {
    this.#noise = noise;
    this.#periodS = periodS;
    this.#lane = lane;
  }

  at(second: number): number {
    const position = second / this.#periodS;
    const index = Math.floor(position);
    if (index !== this.#index) {
      this.#index = index;
      this.#from = this.#noise.unit(index, this.#lane);
      this.#rise = this.#noise.unit(index + 1, this.#lane) - this.#from;
    }
    const part = position - index;
    return this.#from + this.#rise * part * part * (3 - 2 * part);
  }
}
