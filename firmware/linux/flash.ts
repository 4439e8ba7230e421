import { File } from 'file';
import { limits } from '../core/limits.ts';
import { bufferOf } from '../moddable/buffers.ts';
import type { FlashPort } from '../ports.ts';

const blockBytes = 4096;

/** A file in the place of flash: what was written is there after the program ends, however it does. */
export function fileFlash(path: string): FlashPort {
  const blocks = limits.journalFlashBytes / blockBytes;
  const file = new File(path, true);
  const erased = new Uint8Array(blockBytes).fill(0xff).buffer;
  // A new file, or one whose making was cut off: what it lacks is erased.
  for (let block = Math.floor(file.length / blockBytes); block < blocks; block++) {
    file.position = block * blockBytes;
    file.write(erased);
  }
  return {
    blockBytes,
    blocks,
    read: (offset, into) => {
      file.position = offset;
      into.set(new Uint8Array(file.read(ArrayBuffer, into.length)));
    },
    write: (offset, bytes) => {
      file.position = offset;
      file.write(bufferOf(bytes));
    },
    erase: block => {
      file.position = block * blockBytes;
      file.write(erased);
    },
  };
}
