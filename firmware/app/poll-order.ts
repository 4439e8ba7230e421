import type { PollJobs } from './poll-jobs.ts';

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

  choose(jobs: PollJobs, nowTicks: number): number | undefined {
    let fastestMs = Number.POSITIVE_INFINITY;
    for (let job = 0; job < jobs.length; job++) {
      if (jobs.readyTicks(job) <= nowTicks) fastestMs = Math.min(fastestMs, jobs.intervalMs(job));
    }
    const mostMs = this.#hasPassed ? fastestMs * slowerTimes : Number.POSITIVE_INFINITY;
    let first: number | undefined;
    for (let job = 0; job < jobs.length; job++) {
      if (jobs.readyTicks(job) > nowTicks || jobs.intervalMs(job) >= mostMs) continue;
      if (first === undefined || isBefore(jobs, job, first)) first = job;
    }
    if (first !== undefined) this.#hasPassed = jobs.intervalMs(first) >= fastestMs * slowerTimes;
    return first;
  }
}

function isBefore(jobs: PollJobs, a: number, b: number): boolean {
  const deadlines = deadlineOf(jobs, a) - deadlineOf(jobs, b);
  if (deadlines !== 0) return deadlines < 0;
  const intervals = jobs.intervalMs(a) - jobs.intervalMs(b);
  return intervals === 0 ? jobs.servedTicks(a) < jobs.servedTicks(b) : intervals < 0;
}

/** Until when a read must be asked; the probe of a silent slave at its own time. */
function deadlineOf(jobs: PollJobs, job: number): number {
  const { slave } = jobs.meterOf(job);
  return slave.isSilent ? slave.probeAtTicks : jobs.dueTicks(job) + jobs.intervalMs(job);
}
