import { seededUnit } from '../line/bit-noise.ts';

/** What is wrong with an infrared head; may be changed while it sends. Shares are of telegrams, 0 to 1. */
export interface SmlFaults {
  /** One byte arrives wrong. */
  readonly corruptShare: number;
  /** The telegram stops in its middle. */
  readonly cutShare: number;
  /** Some bytes in a row are missing, as with a weak LED. */
  readonly lostShare: number;
  /** The telegram comes twice; its second half is missing and the next one follows at once. */
  readonly doubledShare: number;
  readonly joinedShare: number;
  /** The head hangs beside the meter: nothing comes. */
  readonly isSilent: boolean;
}

export const noSmlFaults: SmlFaults = Object.freeze({
  corruptShare: 0,
  cutShare: 0,
  lostShare: 0,
  doubledShare: 0,
  joinedShare: 0,
  isSilent: false,
});

/** Spoils telegrams as its faults say, the same way for the same seed. */
export class SmlSpoiler {
  faults = noSmlFaults;
  readonly counts = { sent: 0, corrupted: 0, cut: 0, lost: 0, doubled: 0, joined: 0, silent: 0 };
  readonly #unit: () => number;

  constructor(seed: number) {
    this.#unit = seededUnit(seed);
  }

  /** What of a telegram goes out; nothing while silent. */
  spoil(telegram: Uint8Array): Uint8Array {
    const { faults, counts } = this;
    if (faults.isSilent) {
      counts.silent++;
      return new Uint8Array(0);
    }
    counts.sent++;
    const place = Math.floor(this.#unit() * telegram.length);
    if (this.#unit() < faults.corruptShare) {
      counts.corrupted++;
      return telegram.map((byte, index) =>
        index === place ? byte ^ (1 + Math.floor(this.#unit() * 255)) : byte,
      );
    }
    if (this.#unit() < faults.cutShare) {
      counts.cut++;
      return telegram.slice(0, place);
    }
    if (this.#unit() < faults.lostShare) {
      counts.lost++;
      const after = place + 1 + Math.floor(this.#unit() * 20);
      return Uint8Array.from([...telegram.slice(0, place), ...telegram.slice(after)]);
    }
    // Who wants neither draws no number for them.
    if (faults.doubledShare > 0 && this.#unit() < faults.doubledShare) {
      counts.doubled++;
      return Uint8Array.from([...telegram, ...telegram]);
    }
    if (faults.joinedShare > 0 && this.#unit() < faults.joinedShare) {
      counts.joined++;
      return Uint8Array.from([...telegram.slice(0, telegram.length >> 1), ...telegram]);
    }
    return telegram;
  }
}
