import type { CheckedFlash } from './flash-journal-chip.ts';
import {
  BlockHead,
  blockHeadBytes,
  EntryHead,
  entryHeadBytes,
  type FlashState,
  mostDroppedOfRelease,
  spanOf,
} from './flash-journal-format.ts';

/** Blocks or places that are tried for one record: a chip that fails as a whole must not cost all that it holds. */
export const mostTries = 3;

const nothing = new Uint8Array(0);
/** Over what is to be ignored: bits fall wherever they stand. */
const struckBlock = new Uint8Array(4);
export const struckEntry = new Uint8Array(entryHeadBytes);

/** What `mount` finds in flash, and where the ring goes on. */
export interface FoundRing {
  readonly state: FlashState;
  /** Low 32 bits of the first sequence of each block from `tail` to `head`; of one that holds none, of the next. */
  readonly firsts: Uint32Array;
  /** Where the oldest record is, and where is written. */
  tail: number;
  head: number;
  generation: number;
  /** Erases of the block at `head`, and the most of all blocks. */
  erases: number;
  mostErases: number;
  /** Dropped, as the head of the block at `head` tells it. */
  droppedBefore: number;
  /** Where the next entry goes, in the block at `head`. */
  offset: number;
  /** Nothing more is written to the block at `head`. */
  isClosed: boolean;
}

/**
 * The blocks of the journal as a ring that is written round and round, so each is erased as often as the others.
 * A block that cannot be erased or written is left out until the next start, which tries it again.
 */
export class FlashRing {
  /** Blocks left out since the start. */
  badBlocks = 0;
  readonly found: FoundRing;
  readonly #flash: CheckedFlash;
  readonly #log: (block: number) => void;
  readonly #isBad: Uint8Array;
  readonly #blockHead = new BlockHead();
  readonly #entryHead = new EntryHead();
  /** A power cut may have left bits at `offset` that only seem to stand. */
  #isDoubtful = true;

  constructor(flash: CheckedFlash, found: FoundRing, log: (block: number) => void) {
    this.found = found;
    this.#flash = flash;
    this.#log = log;
    this.#isBad = new Uint8Array(flash.blocks);
    this.leaveReleased();
  }

  /** The sequence that a block from tail to head begins with. */
  first(block: number): number {
    const { next } = this.found.state;
    return next - ((next - this.found.firsts[block]!) >>> 0);
  }

