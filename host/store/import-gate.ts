/** What an import is about to write: from the first of its windows to the end of the last, of whichever of the meters. */
export interface WrittenSpan {
  /** `gateway.meter` */
  readonly meters: ReadonlySet<string>;
  readonly fromMs: number;
  readonly toMs: number;
}

/** Windows are, or may be, where the import would write: it is to be looked at again. */
export class CameMeanwhile extends Error {
  constructor(what: string) {
    super(`${what}; look at it again, then import again`);
    this.name = 'CameMeanwhile';
  }
}

/** How long an import waits for what is on its way to the disk: usually a tenth of a second. */
const clearedWithinMs = 10_000;

/**
 * Keeps imports apart from those who look what is on disk before they store. An import sees what was committed before its own
 * commit, so what they give to the store is to be there by then; and once an import has begun, what they saw may not hold.
 */
export class ImportGate {
  readonly #withinMs: number;
  readonly #writing = new Map<WrittenSpan, Promise<void>>();
  readonly #onTheWay = new Set<Promise<void>>();
  #begun = 0;

  constructor(withinMs = clearedWithinMs) {
    this.#withinMs = withinMs;
  }

  /** Imports whose writing began: who looked while it grew has to look again. */
  get begun(): number {
    return this.#begun;
  }

  /** Resolves once an import has ended that is being written over this stretch of a meter; undefined where none is. */
  over(meter: string, fromMs: number, toMs: number): Promise<void> | undefined {
    for (const [span, ended] of this.#writing)
      if (span.meters.has(meter) && span.fromMs < toMs && span.toMs > fromMs) return ended;
    return undefined;
  }

  /** Windows that somebody looked for were given to the store: whatever import begins from now on waits for them. */
  waitFor(stored: Promise<unknown>): void {
    const settled = stored.then(
      () => void this.#onTheWay.delete(settled),
      () => void this.#onTheWay.delete(settled),
    );
    this.#onTheWay.add(settled);
  }

  /** Writes an import. @throws CameMeanwhile where what is on its way does not get to the disk */
  write<T>(span: WrittenSpan, work: () => Promise<T>): Promise<T> {
    this.#begun++;
    const done = this.#cleared().then(work);
    const end = () => void this.#writing.delete(span);
    this.#writing.set(span, done.then(end, end));
    return done;
  }

  async #cleared(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      const error = new CameMeanwhile('windows that were sent are still on their way to the disk');
      timer = setTimeout(() => reject(error), this.#withinMs);
    });
    await Promise.race([Promise.all(this.#onTheWay), late]).finally(() => clearTimeout(timer));
  }
}
