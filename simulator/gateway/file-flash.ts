import { fstatSync, openSync, readSync, writeSync } from 'node:fs';
import { limits } from '#core/limits.ts';
import type { FlashPort } from '#ports';

const blockBytes = 4096;

/**
 * A file in the place of a gateway's flash: what was written is there after the process ends, however it does. Made
 * where it is not there. Throws an Error that says why where it cannot be opened.
 */
export function fileFlash(path: string, blocks = limits.journalFlashBytes / blockBytes): FlashPort {
  const file = openFile(path);
  const erased = Buffer.alloc(blockBytes, 0xff);
  const erase = (block: number): void => void writeSync(file, erased, 0, blockBytes, block * blockBytes);
  // A new file, or one whose making was cut off: what it lacks is erased.
  for (let block = Math.floor(fstatSync(file).size / blockBytes); block < blocks; block++) erase(block);
  return {
    blockBytes,
    blocks,
    read: (offset, into) => {
      const count = readSync(file, into, 0, into.length, offset);
      if (count < into.length) throw new Error(`${path} ends at ${offset + count}`);
    },
    write: (offset, bytes) => void writeSync(file, bytes, 0, bytes.length, offset),
    erase,
  };
}

function openFile(path: string): number {
  try {
    return openSync(path, 'r+');
  } catch {
    return openSync(path, 'wx+');
  }
}
