import { toHex } from '../core/bytes.ts';
import { crc32 } from '../core/crc.ts';
import { limits } from '../core/limits.ts';
import { recordOverheadBytes } from '../core/wire/records.ts';
import type { FlashPort, Ports, RandomPort } from '../ports.ts';
import { CheckedFlash } from './flash-journal-chip.ts';
import { blockHeadBytes, EntryHead, entryHeadBytes, spanOf } from './flash-journal-format.ts';
import { isBlank, mount } from './flash-journal-mount.ts';
import { FlashRing, type FoundRing } from './flash-journal-ring.ts';
import type { Journal } from './journal.ts';

export interface FlashJournalOptions {
  readonly flash: FlashPort;
  readonly random: RandomPort;
  readonly log: Ports['log'];
}

/** One to write and one to keep. */
const fewestBlocks = 2;
const none: readonly number[] = Object.freeze([]);

/**
 * A journal in NOR flash that outlives restarts and power cuts: a record is read back from flash before it gets its
 * sequence, so none that was sent can be missing after a cut. What cannot be read any more goes out as an empty record:
 * the host counts it, and all others keep their sequences.
 */
export class FlashJournal implements Journal {
  readonly survivesRestart = true;
  readonly capacityBytes: number;
  epoch: string;
  readonly #flash: CheckedFlash;
  readonly #random: RandomPort;
  readonly #ring: FlashRing;
  readonly #recordBytes: number;
  /** Sequences from here on were given since the start. */
  readonly #begin: number;
  readonly #entry = new EntryHead();
  /** Where the reading of the last call ended: the entry there, if it is a record, has the sequence. */
  #block = 0;
  #offset = 0;
  #sequence = 0;
  #generation = 0;
  /** Records that could not be read. Those that are kept count as dropped as long as they are, and for good when they go. */
  #damaged: readonly number[] = none;

