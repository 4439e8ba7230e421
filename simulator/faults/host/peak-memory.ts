import type { Lab } from '../../lab/lab.ts';

const everyMs = 100;
/** The host is asked less often: answering is work, too. */
const askEveryMs = 500;

/** Resident memory of the lab's host, MB. */
const residentMb = (lab: Lab) => async (): Promise<number> => lab.figures().rssMb;

/** The same without what its database holds, which are rows until the next checkpoint, and pages up to a limit; MB. */
const besideDatabaseMb = (lab: Lab) => async (): Promise<number | undefined> => {
  const { 'process.residentBytes': resident = 0, 'store.memoryBytes': database } = await lab.counters();
  // A database that is busy tells nothing at once: nothing can be said of the rest.
  return database === undefined ? undefined : (resident - database) / 2 ** 20;
};

/** The most memory between two looks. */
export class PeakMemory {
  readonly #memoryMb: () => Promise<number | undefined>;
  readonly #timer: NodeJS.Timeout;
  #mostMb = Number.NEGATIVE_INFINITY;

  private constructor(memoryMb: () => Promise<number | undefined>, lookMs: number) {
    this.#memoryMb = memoryMb;
    this.#timer = setInterval(() => void this.#look().catch(() => {}), lookMs).unref();
  }

  static resident(lab: Lab): PeakMemory {
    return new PeakMemory(residentMb(lab), everyMs);
  }

  static besideDatabase(lab: Lab): PeakMemory {
    return new PeakMemory(besideDatabaseMb(lab), askEveryMs);
  }

  /** MB since it was made or last asked. @throws Error where nothing was told meanwhile */
  async take(): Promise<number> {
    await this.#look();
    const mostMb = this.#mostMb;
    if (mostMb < 0) throw new Error('the host told nothing of its memory');
    this.#mostMb = Number.NEGATIVE_INFINITY;
    return mostMb;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    const nowMb = await this.#memoryMb();
    if (nowMb !== undefined) this.#mostMb = Math.max(this.#mostMb, nowMb);
  }
}
