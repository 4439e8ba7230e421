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

/** What a thread has had, ms: a processor, and the wait for one that others had; 0 where it is not told. */
interface ThreadTimes {
  readonly ranMs: number;
  readonly waitedMs: number;
}

/** Of each thread of a process by its id, which of the main one is that of the process. */
export type ThreadsTimes = ReadonlyMap<string, ThreadTimes>;

/** What the threads of a process have had since they began; none where it is not told. */
export function threadsTimesOf(pid: number): ThreadsTimes {
  const timesOf = (thread: string): ThreadTimes => {
    const [ranNs = 0, waitedNs = 0] = textOf(`/proc/${pid}/task/${thread}/schedstat`).split(' ').map(Number);
    return { ranMs: ranNs / 1e6, waitedMs: waitedNs / 1e6 };
  };
  return new Map(entriesOf(`/proc/${pid}/task`).map(thread => [thread, timesOf(thread)]));
}

/** How long something took, ms: by the clock, and without the time in which others had the processor. */
export interface Took {
  readonly clockMs: number;
  readonly ownMs: number;
}

/**
 * Begins to measure what another process does, whose threads have had this (nothing yet, of one that is started now); what it
 * gives tells of that process how long it has been. Neither its waits for a processor count nor those of this one, which hears
 * of it. What its main thread ran is never taken for a wait, as little as what another of its threads waited while the main one ran.
 */
export function stopwatch(before: ThreadsTimes = new Map()): (pid: number) => Took {
  const beganMs = performance.now();
  const here = threadsTimesOf(process.pid);
  return pid => {
    const clockMs = performance.now() - beganMs;
    const { ranMs, waitedMs } = timesBetween(pid, before, threadsTimesOf(pid), clockMs);
    const waitedHereMs = timesBetween(process.pid, here, threadsTimesOf(process.pid), 0).waitedMs;
    return { clockMs, ownMs: Math.max(ranMs, clockMs - waitedMs - waitedHereMs) };
  };
}

/** What a process has had between two moments that are so far apart, ms: how long its main thread ran, and its wait (`waitOf`). */
export function timesBetween(
  pid: number,
  before: ThreadsTimes,
  after: ThreadsTimes,
  apartMs: number,
): ThreadTimes {
  const had = (thread: string): ThreadTimes => {
    const [then, now] = [before.get(thread), after.get(thread)];
    return {
      ranMs: (now?.ranMs ?? 0) - (then?.ranMs ?? 0),
      waitedMs: (now?.waitedMs ?? 0) - (then?.waitedMs ?? 0),
    };
  };
  const main = String(pid);
  const others = [...after.keys()].filter(thread => thread !== main).map(had);
  return { ranMs: had(main).ranMs, waitedMs: waitOf(had(main), others, apartMs) };
}

/**
 * The wait of its main thread, and of the other one that waited longest (the main one waits for the database's, and that is
 * not told of it), as far as the main one did nothing meanwhile: when both wait at once it is the same time.
 */
export function waitOf(main: ThreadTimes, others: readonly ThreadTimes[], agoMs: number): number {
  const sleptMs = Math.max(0, agoMs - main.ranMs - main.waitedMs);
  return main.waitedMs + Math.min(sleptMs, Math.max(0, ...others.map(({ waitedMs }) => waitedMs)));
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
