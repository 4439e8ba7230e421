import type { Ports } from '../ports.ts';
import type { PollJobs } from './poll-jobs.ts';
import { RefusedBlock } from './refused-block.ts';
import { exceptionOf, exceptionText } from './slave-exceptions.ts';

/** A block counts as refused when it was refused so often in a row: one refusal may be of a moment. */
const refusalsToBelieve = 2;

export interface PollRefusalsOptions {
  readonly jobs: PollJobs;
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
  refused(job: number, code: number, ticksMs: number): void {
    const { jobs } = this.#options;
    const known = jobs.refusedOf(job);
    jobs.setRefusals(job, jobs.refusals(job) + 1);
    if (known?.whole === job) known.refuse(job, ticksMs);
    else if (known) this.split(job, known, code, ticksMs);
    else if (jobs.refusals(job) >= refusalsToBelieve) {
      const refused = new RefusedBlock(job, ticksMs);
      jobs.setRefused(job, refused);
      this.tell(
        'warn',
        job,
        `refuses ${this.what(job)} with ${exceptionText(code)}: ${exceptionOf(code).words}; what it refuses is asked again every 10 minutes`,
      );
      this.split(job, refused, code, ticksMs);
    }
  }

  /** The read was not refused: where it is of a whole block that was, the parts have served. */
  accepted(job: number): void {
    const { jobs } = this.#options;
    const refused = jobs.refusedOf(job);
    jobs.setRefusals(job, 0);
    if (refused?.whole !== job) {
      refused?.answered(job);
      return;
    }
    for (const other of jobs.all()) {
      if (other !== job && jobs.refusedOf(other) === refused) jobs.remove(other);
    }
    jobs.setRefused(job, undefined);
    this.tell('info', job, `answers ${this.what(job)} again`);
  }

  private split(job: number, refused: RefusedBlock, code: number, ticksMs: number): void {
    const isSplit = exceptionOf(code).maySplit === true && refused.split(this.#options.jobs, job);
    if (!isSplit && job !== refused.whole) refused.refuse(job, ticksMs);
  }

  private tell(level: 'info' | 'warn', job: number, text: string): void {
    const { log, line, jobs } = this.#options;
    const { settings, slave } = jobs.meterOf(job);
    log(level, `meter ${settings.id} (address ${slave.address} on line ${line}) ${text}`);
  }

  private what(job: number): string {
    const { fc, start, count } = this.#options.jobs.requestOf(job);
    return `${count === 1 ? `register ${start}` : `registers ${start} to ${start + count - 1}`} (function ${fc})`;
  }
}
