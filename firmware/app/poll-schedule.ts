import type { Reason } from '../core/wire/reasons.ts';
import type { Bus } from './bus.ts';
import type { PollJobs } from './poll-jobs.ts';
import { PollOrder } from './poll-order.ts';
import type { SerialLink } from './serial-link.ts';

/** What `next` gives: the read that comes now; or when to look again. */
export type NextPoll = { readonly job: number } | { readonly wakeTicks: number };

/**
 * The reads of a line, each due again and again on a grid of its own. A read that the line was too slow for is left
 * out and counted as an overrun. What cannot succeed fails at its time and takes no time of the line: all of a line
 * without port, of a silent slave (`offline`) except for a probe a minute, and of a refused block.
 */
export class PollSchedule {
  readonly counts = { overruns: 0, offline: 0 };
  readonly jobs: PollJobs;
  readonly #bus: Bus;
  readonly #order = new PollOrder();

  constructor(bus: Bus, jobs: PollJobs) {
    this.#bus = bus;
    this.jobs = jobs;
  }

  /** All reads fall due now, and then again and again. */
  start(now: number): void {
    for (const job of this.jobs.all()) {
      this.jobs.setDue(job, now);
      this.jobs.setServed(job, -Infinity);
    }
  }

  next(now: number): NextPoll {
    const { jobs } = this;
    let wakeTicks = Number.POSITIVE_INFINITY;
    let isAnyReady = false;
    const { closedReason } = this.#bus.link;
    for (let job = 0; job < jobs.length; job++) {
      if (!jobs.has(job)) continue;
      const readyTicks = this.prepare(job, now, closedReason);
      jobs.setReady(job, readyTicks);
      if (readyTicks <= now) isAnyReady = true;
      else {
        const dueTicks = jobs.dueTicks(job);
        wakeTicks = Math.min(wakeTicks, readyTicks, dueTicks > now ? dueTicks : readyTicks);
      }
    }
    const job = isAnyReady ? this.#order.choose(jobs, now) : undefined;
    return job === undefined ? { wakeTicks } : { job };
  }

  /** The next time on the job's own grid that is not yet missed. */
  reschedule(job: number, now: number): void {
    const { jobs } = this;
    const intervalMs = jobs.intervalMs(job);
    const dueTicks = jobs.dueTicks(job) + intervalMs;
    const missed = Math.max(Math.floor((now - dueTicks) / intervalMs), 0);
    jobs.setDue(job, dueTicks + missed * intervalMs);
    this.counts.overruns += missed;
  }

  /** Works out when a read may be begun. */
  private prepare(job: number, now: number, closedReason: SerialLink['closedReason']): number {
    const { jobs } = this;
    const { slave } = jobs.meterOf(job);
    if (closedReason === undefined && slave.isSilent) return this.prepareProbe(job, now);
    const dueTicks = jobs.dueTicks(job);
    if (dueTicks > now) return closedReason === undefined ? dueTicks : Number.POSITIVE_INFINITY;
    if (closedReason !== undefined) return this.giveUp(job, now, closedReason);
    const refused = jobs.refusedOf(job);
    if (refused?.isAsleep(job, now)) {
      // Of a block that is tried in parts the whole fails, once a sample.
      const isTold = refused.whole === job && refused.isIncomplete;
      return this.giveUp(job, now, isTold ? 'exception' : undefined);
    }
    const request = jobs.requestOf(job);
    const freeAtTicks = this.#bus.freeAtTicks(request, slave);
    if (freeAtTicks > now) this.#bus.hold(request);
    return Math.max(dueTicks, freeAtTicks);
  }

  /** A silent slave is asked once a minute for what it is asked most often; that stands for the sample due then. */
  private prepareProbe(job: number, now: number): number {
    const { jobs } = this;
    const { slave } = jobs.meterOf(job);
    const { probeAtTicks } = slave;
    const isProbe = jobs.all().find(other => jobs.meterOf(other).slave === slave) === job;
    const isTime = isProbe && probeAtTicks <= now;
    this.giveUp(job, isTime ? now - jobs.intervalMs(job) : now, 'offline');
    if (!isProbe) return Number.POSITIVE_INFINITY;
    return Math.max(probeAtTicks, this.#bus.freeAtTicks(jobs.requestOf(job), slave));
  }

  /** Lets the samples fail that were due; without a reason they only pass. It cannot be begun. */
  private giveUp(job: number, now: number, reason: Reason | undefined): number {
    const { jobs } = this;
    for (let dueTicks = jobs.dueTicks(job); dueTicks <= now; dueTicks += jobs.intervalMs(job)) {
      if (reason === 'offline') this.counts.offline++;
      jobs.setDue(job, dueTicks + jobs.intervalMs(job));
      if (reason !== undefined) jobs.meterOf(job).sink.failed(dueTicks, reason);
    }
    return Number.POSITIVE_INFINITY;
  }
}
