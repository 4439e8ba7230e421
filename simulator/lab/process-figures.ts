import { readdirSync, readFileSync } from 'node:fs';

/** What the system tells of a process; all of it 0 where it does not tell (not Linux, or the process has ended). */
export interface ProcessFigures {
  /** CPU time of all its threads since its start, s. */
  readonly cpuS: number;
  /** Resident memory now, and the most there ever was, MB. */
  readonly rssMb: number;
  readonly rssPeakMb: number;
  /** Open files and sockets. */
  readonly handles: number;
  readonly threads: number;
}

export function processFigures(pid: number): ProcessFigures {
  const status = textOf(`/proc/${pid}/status`);
  const stat = textOf(`/proc/${pid}/stat`);
  // Fields count from behind the name, which may hold spaces; times are in hundredths (proc(5), USER_HZ).
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const of = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0);
  return {
    cpuS: (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / 100,
    rssMb: of('VmRSS') / 1024,
    rssPeakMb: of('VmHWM') / 1024,
    handles: entriesOf(`/proc/${pid}/fd`).length,
    threads: of('Threads'),
  };
}

/**
 * How long a process has waited for a processor that others had, ms; 0 where it is not told: its main thread, and that of
 * the others which waited longest, as the main one waits for the database's, and that is not told of it.
 */
export function waitedMsOf(pid: number): number {
  const waitedMs = (thread: string) =>
    Number(textOf(`/proc/${pid}/task/${thread}/schedstat`).split(' ')[1] ?? 0) / 1e6;
  const main = String(pid);
  const others = entriesOf(`/proc/${pid}/task`).filter(thread => thread !== main);
  return waitedMs(main) + Math.max(0, ...others.map(waitedMs));
}

/** How many files this process may have open; those that it starts take it over. */
export function openFilesMost(): number {
  const most = /Max open files\s+(\d+|unlimited)/.exec(textOf('/proc/self/limits'))?.[1];
  return most === undefined || most === 'unlimited' ? Number.POSITIVE_INFINITY : Number(most);
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function entriesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
