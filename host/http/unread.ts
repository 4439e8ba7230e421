import type { Socket } from 'node:net';
import { heldBytes } from './held-bytes.ts';

const looksInVain = 3;

interface Look {
  readonly takenBytes: number;
  readonly inVain: number;
}

/**
 * Finds other ends that do not read, before anything waits here. What is sent to them has no answer, and the system takes megabytes for
 * an end that reads nothing. But it knows how much has been acknowledged: as much as the end's own system has room for.
 */
export class Unread {
  readonly #looks = new WeakMap<Socket, Look>();

  /**
   * Those of the sockets whose other end has taken nothing for so many looks, though something lay there for it. Where the system takes
   * no more, something waits here, and that shows by itself (`progress.ts`).
   */
  async look(sockets: readonly Socket[]): Promise<Socket[]> {
    const held = await heldBytes(sockets);
    return sockets.filter(socket => {
      const bytes = held.get(socket);
      if (bytes === undefined) return false;
      // Behind TLS the system holds a little more than was written, the more the longer nothing is taken.
      const takenBytes = socket.bytesWritten - bytes;
      const before = this.#looks.get(socket);
      const isLying = bytes > 0 && socket.writableLength === 0;
      const isInVain = isLying && before !== undefined && takenBytes <= before.takenBytes;
      const inVain = isInVain ? before.inVain + 1 : 0;
      this.#looks.set(socket, { takenBytes, inVain });
      return inVain >= looksInVain;
    });
  }
}
