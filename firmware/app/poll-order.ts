import type { PollJob } from './poll-job.ts';

/** A read whose interval is so many times another's is of a slower pace, such as energy beside power. */
const slowerTimes = 4;

/**
 * Which of the reads that may be asked now comes next: the one that must be done first (earliest deadline first, a
 * read being due until its interval is over). Of those with one deadline the more frequent, then the one served
 * longest ago. Where the line is too slow for all, a deadline that is missed stays the earliest, so no read waits for
 * ever and all those that get less than they want get it equally often; yet of slower reads no two come in a row
 * while a faster one waits, so slow values cost fast ones one transaction and no more.
 */
export class PollOrder {
  #hasPassed = false;

  choose(jobs: readonly PollJob[], nowTicks: number): PollJob | undefined {
    let fastestMs = Number.POSITIVE_INFINITY;
    for (const job of jobs) {
      if (job.readyTicks <= nowTicks) fastestMs = Math.min(fastestMs, job.intervalMs);
    }
    const mostMs = this.#hasPassed ? fastestMs * slowerTimes : Number.POSITIVE_INFINITY;
    let first: PollJob | undefined;
    for (const job of jobs) {
      if (job.readyTicks > nowTicks || job.intervalMs >= mostMs) continue;
      if (first === undefined || isBefore(job, first)) first = job;
    }
    if (first) this.#hasPassed = first.intervalMs >= fastestMs * slowerTimes;
    return first;
  }
}

function isBefore(a: PollJob, b: PollJob): boolean {
  if (a.deadlineTicks !== b.deadlineTicks) return a.deadlineTicks < b.deadlineTicks;
  if (a.intervalMs !== b.intervalMs) return a.intervalMs < b.intervalMs;
  return a.servedTicks < b.servedTicks;
}
