import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { FaultFigure } from '../fault.ts';
import { numberText } from '../text.ts';
import { percentile } from './percentile.ts';

const bytes = Buffer.alloc(4096);
const everyMs = 500;
/** One that has nothing else to do takes some ms, one that turns some twenty. */
const slowMs = 50;

/**
 * How long the same disk takes, beside what is measured, to have 4 kB on it for good: no commit can be faster, and where the
 * machine has other work it says how much of a slow one was the disk's.
 */
export class DiskBeside {
  readonly #path: string;
  readonly #latenciesMs: number[] = [];

  /** @param folder where its file is made; it goes with the folder */
  constructor(folder: string) {
    this.#path = join(folder, 'disk-beside');
  }

  /** What 99 of 100 times did not exceed, ms. */
  get p99Ms(): number {
    return percentile(this.#latenciesMs, 0.99);
  }

  /** Measures while this goes on, once at least. @throws Error of the disk, or what `work` throws */
  async during<T>(work: () => Promise<T>): Promise<T> {
    let isOver = false;
    const writing = this.#write(() => isOver);
    // Told when the work is over.
    writing.catch(() => {});
    try {
      return await work();
    } finally {
      isOver = true;
      await writing;
    }
  }

  async #write(isOver: () => boolean): Promise<void> {
    const file = await open(this.#path, 'w');
    try {
      do {
        const begunMs = performance.now();
        await file.write(bytes);
        await file.datasync();
        this.#latenciesMs.push(performance.now() - begunMs);
        await new Promise(resolve => setTimeout(resolve, everyMs));
      } while (!isOver());
    } finally {
      await file.close();
    }
  }
}

/**
 * Figures of acknowledgements, ms, with the disk's beside them, and, where one of them is too long and the disk was slow, how
 * much of it was the disk's. It is too long all the same.
 */
export function besideDisk(
  acknowledged: readonly FaultFigure[],
  diskMs: number,
): { readonly figures: readonly FaultFigure[]; readonly notes: readonly string[] } {
  const figures = [
    ...acknowledged,
    { name: '4 kB brought to the disk beside it, p99', value: diskMs, unit: 'ms' },
  ];
  const late = acknowledged.find(({ value, most = Number.POSITIVE_INFINITY }) => value > most);
  if (late === undefined || !(diskMs > slowMs)) return { figures, notes: [] };
  const share = Math.round(Math.min(diskMs / late.value, 1) * 100);
  const note = `the disk was slow: to keep 4 kB took it ${numberText(diskMs)} ms (p99), ${share} % of "${late.name}", and no commit is faster than the disk; run it again while nothing else writes to it`;
  return { figures, notes: [note] };
}
