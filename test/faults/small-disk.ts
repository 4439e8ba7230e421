import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A disk of its own and of known size, which can be filled to the last byte. Needs the right to mount. */
export class SmallDisk {
  readonly dir: string;
  readonly #filler: string;

  private constructor(dir: string) {
    this.dir = dir;
    this.#filler = join(dir, 'filler');
  }

  /** undefined where this user, or this system, may not mount. */
  static mount(sizeMb: number): SmallDisk | undefined {
    const dir = mkdtempSync(join(tmpdir(), 'joulegate-disk-'));
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${sizeMb}m`, 'tmpfs', dir], { stdio: 'ignore' });
      return new SmallDisk(dir);
    } catch {
      rmSync(dir, { recursive: true });
      return undefined;
    }
  }

  /** Takes all the room there is, also what was freed since it was filled. */
  fill(): void {
    const file = openSync(this.#filler, 'a');
    try {
      for (let size = 1024 * 1024; size >= 1; ) {
        try {
          if (writeSync(file, new Uint8Array(size)) < size) size = Math.floor(size / 4);
        } catch {
          size = Math.floor(size / 4);
        }
      }
    } finally {
      closeSync(file);
    }
  }

  async makeRoom(): Promise<void> {
    await rm(this.#filler, { force: true });
  }

  unmount(): void {
    execFileSync('umount', [this.dir]);
    rmSync(this.dir, { recursive: true });
  }
}
