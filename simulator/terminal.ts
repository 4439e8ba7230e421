/** Where a command speaks to, and how it learns that it is to end. */
export interface Terminal {
  readonly out: (line: string) => void;
  readonly err: (line: string) => void;
  /** Writes over the line that it wrote last, where there is a terminal that can; an empty text takes it away. */
  readonly rewrite?: (text: string) => void;
  /** Resolves when the person wants it to end (Ctrl-C). */
  readonly stopped: Promise<void>;
}

/** Aborts when the person wants it to end: for what waits for others. */
export function stopSignal({ stopped }: Pick<Terminal, 'stopped'>): AbortSignal {
  const stop = new AbortController();
  void stopped.then(() => stop.abort());
  return stop.signal;
}
