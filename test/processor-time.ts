import { readFileSync } from 'node:fs';

/** What this thread has had since it began, ms: a processor, and the wait for one that others had (Linux tells it). */
function threadTimes(): { readonly ranMs: number; readonly waitedMs: number } {
  try {
    const [ranNs = 0, waitedNs = 0] = readFileSync('/proc/thread-self/schedstat', 'latin1')
      .split(' ')
      .map(Number);
    return { ranMs: ranNs / 1e6, waitedMs: waitedNs / 1e6 };
  } catch {
    const { user, system } = process.cpuUsage();
    return { ranMs: (user + system) / 1000, waitedMs: 0 };
  }
}

/** What the processor does for it, ms: the same on a machine that does other things meanwhile. */
export function processorMs(work: () => void): number {
  const before = threadTimes();
  work();
  return threadTimes().ranMs - before.ranMs;
}

/**
 * How long this thread was ready to run and others had the processor, ms since it began: what a bound of time leaves out, as
 * it says nothing of the program. 0 where the system does not tell.
 */
export const heldUpMs = (): number => threadTimes().waitedMs;
