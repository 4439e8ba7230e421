import { open } from 'node:fs/promises';
import { join } from 'node:path';

const bytes = Buffer.alloc(4096);
const everyMs = 500;

/**
 * How long the same disk takes, beside what is measured, to have 4 kB on it for good: no commit can be faster, and where the
 * machine has other work it says how much of a slow one was the disk's.
 */
export class DiskBeside {
  readonly latenciesMs: number[] = [];
  #isOver = false;
  readonly #done: Promise<void>;

  /** @param folder where its file is made; it goes with the folder */
  constructor(folder: string) {
    this.#done = this.#write(join(folder, 'disk-beside'));
  }

  /** @throws Error of the disk */
  async end(): Promise<void> {
    this.#isOver = true;
    await this.#done;
  }

  async #write(path: string): Promise<void> {
    const file = await open(path, 'w');
    try {
      while (!this.#isOver) {
        const begunMs = performance.now();
        await file.write(bytes);
        await file.datasync();
        this.latenciesMs.push(performance.now() - begunMs);
        await new Promise(resolve => setTimeout(resolve, everyMs));
      }
    } finally {
      await file.close();
    }
  }
}