  /** Goes on with the journal that is in flash, or makes one. Throws an Error that says why where neither can be. */
  constructor({ flash, random, log }: FlashJournalOptions) {
    this.#flash = new CheckedFlash(flash);
    this.#random = random;
    const { blocks, blockBytes } = flash;
    this.capacityBytes = blocks * blockBytes;
    this.#recordBytes = Math.min(limits.journalRecordBytes, blockBytes - blockHeadBytes - entryHeadBytes);
    if (blocks < fewestBlocks)
      throw new Error(`it has ${blocks} blocks, of which ${fewestBlocks} are needed`);
    const found = mount(this.#flash);
    this.#ring = new FlashRing(this.#flash, found ?? newRing(random, blocks), block =>
      log('error', `block ${block} of the journal's flash failed; it is left out until the next start`),
    );
    const { state } = this.#ring.found;
    this.epoch = toHex(state.epoch);
    this.#begin = state.next;
    if (found === undefined) {
      const what = isBlank(this.#flash) ? 'is empty' : 'holds nothing that this firmware knows';
      if (!this.#ring.open()) throw new Error('no block of it can be erased and written');
      log('info', `the journal's flash ${what}: a new journal begins, epoch ${this.epoch}`);
    } else log('info', `${this.next - this.oldest} records in the journal's flash, epoch ${this.epoch}`);
  }

  get oldest(): number {
    const { oldest, base } = this.#ring.found.state;
    return oldest - base;
  }

  get next(): number {
    const { next, base } = this.#ring.found.state;
    return next - base;
  }

  get dropped(): number {
    const { dropped, oldest } = this.#ring.found.state;
    return dropped + this.damagedFrom(oldest).length;
  }

  get bytes(): number {
    return this.#ring.bytes;
  }

  get mostErases(): number {
    return this.#ring.found.mostErases;
  }

  get badBlocks(): number {
    return this.#ring.badBlocks;
  }

  append(record: Uint8Array): number {
    if (record.length > this.#recordBytes) {
      throw new RangeError(`record of ${record.length} bytes; at most ${this.#recordBytes} are allowed`);
    }
    const { state } = this.#ring.found;
    if (!this.#ring.put(record)) {
      state.dropped++;
      return 0;
    }
    return state.next++ - state.base;
  }

  read(from: number, maxBytes: number, maxCount: number): Uint8Array[] {
    const records: Uint8Array[] = [];
    const { base, oldest, next } = this.#ring.found.state;
    let left = maxBytes;
    for (let wanted = Math.max(from + base, oldest); wanted < next && records.length < maxCount; wanted++) {
      const length = this.seek(wanted);
      left -= (length ?? 0) + recordOverheadBytes;
      if (left < 0 && records.length > 0) break;
      records.push(this.record(wanted, length));
    }
    return records;
  }

  release(upTo: number): void {
    const { state } = this.#ring.found;
    const oldest = Math.min(upTo + state.base + 1, state.next);
    if (oldest <= state.oldest) return;
    this.leave(oldest);
    this.#ring.noteRelease();
  }

  renew(): void {
    const { state } = this.#ring.found;
    // What was there before the start was sent under the old epoch, and the host has it by its own word.
    this.leave(Math.max(state.oldest, this.#begin));
    state.base = state.oldest - 1;
    state.epoch = this.#random.bytes(8);
    this.epoch = toHex(state.epoch);
    this.#ring.open();
  }

  /** Goes to the entry of this sequence; gives its length, or undefined where the flash does not have it any more. */
  private seek(wanted: number): number | undefined {
    const ring = this.#ring;
    const entry = this.#entry;
    const block = ring.blockOf(wanted);
    const { generation } = ring.found;
    if (block !== this.#block || generation !== this.#generation || this.#sequence > wanted) {
      this.#generation = generation;
      this.#block = block;
      this.#offset = blockHeadBytes;
      this.#sequence = ring.first(block);
    }
    while (this.#offset + entryHeadBytes <= this.#flash.blockBytes) {
      if (!this.#flash.read(block, this.#offset, entry.bytes)) return undefined;
      const { kind } = entry;
      if (kind === 'blank' || kind === 'broken') return undefined;
      if (kind === 'record') {
        if (entry.sequence !== this.#sequence % 2 ** 32) return undefined;
        if (this.#sequence === wanted) return entry.length;
        this.#sequence++;
        this.#offset += spanOf(entry.length);
      } else this.#offset += entryHeadBytes;
    }
    return undefined;
  }

  /** The record whose entry was sought; an empty one where it does not read as it was written. */
  private record(sequence: number, length: number | undefined): Uint8Array {
    if (length !== undefined) {
      const record = new Uint8Array(length);
      // A disturbance on the way from the chip may be over the second time.
      for (let tries = 0; tries < 2; tries++) {
        const isRead = this.#flash.read(this.#block, this.#offset + entryHeadBytes, record);
        if (isRead && crc32(record) === this.#entry.crc) return record;
      }
    }
    if (!this.#damaged.includes(sequence)) this.#damaged = [...this.#damaged, sequence];
    return new Uint8Array(0);
  }

  /** Keeps nothing before this any more. */
  private leave(oldest: number): void {
    const { state } = this.#ring.found;
    const damaged = this.damagedFrom(state.oldest);
    state.oldest = oldest;
    this.#damaged = this.damagedFrom(oldest);
    state.dropped += damaged.length - this.#damaged.length;
  }

  /** Those before the oldest gave way to others, and are counted among these. */
  private damagedFrom(oldest: number): readonly number[] {
    return this.#damaged.filter(sequence => sequence >= oldest);
  }
}

function newRing(random: RandomPort, blocks: number): FoundRing {
  return {
    state: { epoch: random.bytes(8), base: 0, next: 1, oldest: 1, dropped: 0 },
    firsts: new Uint32Array(blocks).fill(1),
    tail: blocks - 1,
    head: blocks - 1,
    generation: 0,
    erases: 0,
    mostErases: 0,
    droppedBefore: 0,
    offset: 0,
    isClosed: true,
  };
}
