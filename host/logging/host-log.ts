import { LineLimit, type LineLimits, lineLimits } from './line-limit.ts';
import { plainLine } from './plain-line.ts';

export type LogLevel = 'info' | 'warn' | 'error';

/**
 * Takes a line for the log. Whatever somebody outside can bring about names its `kind`, so that it is counted as one
 * whatever it says; other lines are of one kind where they differ in numbers alone.
 */
export type Log = (level: LogLevel, text: string, kind?: string) => void;

export interface HostLogOptions {
  readonly write: (level: LogLevel, line: string) => void;
  /** Monotonic. */
  readonly nowMs?: () => number;
  readonly limits?: LineLimits;
}

export interface HostLog {
  readonly log: Log;
  /** Tells what was left out so far; at the end of the host. */
  close(): void;
}

/** The host's log: single plain lines of bounded length, of each kind so many a minute, with the number of those left out. */
export function createHostLog({ write, nowMs, limits = lineLimits }: HostLogOptions): HostLog {
  const limit = new LineLimit(nowMs ?? (() => performance.now()), limits);
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;
  const tellLeft = (kind: string, left: number) =>
    write('warn', `${left} more lines of the kind ${plainLine(kind, 80)} were left out within a minute`);
  const turn = () => {
    timer = undefined;
    limit.turn(tellLeft);
  };
  return {
    log(level, text, kind = text.replaceAll(/\d+/g, '#').slice(0, 80)) {
      limit.turn(tellLeft);
      if (limit.takes(kind, level === 'error')) write(level, plainLine(text));
      // What is left out is told also where nothing follows.
      else if (!isClosed) timer ??= setTimeout(turn, 60_000).unref();
    },
    close() {
      isClosed = true;
      clearTimeout(timer);
      limit.finish(tellLeft);
    },
  };
}
