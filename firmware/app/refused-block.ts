import type { ModbusRegister } from '../profiles/profile.ts';
import { jobsOf } from './poll-job.ts';
import type { NewJob, PollJobs } from './poll-jobs.ts';

/** What a meter refused is asked again this seldom: firmware is updated, and some meters refuse while they start. */
export const refusedEveryMs = 600_000;

/** A search for the registers that do answer makes no more parts than these. */
const mostParts = 16;

/**
 * A block of registers that a meter refuses, and the parts of it that it does not refuse: cut at its holes, then in
 * halves, until what remains is answered, is one value, or there are too many parts. The whole is asked again each ten
 * minutes, and then its refused parts too; a whole that is answered ends the search.
 */
export class RefusedBlock {
  readonly whole: number;
  #retryTicks: number;
  readonly #refusedParts = new Set<number>();
  /** The whole, or its parts that were not answered yet. */
  readonly #unanswered = new Set<number>();
  #partsMade = 0;

  constructor(whole: number, nowTicks: number) {
    this.whole = whole;
    this.#retryTicks = nowTicks + refusedEveryMs;
    this.#unanswered.add(whole);
  }

  /** Whether this, the whole or a part, is not to be asked now. */
  isAsleep(job: number, nowTicks: number): boolean {
    return job === this.whole ? nowTicks < this.#retryTicks : this.#refusedParts.has(job);
  }

  /** Whether some of its registers give no values, as far as known. */
  get isIncomplete(): boolean {
    return this.#unanswered.size > 0;
  }

  /** This part was answered. */
  answered(job: number): void {
    this.#unanswered.delete(job);
  }

  /** This part was refused; or the whole was, and again: then its refused parts may be asked once more. */
  refuse(job: number, nowTicks: number): void {
    if (job !== this.whole) this.#refusedParts.add(job);
    else {
      this.#retryTicks = nowTicks + refusedEveryMs;
      this.#refusedParts.clear();
    }
  }

  /**
   * Puts the reads to try in the place of one that was refused, the whole staying beside them. Whether there are any; none
   * where it is not worth it.
   */
  split(jobs: PollJobs, job: number): boolean {
    const parts = partsOf(jobs, job);
    if (parts.length < 2 || this.#partsMade + parts.length > mostParts) return false;
    this.#partsMade += parts.length;
    this.#unanswered.delete(job);
    if (job !== this.whole) jobs.remove(job);
    for (const part of parts) this.#unanswered.add(jobs.add({ ...part, matter: { refused: this } }));
    return true;
  }
}

/** The block cut at its holes where it has a few, and otherwise in the middle. */
function partsOf(jobs: PollJobs, job: number): NewJob[] {
  const { limits } = jobs.meterOf(job).profile;
  const registers = jobs.registersOf(job);
  const read = (some: readonly ModbusRegister[], maxHoleRegisters: number) =>
    jobsOf(
      jobs.meterNumberOf(job),
      some,
      { ...limits, maxHoleRegisters },
      jobs.intervalMs(job),
      jobs.dueTicks(job),
    );
  const withoutHoles = read(registers, 0);
  if (withoutHoles.length > 1 && withoutHoles.length <= mostParts / 2) return withoutHoles;
  if (registers.length < 2) return [];
  const middle = registers.length >> 1;
  return [
    ...read(registers.slice(0, middle), limits.maxHoleRegisters),
    ...read(registers.slice(middle), limits.maxHoleRegisters),
  ];
}
