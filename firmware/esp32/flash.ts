import Flash from 'embedded:storage/flash';
import type { FlashPort } from '../ports.ts';

/** The label in partitions.csv. */
const partition = 'journal';

/**
 * The journal's partition. Undefined where the board's table of partitions has none: a firmware that came over the air
 * to a board that was flashed with another table.
 */
export function journalFlash(log: (why: string) => void): FlashPort | undefined {
  try {
    const flash = Flash.open({ path: partition });
    const { blockLength, blocks } = flash.status();
    return {
      blockBytes: blockLength,
      blocks,
      read: (offset, into) => void flash.read(into, offset),
      write: (offset, bytes) => flash.write(bytes, offset),
      erase: block => flash.eraseBlock(block),
    };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    log(`no partition ${partition}: ${why}; records are in RAM, and lost with the power`);
    return undefined;
  }
}
