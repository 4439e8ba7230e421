import type { ReadRequest } from '../core/modbus/frame.ts';
import type { ReadBlock } from '../core/modbus/plan.ts';
import type { ReadFunction } from '../core/modbus/register.ts';
import type { SunspecModel, SunspecSearch } from '../core/modbus/sunspec.ts';
import type { ModbusRegister } from '../profiles/profile.ts';
import type { PolledMeter } from './poll-job.ts';
import type { RefusedBlock } from './refused-block.ts';

/** What few reads have. */
export interface JobMatter {
  /** The block that the meter refused, of which this is the whole or a part. */
  readonly refused?: RefusedBlock | undefined;
  /** Of a device whose registers are looked for: the search of which this read is a step. */
  readonly search?: SunspecSearch;
  /** Of a read that begins with the header of a SunSpec model: the model, as it was found. */
  readonly model?: SunspecModel;
  /** Registers that do not stand side by side in their profile. */
  readonly registers?: readonly ModbusRegister[];
}

/** A read to be done again and again, from `dueTicks` on. */
export interface NewJob {
  /** Which of the line's meters it is of. */
  readonly meter: number;
  readonly block: ReadBlock<ModbusRegister>;
  readonly intervalMs: number;
  readonly dueTicks: number;
  readonly matter?: JobMatter;
}

// Of each read in one typed array: when it is due, was begun last, may be begun; and its interval.
const due = 0;
const served = 1;
const ready = 2;
const interval = 3;
const numberCount = 4;
// In another: what it asks, how often in a row it was put off and refused, and which of its profile's registers it
// has: from one to before another, as nearly all reads do.
const start = 0;
const count = 1;
const fc = 2;
const meter = 3;
const delays = 4;
const refusals = 5;
const answered = 6;
const first = 7;
const end = 8;
const wordCount = 9;
/** Room is made for so many at a time. */
const jobsAtOnce = 8;

/**
 * The reads of a line, by numbers, which they keep: as objects they would take five times the memory. A number whose
 * read was taken away is given again.
 */
export class PollJobs {
  /** Meters by number; one whose registers were found has another profile than before. */
  readonly meters: PolledMeter[];
  /** Numbers are below this; some may be of no read. */
  length = 0;
  #numbers = new Float64Array(0);
  #words = new Uint16Array(0);
  readonly #matters = new Map<number, JobMatter>();

  constructor(meters: PolledMeter[]) {
    this.meters = meters;
  }

  add({ meter: of, block, intervalMs, dueTicks, matter }: NewJob): number {
    let job = 0;
    while (this.has(job)) job++;
    if (job * numberCount === this.#numbers.length) this.makeRoom(job + jobsAtOnce);
    this.length = Math.max(this.length, job + 1);
    this.#numbers.set([dueTicks, -Infinity, dueTicks, intervalMs], job * numberCount);
    const { registers } = block;
    const places = registers.map(register =>
      (this.meters[of] as PolledMeter).profile.registers.indexOf(register),
    );
    const from = Math.min(...places);
    const isTogether = Math.max(...places) - from + 1 === registers.length;
    const range = isTogether ? [from, from + registers.length] : [0, 0];
    this.#words.set([block.start, block.count, block.fc, of, 0, 0, 0, ...range], job * wordCount);
    if (matter !== undefined || !isTogether) {
      this.#matters.set(job, { ...matter, ...(!isTogether && { registers }) });
    }
    return job;
  }

  remove(job: number): void {
    this.#words[job * wordCount + count] = 0;
    this.setReady(job, Number.POSITIVE_INFINITY);
    this.#matters.delete(job);
  }

  /** Whether there is a read of this number. */
  has(job: number): boolean {
    return job < this.length && (this.#words[job * wordCount + count] as number) > 0;
  }

  /** The numbers of all reads. */
  all(): number[] {
    return Array.from({ length: this.length }, (_, job) => job).filter(job => this.has(job));
  }

  meterOf(job: number): PolledMeter {
    return this.meters[this.#words[job * wordCount + meter] as number] as PolledMeter;
  }

  meterNumberOf(job: number): number {
    return this.#words[job * wordCount + meter] as number;
  }

  requestOf(job: number): ReadRequest {
    const at = job * wordCount;
    return {
      address: this.meterOf(job).slave.address,
      fc: this.#words[at + fc] as ReadFunction,
      start: this.#words[at + start] as number,
      count: this.#words[at + count] as number,
    };
  }

  /** The registers whose values its answer has. */
  registersOf(job: number): readonly ModbusRegister[] {
    const at = job * wordCount;
    const to = this.#words[at + end] as number;
    return to === 0
      ? (this.#matters.get(job)?.registers ?? [])
      : this.meterOf(job).profile.registers.slice(this.#words[at + first], to);
  }

  /** It is due from here, until its interval is over. */
  dueTicks(job: number): number {
    return this.#numbers[job * numberCount + due] as number;
  }

  setDue(job: number, ticks: number): void {
    this.#numbers[job * numberCount + due] = ticks;
  }

  intervalMs(job: number): number {
    return this.#numbers[job * numberCount + interval] as number;
  }

  /** When it was last begun. */
  servedTicks(job: number): number {
    return this.#numbers[job * numberCount + served] as number;
  }

  setServed(job: number, ticks: number): void {
    this.#numbers[job * numberCount + served] = ticks;
  }

  /** From when on it may be asked; worked out anew for each choice. */
  readyTicks(job: number): number {
    return this.#numbers[job * numberCount + ready] as number;
  }

  setReady(job: number, ticks: number): void {
    this.#numbers[job * numberCount + ready] = ticks;
  }

  /** How often in a row the slave put it off. */
  delays(job: number): number {
    return this.#words[job * wordCount + delays] as number;
  }

  setDelays(job: number, times: number): void {
    this.#words[job * wordCount + delays] = times;
  }

  /** How often in a row the slave refused it. */
  refusals(job: number): number {
    return this.#words[job * wordCount + refusals] as number;
  }

  setRefusals(job: number, times: number): void {
    this.#words[job * wordCount + refusals] = Math.min(times, 0xffff);
  }

  isAnswered(job: number): boolean {
    return this.#words[job * wordCount + answered] === 1;
  }

  setAnswered(job: number): void {
    this.#words[job * wordCount + answered] = 1;
  }

  refusedOf(job: number): RefusedBlock | undefined {
    return this.#matters.get(job)?.refused;
  }

  setRefused(job: number, refused: RefusedBlock | undefined): void {
    const { refused: _, ...matter } = this.#matters.get(job) ?? {};
    if (refused !== undefined) this.#matters.set(job, { ...matter, refused });
    else if (Object.keys(matter).length > 0) this.#matters.set(job, matter);
    else this.#matters.delete(job);
  }

  searchOf(job: number): SunspecSearch | undefined {
    return this.#matters.get(job)?.search;
  }

  modelOf(job: number): SunspecModel | undefined {
    return this.#matters.get(job)?.model;
  }

  private makeRoom(jobs: number): void {
    const numbers = new Float64Array(jobs * numberCount);
    const words = new Uint16Array(jobs * wordCount);
    numbers.set(this.#numbers);
    words.set(this.#words);
    this.#numbers = numbers;
    this.#words = words;
  }
}
