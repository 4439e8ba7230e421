import { crc16X25, crc32 } from '../core/crc.ts';

/*
 * What lies in the journal's flash, all numbers low byte first. A block is its head and then entries, each at a
 * multiple of 4 bytes. Nothing is ever written twice but to make it firm, or zero over what is to be ignored.
 */

/**
 * | 0 magic `JGJ1` | 4 epoch | 12 generation | 16 erases | 20 first | 28 oldest | 36 base | 44 dropped | 48 CRC-32 |
 * `first`, `oldest` and `base` take 8 bytes, `epoch` too, the others 4.
 */
export const blockHeadBytes = 52;

/** | 0 kind (4 bits), length (12 bits) | 2 sequence | 6 CRC-32 of the bytes that follow | 10 CRC-16 of this head | */
export const entryHeadBytes = 12;

/** What an entry takes, with its head. */
export const spanOf = (length: number): number => entryHeadBytes + ((length + 3) & ~3);

const magic = 0x314a_474a;
const blank = 0xffff_ffff;
const recordKind = 0xa;
const releaseKind = 0x5;

/** What a journal is beyond its records. Sequences in flash never begin anew; those of an epoch follow its base. */
export interface FlashState {
  /** 8 bytes. */
  epoch: Uint8Array;
  base: number;
  next: number;
  oldest: number;
  dropped: number;
}

/** The head of a block as it was read or is to be written; one is used for all. */
export class BlockHead {
  readonly bytes = new Uint8Array(blockHeadBytes);
  readonly #view = new DataView(this.bytes.buffer);

  get isBlank(): boolean {
    return this.#view.getUint32(0, true) === blank;
  }

  get isSound(): boolean {
    return (
      this.#view.getUint32(0, true) === magic && this.#view.getUint32(48, true) === crc32(this.bytes, 0, 48)
    );
  }

  /** Grows by one with each block that is opened. */
  get generation(): number {
    return this.#view.getUint32(12, true);
  }

  /** Of this block, in its life. */
  get erases(): number {
    return this.#view.getUint32(16, true);
  }

  /** The sequence of its first record. */
  get first(): number {
    return this.number(20);
  }

  /** The journal as it was when the block was opened. */
  state(): FlashState {
    return {
      epoch: this.bytes.slice(4, 12),
      base: this.number(36),
      next: this.first,
      oldest: this.number(28),
      dropped: this.#view.getUint32(44, true),
    };
  }

  set(state: FlashState, generation: number, erases: number): void {
    const view = this.#view;
    view.setUint32(0, magic, true);
    this.bytes.set(state.epoch, 4);
    view.setUint32(12, generation, true);
    view.setUint32(16, erases, true);
    this.setNumber(20, state.next);
    this.setNumber(28, state.oldest);
    this.setNumber(36, state.base);
    view.setUint32(44, state.dropped, true);
    view.setUint32(48, crc32(this.bytes, 0, 48), true);
  }

  private number(at: number): number {
    return this.#view.getUint32(at, true) + this.#view.getUint32(at + 4, true) * 2 ** 32;
  }

  private setNumber(at: number, value: number): void {
    this.#view.setUint32(at, value % 2 ** 32, true);
    this.#view.setUint32(at + 4, Math.floor(value / 2 ** 32), true);
  }
}

/** More dropped records than that are told by the head of a block alone. */
export const mostDroppedOfRelease = 0xfff;

/**
 * `release` says by its sequence that the host has all up to there, and by its length how many records were dropped since
 * its block was opened (0 where firmware before this wrote it, which passes it over, too); `struck` is to be passed over; `broken` is none of
 * these: torn by a power cut.
 */
export type EntryKind = 'record' | 'release' | 'struck' | 'blank' | 'broken';

/** The head of an entry as it was read or is to be written; one is used for all. */
export class EntryHead {
  readonly bytes = new Uint8Array(entryHeadBytes);
  readonly #view = new DataView(this.bytes.buffer);

  get kind(): EntryKind {
    const view = this.#view;
    const start = view.getUint32(0, true);
    if (start === blank || start === 0) {
      const isEven = view.getUint32(4, true) === start && view.getUint32(8, true) === start;
      if (isEven) return start === 0 ? 'struck' : 'blank';
    }
    if (view.getUint16(10, true) !== crc16X25(this.bytes, 0, 10)) return 'broken';
    const kind = this.bytes[1]! >> 4;
    if (kind === recordKind) return 'record';
    return kind === releaseKind && this.crc === ~this.sequence >>> 0 ? 'release' : 'broken';
  }

  /** Bytes of the record, without head and filling. */
  get length(): number {
    return this.#view.getUint16(0, true) & 0xfff;
  }

  /** The low 32 bits. */
  get sequence(): number {
    return this.#view.getUint32(2, true);
  }

  get crc(): number {
    return this.#view.getUint32(6, true);
  }

  setRecord(sequence: number, record: Uint8Array): void {
    this.set(recordKind, sequence, record.length, crc32(record));
  }

  /** Of a release. */
  get dropped(): number {
    return this.length;
  }

  setRelease(upTo: number, dropped: number): void {
    this.set(releaseKind, upTo, dropped, ~upTo);
  }

  private set(kind: number, sequence: number, length: number, crc: number): void {
    const view = this.#view;
    view.setUint16(0, (kind << 12) | length, true);
    // Both setters take a number modulo 2^32.
    view.setUint32(2, sequence, true);
    view.setUint32(6, crc, true);
    view.setUint16(10, crc16X25(this.bytes, 0, 10), true);
  }
}
