import { crc32 } from '../core/crc.ts';
import type { CheckedFlash } from './flash-journal-chip.ts';
import {
  BlockHead,
  blockHeadBytes,
  EntryHead,
  entryHeadBytes,
  type FlashState,
  spanOf,
} from './flash-journal-format.ts';
import { type FoundRing, mostTries, struckEntry } from './flash-journal-ring.ts';

/** The end of what was written to a block. */
interface Tail {
  /** Records before it. */
  records: number;
  /** Low 32 bits of the last release noted in the block. */
  released: number | undefined;
  /** What it tells as dropped. */
  dropped: number;
  /** Of the last entry, where there is one; and behind it. */
  lastOffset: number | undefined;
  offset: number;
  /** A head that was cut short is at `offset`. */
  isTorn: boolean;
  isClosed: boolean;
}

/** One torn head in 65,536 passes its checksum by chance, with bits in it that read as they like. */
const steadyReads = 8;
/** Read at once where a block is searched for bits that fell. */
const pieceBytes = 128;
const noRecord = new Uint8Array(0);

/**
 * What is in flash after a start; undefined where there is no journal. Reads the heads of all blocks and the entries of
 * the newest block. What a power cut may have left half written is made firm or ignored for good before anybody learns
 * of it: a cell that was cut short may read as 1 today and as 0 tomorrow.
 * @throws Error where the flash cannot be read: what is not seen now may be known to the host.
 */
export function mount(flash: CheckedFlash): FoundRing | undefined {
  const { blocks } = flash;
  const blockHead = new BlockHead();
  const generations = new Uint32Array(blocks);
  const firsts = new Uint32Array(blocks);
  // Read once: a head that was cut short may read otherwise the second time.
  const newest = new BlockHead();
  let head = -1;
  let mostErases = 0;
  for (let block = 0; block < blocks; block++) {
    readOrThrow(flash, block, 0, blockHead.bytes);
    if (!blockHead.isSound) continue;
    generations[block] = blockHead.generation;
    firsts[block] = blockHead.first;
    mostErases = Math.max(mostErases, blockHead.erases);
    if (head >= 0 && generations[block]! < generations[head]!) continue;
    head = block;
    newest.bytes.set(blockHead.bytes);
  }
  if (head < 0) return undefined;
  const { generation, erases } = newest;
  const state = newest.state();
  const droppedBefore = state.dropped;
  const { tail, isInUse } = ringBehind(head, generations, firsts);

  const end = readTail(flash, head, state);
  state.next += end.records;
  state.dropped += end.dropped;
  if (end.lastOffset === undefined) firm(flash, end, head, 0, newest.bytes);
  if (end.released !== undefined) state.oldest = Math.max(state.oldest, full(end.released, state.next) + 1);
  endGhosts(flash, head, isInUse, state, end);
  const oldestThere = full(firsts[tail]!, state.next);
  // A block was being reused, and what it held is told by no head yet: that of the next block shall tell it.
  if (oldestThere > state.oldest) {
    end.isClosed = true;
    state.dropped += oldestThere - state.oldest;
    state.oldest = oldestThere;
  }
  const { offset, isClosed } = end;
  return { state, firsts, tail, head, generation, erases, mostErases, droppedBefore, offset, isClosed };
}

/** Whether nothing was ever written to the beginning of any block. */
export function isBlank(flash: CheckedFlash): boolean {
  const head = new BlockHead();
  for (let block = 0; block < flash.blocks; block++) {
    readOrThrow(flash, block, 0, head.bytes);
    if (!head.isBlank) return false;
  }
  return true;
}

const full = (low: number, next: number): number => next - ((next - low) >>> 0);

function readOrThrow(flash: CheckedFlash, block: number, offset: number, into: Uint8Array): void {
  if (!flash.read(block, offset, into)) throw new Error(`block ${block} of ${flash.blocks} cannot be read`);
}

/**
 * The blocks before the head that are of its journal. A block that failed may still hold what it had a round before:
 * its generation is older than its place allows.
 */
function ringBehind(
  head: number,
  generations: Uint32Array,
  firsts: Uint32Array,
): { tail: number; isInUse: Uint8Array } {
  const blocks = generations.length;
  const isInUse = new Uint8Array(blocks);
  const newest = generations[head]!;
  let tail = head;
  let generation = newest + 1;
  for (let distance = 0; distance < blocks; distance++) {
    const block = (head - distance + blocks) % blocks;
    const own = generations[block]!;
    if (own > 0 && own < generation && newest - own <= distance) {
      isInUse[block] = 1;
      tail = block;
      generation = own;
    } else firsts[block] = firsts[(block + 1) % blocks]!;
  }
  return { tail, isInUse };
}

/**
 * The blocks that may have been opened when the power was cut: a head that is torn and not to be read now must not be
 * read the next time, when its sequences are another block's. And one that was written to, and has lost its head by
 * something worse than a cut, tells which sequences the host may have.
 */
function endGhosts(
  flash: CheckedFlash,
  head: number,
  isInUse: Uint8Array,
  state: FlashState,
  end: Tail,
): void {
  const entry = new EntryHead();
  for (let distance = 1; distance <= mostTries; distance++) {
    const block = (head + distance) % flash.blocks;
    if (isInUse[block] === 1) continue;
    readOrThrow(flash, block, blockHeadBytes, entry.bytes);
    const ahead = (entry.sequence - state.next) >>> 0;
    const most = mostRecords(flash, blockHeadBytes);
    if (entry.kind === 'record' && ahead < most && wholeRecord(flash, block, blockHeadBytes, entry)) {
      state.next += ahead + most;
      end.isClosed = true;
    }
    flash.write(block, 0, new Uint8Array(4));
  }
}

