import type { FlashPort } from '#ports';

export type NorStep =
  | { readonly do: 'write'; readonly offset: number; readonly bytes: Uint8Array }
  | { readonly do: 'erase'; readonly block: number };

export interface NorOptions {
  readonly blocks: number;
  readonly blockBytes?: number;
  /** Content; default: erased. */
  readonly bytes?: Uint8Array;
  /** Bits that read as they like, by power cuts that came while they changed. */
  readonly weak?: Uint8Array;
  /** 0 <= number < 1: how weak bits read, and what a cut leaves. */
  readonly chance?: () => number;
}

/** An ESP32 reads its flash at about this speed, and each call takes that long. */
const readBytesPerUs = 10;
const readCallUs = 20;

/** A chip programs a page at once. */
const pageBytes = 256;

/**
 * A NOR flash chip in memory: bits fall where they are written and rise by erasing their block. It can be cut off in
 * the middle of a step, which leaves bits half way, and it can fail. Runs on XS too.
 */
export class NorFlash implements FlashPort {
  readonly blocks: number;
  readonly blockBytes: number;
  readonly bytes: Uint8Array;
  /** Erases of each block. */
  readonly erases: Uint32Array;
  readonly counts = { reads: 0, bytesRead: 0, writes: 0, bytesWritten: 0 };
  /** Told of each step before it is done. */
  before: (step: NorStep) => void = () => {};
  /** Makes a step fail: `refused` throws, `ignored` does nothing and says nothing, `spoilt` leaves a bit as it was. */
  fault: (step: NorStep) => 'refused' | 'ignored' | 'spoilt' | undefined = () => undefined;
  #weak: Uint8Array | undefined;
  readonly #chance: () => number;

  constructor({ blocks, blockBytes = 4096, bytes, weak, chance = () => 0.5 }: NorOptions) {
    this.blocks = blocks;
    this.blockBytes = blockBytes;
    this.bytes = bytes ?? new Uint8Array(blocks * blockBytes).fill(0xff);
    this.erases = new Uint32Array(blocks);
    this.#weak = weak;
    this.#chance = chance;
  }

  read(offset: number, into: Uint8Array): void {
    this.#check(offset, into.length);
    this.counts.reads++;
    this.counts.bytesRead += into.length;
    into.set(this.bytes.subarray(offset, offset + into.length));
    const weak = this.#weak;
    if (weak === undefined) return;
    for (let index = 0; index < into.length; index++) {
      const mask = weak[offset + index] as number;
      if (mask !== 0) into[index] = ((into[index] as number) & ~mask) | (this.#bits() & mask);
    }
  }

  write(offset: number, bytes: Uint8Array): void {
    this.#check(offset, bytes.length);
    const step: NorStep = { do: 'write', offset, bytes };
    this.before(step);
    const fault = this.fault(step);
    if (fault === 'refused') throw new Error('flash: write failed');
    this.counts.writes++;
    this.counts.bytesWritten += bytes.length;
    if (fault === 'ignored') return;
    for (let index = 0; index < bytes.length; index++) this.program(offset + index, bytes[index] as number);
    if (fault === 'spoilt') this.bytes[offset + (bytes.length >> 1)]! ^= 1;
  }

  erase(block: number): void {
    if (!Number.isInteger(block) || block < 0 || block >= this.blocks)
      throw new Error(`flash: no block ${block}; 0 to ${this.blocks - 1} are there`);
    const step: NorStep = { do: 'erase', block };
    this.before(step);
    const fault = this.fault(step);
    if (fault === 'refused') throw new Error('flash: erase failed');
    this.erases[block]!++;
    if (fault === 'ignored') return;
    const start = block * this.blockBytes;
    this.bytes.fill(0xff, start, start + this.blockBytes);
    this.#weak?.fill(0, start, start + this.blockBytes);
    if (fault === 'spoilt') this.bytes[start + (this.blockBytes >> 1)]! ^= 1;
  }

  /** What reading cost so far by an ESP32's measure. */
  get readMs(): number {
    const { reads, bytesRead } = this.counts;
    return (reads * readCallUs + bytesRead / readBytesPerUs) / 1000;
  }

  /** The chip after the power came back. */
  copy(chance = this.#chance): NorFlash {
    const { blocks, blockBytes, bytes } = this;
    const weak = this.#weak;
    return new NorFlash({
      blocks,
      blockBytes,
      bytes: bytes.slice(),
      chance,
      ...(weak === undefined ? {} : { weak: weak.slice() }),
    });
  }

  /**
   * The chip as a cut leaves it that comes when `doneBytes` of a write are done. Of the page in work each bit that was
   * to fall has fallen, stands or is `weak`; `share` of them are no longer as they were.
   */
  tornWrite(
    { offset, bytes }: { readonly offset: number; readonly bytes: Uint8Array },
    doneBytes: number,
    share: number,
    chance = this.#chance,
  ): NorFlash {
    const torn = this.copy(chance);
    const weak = torn.#weaken();
    const untilPage = pageBytes - ((offset + doneBytes) % pageBytes);
    for (let index = 0; index < Math.min(bytes.length, doneBytes + untilPage); index++) {
      const at = offset + index;
      const byte = bytes[index] as number;
      if (index < doneBytes) {
        torn.program(at, byte);
        continue;
      }
      const falling = (torn.bytes[at] as number) & ~byte;
      const fallen = falling & torn.#bits(share);
      torn.bytes[at]! &= ~fallen;
      // Half of those that moved only seem to.
      weak[at]! |= fallen & torn.#bits();
    }
    return torn;
  }

  /**
   * The chip as a cut leaves it in the middle of an erase: of the bits that were to rise, `share` have moved, half of
   * them for good; the first `doneBytes` are erased.
   */
  tornErase(block: number, doneBytes: number, share: number, chance = this.#chance): NorFlash {
    const torn = this.copy(chance);
    const weak = torn.#weaken();
    const start = block * this.blockBytes;
    torn.bytes.fill(0xff, start, start + doneBytes);
    weak.fill(0, start, start + doneBytes);
    for (let at = start + doneBytes; at < start + this.blockBytes; at++) {
      const risen = ~(torn.bytes[at] as number) & torn.#bits(share) & 0xff;
      torn.bytes[at]! |= risen;
      weak[at]! |= risen & torn.#bits();
    }
    return torn;
  }

  #weaken(): Uint8Array {
    this.#weak ??= new Uint8Array(this.bytes.length);
    return this.#weak;
  }

  private program(at: number, byte: number): void {
    this.bytes[at]! &= byte;
    // A bit that is written to 0 stands firm.
    if (this.#weak !== undefined) this.#weak[at]! &= byte;
  }

  /** Eight bits, each set with this probability. */
  #bits(share = 0.5): number {
    let bits = 0;
    for (let bit = 1; bit < 256; bit <<= 1) if (this.#chance() < share) bits |= bit;
    return bits;
  }

  #check(offset: number, length: number): void {
    const end = this.blocks * this.blockBytes;
    if (!Number.isInteger(offset) || offset < 0 || offset + length > end)
      throw new Error(`flash: bytes ${offset} to ${offset + length}; up to ${end} are there`);
  }
}
