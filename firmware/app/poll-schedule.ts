import type { Reason } from '../core/wire/reasons.ts';
import type { Bus } from './bus.ts';
import type { PollJob } from './poll-job.ts';
import { PollOrder } from './poll-order.ts';

/**
 * The reads of a line, each due again and again on a grid of its own. A read that the line was too slow for is left
 * out and counted as an overrun. What cannot succeed fails at its time and takes no time of the line: all of a line
 * without port, of a silent slave (`offline`) except for a probe a minute, and of a refused block.
 */
export class PollSchedule {
  readonly counts = { overruns: 0, offline: 0 };
  jobs: readonly PollJob[];
  readonly #bus: Bus;
  readonly #order = new PollOrder();

  constructor(bus: Bus, jobs: readonly PollJob[]) {
    this.#bus = bus;
    this.jobs = jobs;
  }

  /** All reads fall due now, and then again and again. */
  start(now: number): void {
    for (const job of this.jobs) {
      job.dueTicks = now;
      job.servedTicks = -Infinity;
    }
  }

  /** The read that comes now; or when to look again. */
  next(now: number): PollJob | number {
    let wakeTicks = Number.POSITIVE_INFINITY;
    for (const job of this.jobs) {
      this.prepare(job, now);
      if (job.readyTicks > now) wakeTicks = Math.min(wakeTicks, job.readyTicks);
      if (job.dueTicks > now) wakeTicks = Math.min(wakeTicks, job.dueTicks);
    }
    return this.#order.choose(this.jobs, now) ?? wakeTicks;
  }

  /** The next time on the job's own grid that is not yet missed. */
  reschedule(job: PollJob, now: number): void {
    job.dueTicks += job.intervalMs;
    const missed = Math.floor((now - job.dueTicks) / job.intervalMs);
    if (missed <= 0) return;
    job.dueTicks += missed * job.intervalMs;
    this.counts.overruns += missed;
  }

  /** Works out when a read may be begun and until when it must be. */
  private prepare(job: PollJob, now: number): void {
    const { refused } = job;
    const { slave } = job.meter;
    const { closedReason } = this.#bus.link;
    job.readyTicks = Number.POSITIVE_INFINITY;
    if (closedReason !== undefined) this.giveUp(job, now, closedReason);
    else if (slave.pulse.isSilent) this.prepareProbe(job, now);
    else if (refused?.isAsleep(job, now)) {
      // Of a block that is tried in parts the whole fails, once a sample.
      const isTold = refused.whole === job && refused.isIncomplete;
      this.giveUp(job, now, isTold ? 'exception' : undefined);
    } else {
      const freeAtTicks = this.#bus.freeAtTicks(job.request, slave);
      if (job.dueTicks <= now && freeAtTicks > now) this.#bus.hold(job.request);
      job.readyTicks = Math.max(job.dueTicks, freeAtTicks);
      job.deadlineTicks = job.dueTicks + job.intervalMs;
    }
  }

  /** A silent slave is asked once a minute for what it is asked most often; that stands for the sample due then. */
  private prepareProbe(job: PollJob, now: number): void {
    const { slave } = job.meter;
    const { probeAtTicks } = slave.pulse;
    const isProbe = this.jobs.find(({ meter }) => meter.slave === slave) === job;
    const isTime = isProbe && probeAtTicks <= now;
    this.giveUp(job, isTime ? now - job.intervalMs : now, 'offline');
    if (!isProbe) return;
    job.readyTicks = Math.max(probeAtTicks, this.#bus.freeAtTicks(job.request, slave));
    job.deadlineTicks = probeAtTicks;
  }

  /** Lets the samples fail that were due; without a reason they only pass. */
  private giveUp(job: PollJob, now: number, reason: Reason | undefined): void {
    while (job.dueTicks <= now) {
      if (reason === 'offline') this.counts.offline++;
      if (reason !== undefined) job.meter.sink.failed(job.dueTicks, reason);
      job.dueTicks += job.intervalMs;
    }
  }
}
