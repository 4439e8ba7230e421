import type { ModbusRegister } from '../profiles/profile.ts';
import { jobsOf, type PollJob } from './poll-job.ts';

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
  readonly whole: PollJob;
  #retryTicks: number;
  readonly #refusedParts = new Set<PollJob>();
  /** The whole, or its parts that were not answered yet. */
  readonly #unanswered = new Set<PollJob>();
  #partsMade = 0;

  constructor(whole: PollJob, nowTicks: number) {
    this.whole = whole;
    this.#retryTicks = nowTicks + refusedEveryMs;
    this.#unanswered.add(whole);
  }

  /** Whether this, the whole or a part, is not to be asked now. */
  isAsleep(job: PollJob, nowTicks: number): boolean {
    return job === this.whole ? nowTicks < this.#retryTicks : this.#refusedParts.has(job);
  }

  /** Whether some of its registers give no values, as far as known. */
  get isIncomplete(): boolean {
    return this.#unanswered.size > 0;
  }

  /** This part was answered. */
  answered(job: PollJob): void {
    this.#unanswered.delete(job);
  }

  /** This part was refused; or the whole was, and again: then its refused parts may be asked once more. */
  refuse(job: PollJob, nowTicks: number): void {
    if (job !== this.whole) this.#refusedParts.add(job);
    else {
      this.#retryTicks = nowTicks + refusedEveryMs;
      this.#refusedParts.clear();
    }
  }

  /** The reads to try instead of one that was refused; none where it is not worth it. */
  split(job: PollJob): readonly PollJob[] {
    const parts = partsOf(job);
    if (parts.length < 2 || this.#partsMade + parts.length > mostParts) return [];
    this.#partsMade += parts.length;
    this.#unanswered.delete(job);
    for (const part of parts) {
      part.refused = this;
      this.#unanswered.add(part);
    }
    return parts;
  }
}

/** The block cut at its holes where it has a few, and otherwise in the middle. */
function partsOf({ meter, registers, intervalMs, dueTicks }: PollJob): PollJob[] {
  const { limits } = meter.profile;
  const read = (some: readonly ModbusRegister[], maxHoleRegisters: number) =>
    jobsOf(meter, some, { ...limits, maxHoleRegisters }, intervalMs, dueTicks);
  const withoutHoles = read(registers, 0);
  if (withoutHoles.length > 1 && withoutHoles.length <= mostParts / 2) return withoutHoles;
  if (registers.length < 2) return [];
  const middle = registers.length >> 1;
  return [
    ...read(registers.slice(0, middle), limits.maxHoleRegisters),
    ...read(registers.slice(middle), limits.maxHoleRegisters),
  ];
}
