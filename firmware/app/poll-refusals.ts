import type { Ports } from '../ports.ts';
import type { PollJob } from './poll-job.ts';
import type { PollSchedule } from './poll-schedule.ts';
import { RefusedBlock } from './refused-block.ts';
import { exceptionOf, exceptionText } from './slave-exceptions.ts';

/** A block counts as refused when it was refused so often in a row: one refusal may be of a moment. */
const refusalsToBelieve = 2;

export interface PollRefusalsOptions {
  readonly schedule: PollSchedule;
  readonly log: Ports['log'];
  /** The line, for people. */
  readonly line: string;
}

/** What becomes of blocks of registers that meters refuse: tried in parts, asked seldom, and told once. */
export class PollRefusals {
  readonly #options: PollRefusalsOptions;

  constructor(options: PollRefusalsOptions) {
    this.#options = options;
  }

  /** The read was refused with this exception. */
  refused(job: PollJob, code: number, ticksMs: number): void {
    job.refusals++;
    if (job.refused?.whole === job) job.refused.refuse(job, ticksMs);
    else if (job.refused) this.split(job, job.refused, code, ticksMs);
    else if (job.refusals >= refusalsToBelieve) {
      job.refused = new RefusedBlock(job, ticksMs);
      this.tell(
        'warn',
        job,
        `refuses ${what(job)} with ${exceptionText(code)}: ${exceptionOf(code).words}; what it refuses is asked again every 10 minutes`,
      );
      this.split(job, job.refused, code, ticksMs);
    }
  }

  /** The read was not refused: where it is of a whole block that was, the parts have served. */
  accepted(job: PollJob): void {
    const { schedule } = this.#options;
    const { refused } = job;
    job.refusals = 0;
    if (refused?.whole !== job) {
      refused?.answered(job);
      return;
    }
    schedule.jobs = schedule.jobs.filter(other => other === job || other.refused !== refused);
    job.refused = undefined;
    this.tell('info', job, `answers ${what(job)} again`);
  }

  private split(job: PollJob, refused: RefusedBlock, code: number, ticksMs: number): void {
    const { schedule } = this.#options;
    const parts = exceptionOf(code).maySplit ? refused.split(job) : [];
    if (parts.length === 0) {
      if (job !== refused.whole) refused.refuse(job, ticksMs);
      return;
    }
    const others = job === refused.whole ? schedule.jobs : schedule.jobs.filter(other => other !== job);
    schedule.jobs = [...others, ...parts];
  }

  private tell(level: 'info' | 'warn', { meter: { settings, slave } }: PollJob, text: string): void {
    const { log, line } = this.#options;
    log(level, `meter ${settings.id} (address ${slave.address} on line ${line}) ${text}`);
  }
}

const what = ({ request: { fc, start, count } }: PollJob): string =>
  `${count === 1 ? `register ${start}` : `registers ${start} to ${start + count - 1}`} (function ${fc})`;
