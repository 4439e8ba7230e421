import { FlashJournal } from '#app/flash-journal.ts';
import { toHex } from '#core/bytes.ts';
import { crc32 } from '#core/crc.ts';
import type { FlashPort } from '#ports';

/** A chip that costs nothing: what is measured is the journal. It never has to raise a bit. */
function plainFlash(blocks: number): FlashPort {
  const blockBytes = 4096;
  const bytes = new Uint8Array(blocks * blockBytes).fill(0xff);
  return {
    blockBytes,
    blocks,
    read: (offset, into) => into.set(bytes.subarray(offset, offset + into.length)),
    write: (offset, from) => bytes.set(from, offset),
    erase: block => void bytes.fill(0xff, block * blockBytes, (block + 1) * blockBytes),
  };
}

export interface FlashWork {
  readonly size: number;
  readonly count: number;
  readonly starts: number;
  /** How often all blocks are opened before. */
  readonly rounds: number;
}

/**
 * Appends records of this size, of which the host has each tenth with all before it, reads what is left and starts
 * again so many times. Gives what a start finds.
 */
export function workFlash({ size, count, starts, rounds }: FlashWork) {
  const flash = plainFlash(160);
  const options = {
    flash,
    random: { bytes: (length: number) => new Uint8Array(length).fill(7), unit: () => 0.5 },
    log: () => {},
  };
  let journal = new FlashJournal(options);
  // Each new epoch opens a block.
  for (let opened = 0; opened < rounds * flash.blocks; opened++) journal.renew();
  const record = new Uint8Array(size);
  for (let index = 1; index <= count; index++) {
    record.fill(index & 0xff);
    journal.append(record);
    if (index % 10 === 0) journal.release(index);
  }
  for (let start = 0; start < starts; start++) journal = new FlashJournal(options);
  const { epoch, oldest, next, bytes, dropped, mostErases } = journal;
  const read = journal.read(1, 100_000, 100).map(kept => crc32(kept));
  return { epoch, oldest, next, bytes, dropped, mostErases, read, head: toHex(flashHead(flash)) };
}

function flashHead(flash: FlashPort): Uint8Array {
  const head = new Uint8Array(100);
  flash.read(0, head);
  return head;
}