  /** Sequences before this are not in the block. */
  end(block: number): number {
    return block === this.found.head ? this.found.state.next : this.first((block + 1) % this.#flash.blocks);
  }

  /** The block that has this sequence, which is not released and not to come. */
  blockOf(sequence: number): number {
    const { tail, head } = this.found;
    const { blocks } = this.#flash;
    let low = 0;
    let high = (head - tail + blocks) % blocks;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.first((tail + middle) % blocks) <= sequence) low = middle;
      else high = middle - 1;
    }
    return (tail + low) % blocks;
  }

  /** Bytes from the beginning of the oldest block in use to where is written. */
  get bytes(): number {
    const { state, head, tail, offset } = this.found;
    const { blocks, blockBytes } = this.#flash;
    return state.oldest === state.next ? 0 : ((head - tail + blocks) % blocks) * blockBytes + offset;
  }

  /** Writes the record of `state.next`; false where no block takes it. */
  put(record: Uint8Array): boolean {
    for (let tries = 0; tries < mostTries; tries++) {
      if (!this.hasRoom(spanOf(record.length)) && !this.open()) return false;
      this.#entryHead.setRecord(this.found.state.next, record);
      if (this.write(record)) return true;
    }
    return false;
  }

  /**
   * Notes in flash what `state.oldest` and `state.dropped` say. Where the block is full the next one tells it by its head; where that
   * still holds what the host has not, nobody does: then a restart brings a few records once more.
   */
  noteRelease(): void {
    const { state, droppedBefore } = this.found;
    this.leaveReleased();
    const dropped = state.dropped - droppedBefore;
    if (this.hasRoom(spanOf(0)) && dropped <= mostDroppedOfRelease) {
      this.#entryHead.setRelease(state.oldest - 1, dropped);
      this.write(nothing);
    } else if (!this.isInUse(this.candidate())) this.open();
  }

  /**
   * Goes on in the next block that can be erased and written; what it held is dropped. False where there is none
   * among the first few.
   */
  open(): boolean {
    const { found } = this;
    found.isClosed = true;
    for (let tries = 0; tries < mostTries; tries++) {
      const block = this.candidate();
      if (block === undefined) return false;
      this.vacate(block);
      if (this.prepare(block)) {
        found.head = block;
        found.offset = blockHeadBytes;
        found.isClosed = false;
        this.#isDoubtful = false;
        this.leaveReleased();
        return true;
      }
      this.leaveOut(block);
    }
    return false;
  }

  /** Blocks of which the host has all are free. */
  private leaveReleased(): void {
    const { found } = this;
    const { oldest } = found.state;
    while (found.tail !== found.head) {
      const next = (found.tail + 1) % this.#flash.blocks;
      if (this.first(next) > oldest) return;
      found.tail = next;
    }
  }

  private hasRoom(span: number): boolean {
    const { isClosed, offset } = this.found;
    const needed = this.#isDoubtful ? struckEntry.length + span : span;
    return !isClosed && offset + needed <= this.#flash.blockBytes;
  }

  /** The entry of `#entryHead`. Its head stands before the rest begins, so a power cut never hides how long it is. */
  private write(bytes: Uint8Array): boolean {
    const { found } = this;
    const { head, offset } = found;
    if (this.#isDoubtful) {
      if (!this.#flash.write(head, offset, struckEntry)) return this.close();
      found.offset += struckEntry.length;
      this.#isDoubtful = false;
    }
    const entry = this.#entryHead.bytes;
    const isWritten =
      this.#flash.write(head, found.offset, entry) &&
      this.#flash.write(head, found.offset + entry.length, bytes);
    if (!isWritten) return this.close();
    found.offset += spanOf(bytes.length);
    return true;
  }

  /** The block did not take what was written: it is read, but written no more. */
  private close(): false {
    this.found.isClosed = true;
    this.leaveOut(this.found.head);
    return false;
  }

  private leaveOut(block: number): void {
    this.#isBad[block] = 1;
    this.badBlocks++;
    this.#log(block);
  }

  /** The next block that may be opened. */
  private candidate(): number | undefined {
    const { blocks } = this.#flash;
    for (let distance = 1; distance <= blocks; distance++) {
      const block = (this.found.head + distance) % blocks;
      if (this.#isBad[block] === 0) return block;
    }
    return undefined;
  }

  private isInUse(block: number | undefined): boolean {
    const { tail, head } = this.found;
    const { blocks } = this.#flash;
    return block !== undefined && (block - tail + blocks) % blocks <= (head - tail + blocks) % blocks;
  }

  /** Gives up what the blocks from behind the head to this one hold: those on the way stay empty. */
  private vacate(block: number): void {
    const { found } = this;
    const { state, head } = found;
    const { blocks } = this.#flash;
    let passed = head;
    let oldest = state.oldest;
    do {
      passed = (passed + 1) % blocks;
      if (passed === found.tail) {
        oldest = this.end(passed);
        found.tail = (passed + 1) % blocks;
      }
      found.firsts[passed] = state.next;
    } while (passed !== block);
    // The ring has no other block than the one it was written to.
    if (block === head) found.tail = block;
    if (oldest > state.oldest) {
      state.dropped += oldest - state.oldest;
      state.oldest = oldest;
    }
  }

  private prepare(block: number): boolean {
    const flash = this.#flash;
    const blockHead = this.#blockHead;
    const { found } = this;
    const { bytes } = blockHead;
    if (!flash.read(block, 0, bytes)) return false;
    // A block whose head is not there was erased as often as the one before it, but for this time.
    let erases = Math.max(found.erases - 1, 0);
    if (blockHead.isSound) {
      erases = blockHead.erases;
      // Ends the block's life before it is erased: a cut while it is must not leave it half alive.
      if (!flash.write(block, 0, struckBlock)) return false;
    }
    if (!flash.erase(block)) return false;
    blockHead.set(found.state, found.generation + 1, erases + 1);
    if (!flash.write(block, 0, bytes)) return false;
    found.generation++;
    found.erases = erases + 1;
    found.droppedBefore = found.state.dropped;
    found.mostErases = Math.max(found.mostErases, erases + 1);
    return true;
  }
}
