/** How far this many journals of a gateway reach is remembered; more than one is alive only while devices share an id. */
export const journalsRemembered = 64;

/**
 * So many journals a gateway may begin in an hour: one that restarts each half minute. Each is a watermark that is kept
 * for good, for whatever was forgotten could be stored twice.
 */
export const newJournalsMost = 120;
const hourMs = 3_600_000;

interface Known {
  /** End of the newest window taken, s, by epoch; the one used last is the last. */
  readonly reachedS: Map<string, number>;
  /** Epochs that began in this hour. */
  readonly begun: Set<string>;
  hour: number;
}

/** What the intake remembers of gateways' journals beside how far they are stored: bounded, and lost with the host. */
export class Journals {
  readonly #known = new Map<string, Known>();

  /** End of the newest window taken of a journal, s: where a loss in it begins; undefined where nobody remembers. */
  reachedS(gateway: string, epoch: string): number | undefined {
    return this.#known.get(gateway)?.reachedS.get(epoch);
  }

  reached(gateway: string, epoch: string, endS: number): void {
    const { reachedS } = this.#of(gateway);
    const before = reachedS.get(epoch) ?? 0;
    reachedS.delete(epoch);
    reachedS.set(epoch, Math.max(before, endS));
    for (const oldest of reachedS.keys()) {
      if (reachedS.size <= journalsRemembered) break;
      reachedS.delete(oldest);
    }
  }

  /** Whether a journal of which nothing is stored may begin now; always, where it began in this hour. */
  mayBegin(gateway: string, epoch: string, nowMs: number): boolean {
    const known = this.#of(gateway);
    const hour = Math.floor(nowMs / hourMs);
    if (hour !== known.hour) {
      known.hour = hour;
      known.begun.clear();
    }
    if (known.begun.size < newJournalsMost) known.begun.add(epoch);
    return known.begun.has(epoch);
  }

  #of(gateway: string): Known {
    const known = this.#known.get(gateway) ?? { reachedS: new Map(), begun: new Set(), hour: -1 };
    this.#known.set(gateway, known);
    return known;
  }
}
