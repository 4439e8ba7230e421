import { readFileSync } from 'node:fs';

/** What the processor does for it, ms: the same on a machine that does other things meanwhile. */
export function processorMs(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/**
 * How long this thread was ready to run and others had the processor, ms since it began: what a bound of time leaves out, as
 * it says nothing of the program. 0 where the system does not tell.
 */
export function heldUpMs(): number {
  try {
    return Number(readFileSync('/proc/thread-self/schedstat', 'latin1').split(' ')[1]) / 1e6;
  } catch {
    return 0;
  }
}