/** More records than that do not fit between here and the block's end. */
const mostRecords = (flash: CheckedFlash, offset: number): number =>
  Math.ceil((flash.blockBytes - offset) / spanOf(1));

/** Reads a block's entries to their end, and makes the last of them firm. */
function readTail(flash: CheckedFlash, block: number, { next }: FlashState): Tail {
  let entry = new EntryHead();
  let last = new EntryHead();
  const tail: Tail = {
    records: 0,
    released: undefined,
    dropped: 0,
    lastOffset: undefined,
    offset: blockHeadBytes,
    isTorn: false,
    isClosed: false,
  };
  while (tail.offset + entryHeadBytes <= flash.blockBytes) {
    readOrThrow(flash, block, tail.offset, entry.bytes);
    const { kind } = entry;
    if (kind === 'blank') break;
    const isRecord = kind === 'record';
    const span = isRecord ? spanOf(entry.length) : entryHeadBytes;
    const isAwaited = !isRecord || entry.sequence === (next + tail.records) % 2 ** 32;
    if (kind === 'broken' || !isAwaited || tail.offset + span > flash.blockBytes) {
      tail.isTorn = true;
      break;
    }
    if (kind === 'release') {
      tail.released = entry.sequence;
      tail.dropped = entry.dropped;
    }
    if (isRecord) tail.records++;
    tail.lastOffset = tail.offset;
    // Read once: an entry that was cut short may read otherwise the second time.
    [entry, last] = [last, entry];
    tail.offset += span;
  }
  if (tail.lastOffset !== undefined) settleLast(flash, block, last, tail, tail.lastOffset);
  if (!tail.isTorn && !tail.isClosed) return tail;
  if (!isBlankFrom(flash, block, tail.offset + entryHeadBytes)) {
    // A power cut leaves nothing behind the entry that it tears. Where something is, records were lost that the host may
    // have, and none of their sequences is given again.
    tail.isClosed = true;
    tail.records += mostRecords(flash, tail.offset);
  } else if (tail.isTorn) {
    // Nobody has heard of it. Another start might read it otherwise, as a release of what this one drops.
    firm(flash, tail, block, tail.offset, struckEntry);
    tail.offset += entryHeadBytes;
  }
  return tail;
}

/**
 * The last entry was whole if all of it is there. It is then written once more: the cut may have been just at its end.
 * If not, its record is lost and its sequence is not given again: a cut in the midst of it and a bit that fell since look
 * the same, and in the second case the host may have it. That it is lost stays so, too: its head is made firm, and what is
 * behind it is struck. Else another start might read the one or the other otherwise, when the host has heard that it was dropped.
 */
function settleLast(flash: CheckedFlash, block: number, last: EntryHead, tail: Tail, offset: number): void {
  const behind = offset + entryHeadBytes;
  // A disturbance on the way from the chip may be over the second time.
  const read = () => wholeRecord(flash, block, offset, last);
  const record = last.kind === 'record' ? (read() ?? read()) : noRecord;
  if (record !== undefined) {
    firm(flash, tail, block, behind, record);
    firm(flash, tail, block, offset, last.bytes);
    return;
  }
  if (last.kind === 'record' && !isSteady(flash, block, offset, last.bytes)) {
    // The cut was in the head itself, which only seems to be whole: nobody has heard of its sequence.
    tail.records--;
    tail.offset = offset;
    tail.isTorn = true;
    return;
  }
  firm(flash, tail, block, offset, last.bytes);
  flash.write(block, behind, new Uint8Array(Math.min(last.length, flash.blockBytes - behind)));
  tail.isClosed = true;
}

/** Whether bytes read the same again and again: those that were cut short while they were written do not. */
function isSteady(flash: CheckedFlash, block: number, offset: number, bytes: Uint8Array): boolean {
  const again = new Uint8Array(bytes.length);
  for (let tries = 0; tries < steadyReads; tries++) {
    readOrThrow(flash, block, offset, again);
    for (let index = 0; index < bytes.length; index++) if (again[index] !== bytes[index]) return false;
  }
  return true;
}

/** The record behind a head, or undefined where it is not as it was to be written. */
function wholeRecord(
  flash: CheckedFlash,
  block: number,
  offset: number,
  head: EntryHead,
): Uint8Array | undefined {
  if (offset + spanOf(head.length) > flash.blockBytes) return undefined;
  const record = new Uint8Array(head.length);
  readOrThrow(flash, block, offset + entryHeadBytes, record);
  return crc32(record) === head.crc ? record : undefined;
}

function isBlankFrom(flash: CheckedFlash, block: number, from: number): boolean {
  const piece = new Uint8Array(pieceBytes);
  for (let offset = from; offset < flash.blockBytes; offset += pieceBytes) {
    const part = piece.subarray(0, Math.min(pieceBytes, flash.blockBytes - offset));
    readOrThrow(flash, block, offset, part);
    for (let index = 0; index < part.length; index++) if (part[index] !== 0xff) return false;
  }
  return true;
}

function firm(flash: CheckedFlash, tail: Tail, block: number, offset: number, bytes: Uint8Array): void {
  if (!flash.write(block, offset, bytes)) tail.isClosed = true;
}
