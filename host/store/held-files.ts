import { rm } from 'node:fs/promises';

/** Files of the archive that somebody still reads: what is to go waits for the last of them. */
export class HeldFiles {
  readonly #holders = new Map<string, number>();
  readonly #leaving = new Set<string>();

  /** From now on these stay. @returns what lets them go again, to be called once */
  hold(paths: readonly string[]): () => Promise<void> {
    for (const path of paths) this.#holders.set(path, (this.#holders.get(path) ?? 0) + 1);
    return async () => {
      for (const path of paths) {
        const left = (this.#holders.get(path) ?? 1) - 1;
        if (left > 0) {
          this.#holders.set(path, left);
          continue;
        }
        this.#holders.delete(path);
        if (this.#leaving.delete(path)) await rm(path, { force: true });
      }
    };
  }

  /** Removes a file that nothing refers to any more, at once or when it is let go. A killed host does it at its next start. */
  async remove(path: string): Promise<void> {
    if (this.#holders.has(path)) this.#leaving.add(path);
    else await rm(path, { force: true });
  }
}
