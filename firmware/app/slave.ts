import { deepFreeze } from '../core/freeze.ts';
import { latencyBoundsMs } from '../core/wire/diagnosis.ts';
import type { SlaveFigures } from './slave-figures.ts';

/** How a slave wants to be asked; what is left out is nothing. */
export interface SlaveManners {
  /** It is waited for so long at the most, beyond the time that request and answer take on the wire. */
  readonly timeoutMs: number;
  /** It is left alone so long after each answer; others may be asked meanwhile. */
  readonly turnaroundMs?: number | undefined;
  /** The line is silent so long before it is asked, where another slave was asked before it. */
  readonly unitSwitchMs?: number | undefined;
}

/** Nobody is given less: timers, adapters and a busy chip take some milliseconds of their own. */
export const leastTimeoutMs = 20;
/** Beyond its usual latency a slave gets at least this much more. */
const leastMarginMs = 20;
/** After so many reads in a row without a sign of life a slave is silent. */
const missesToSilence = 3;
/** A silent slave is asked this seldom: its time-outs take the line from the others. */
export const probeEveryMs = 60_000;

const states = Object.freeze(['waiting', 'answering', 'failing', 'silent'] as const);
const answering = 1;
const failing = 2;
const silent = 3;

// A slave's cells in the array of its line.
const rests = 0;
const probe = 1;
const stateNow = 2;
const misses = 3;
const timeout = 4;
const mostTimeout = 5;
const smoothed = 6;
const deviation = 7;
const turnaround = 8;
const unitSwitch = 9;
const latency = 17;
export const slaveCells = latency + latencyBoundsMs.length + 1;

/** What is counted of a slave (`SlaveFigures`), as the cells that it has for it. */
export const slaveCounts = deepFreeze({
  requests: 10,
  answers: 11,
  timeouts: 12,
  crcErrors: 13,
  exceptions: 14,
  foreign: 15,
  late: 16,
} as const);

/**
 * A slave of a line, with all that its master knows of it, as numbers in an array that the line's slaves share: as
 * objects they would take more than twice the memory.
 *
 * Its state tells whether it is worth the line's time. `waiting`: not asked yet. `answering`: the last read was answered.
 * `failing`: it was not. `silent`: nothing came for several reads, so it is asked once a minute until it answers.
 *
 * It is waited for as long as it needs: its smoothed latency and four mean deviations (RFC 6298, 2), yet twice its latency
 * and never less than 20 ms, and never more than the time-out of its settings, which it begins with. Each miss
 * doubles it (5.5), so a slave that became slower is heard again.
 */
export class Slave {
  readonly address: number;
  readonly #cells: Float64Array;
  readonly #at: number;

  constructor(
    address: number,
    { timeoutMs, turnaroundMs = 0, unitSwitchMs = 0 }: SlaveManners,
    cells: Float64Array = new Float64Array(slaveCells),
    number = 0,
  ) {
    this.address = address;
    this.#cells = cells;
    this.#at = number * slaveCells;
    cells.set(
      [-Infinity, -Infinity, 0, 0, timeoutMs, timeoutMs, -1, 0, turnaroundMs, unitSwitchMs],
      this.#at,
    );
  }

  get turnaroundMs(): number {
    return this.#cells[this.#at + turnaround] as number;
  }

  get unitSwitchMs(): number {
    return this.#cells[this.#at + unitSwitch] as number;
  }

  /** Before it, it is asked nothing. */
  get restsUntilTicks(): number {
    return this.#cells[this.#at + rests] as number;
  }

  restUntil(ticks: number): void {
    this.put(rests, Math.max(this.restsUntilTicks, ticks));
  }

  get state(): SlaveFigures['state'] {
    return states[this.#cells[this.#at + stateNow] as number] ?? 'waiting';
  }

  get isAnswering(): boolean {
    return this.#cells[this.#at + stateNow] === answering;
  }

  get isSilent(): boolean {
    return this.#cells[this.#at + stateNow] === silent;
  }

  /** Whether the last reads went without a sign of life. */
  get isMissed(): boolean {
    return this.#cells[this.#at + misses] !== 0;
  }

  /** When a silent slave is asked next. */
  get probeAtTicks(): number {
    return this.#cells[this.#at + probe] as number;
  }

  /** Much may have changed while nobody asked: also a silent slave is asked with its next read. */
  wake(): void {
    this.put(probe, -Infinity);
  }

  /** A sign of life: a read brought an answer or an exception. */
  lives(): void {
    const at = this.#at;
    this.#cells[at + stateNow] = answering;
    this.#cells[at + misses] = 0;
  }

  /** A read brought damaged bytes: it may live, so it is neither well nor on the way to silence. A silent one stays so: noise is no answer. */
  garbled(askedTicks: number): void {
    if (this.isSilent) this.probeAfter(askedTicks);
    else this.put(stateNow, failing);
  }

  /** Nothing came to a read that was asked, or was to be asked, at this tick. */
  missed(askedTicks: number): void {
    this.count(misses);
    const isSilent = (this.#cells[this.#at + misses] as number) >= missesToSilence;
    this.put(stateNow, isSilent ? silent : failing);
    this.probeAfter(askedTicks);
  }

  /** How long it is waited for now, and at the most. */
  get timeoutMs(): number {
    return this.#cells[this.#at + timeout] as number;
  }

  get mostTimeoutMs(): number {
    return this.#cells[this.#at + mostTimeout] as number;
  }

  /** One more of those of `slaveCounts`. */
  count(cell: number): void {
    const at = this.#at + cell;
    this.#cells[at] = (this.#cells[at] as number) + 1;
  }

  /**
   * It thought for so long about an answer: without the time that request and answer take on the wire. Where the question
   * was repeated nobody knows which one was answered, so that its time-out learns nothing of it (RFC 6298, 3, Karn's algorithm).
   */
  answered(latencyMs: number, isRepeated: boolean): void {
    this.count(slaveCounts.answers);
    let place = 0;
    while (place < latencyBoundsMs.length && latencyMs > (latencyBoundsMs[place] as number)) place++;
    this.count(latency + place);
    if (!isRepeated) this.learn(latencyMs);
  }

  /** No answer came in time, or a damaged one. */
  timedOut(): void {
    this.put(timeout, Math.min(this.timeoutMs * 2, this.mostTimeoutMs));
  }

  /** All that is known of it, for people; `meter` is the id of the meter that it is. */
  figures(meter: string): SlaveFigures {
    const of = (cell: number): number => this.#cells[this.#at + cell] as number;
    return {
      address: this.address,
      meter,
      state: this.state,
      timeoutMs: Math.round(this.timeoutMs),
      requests: of(slaveCounts.requests),
      answers: of(slaveCounts.answers),
      timeouts: of(slaveCounts.timeouts),
      crcErrors: of(slaveCounts.crcErrors),
      exceptions: of(slaveCounts.exceptions),
      foreign: of(slaveCounts.foreign),
      late: of(slaveCounts.late),
      latency: Array.from(this.#cells.subarray(this.#at + latency, this.#at + slaveCells)),
    };
  }

  private learn(latencyMs: number): void {
    const cells = this.#cells;
    const at = this.#at;
    const before = cells[at + smoothed] as number;
    const isFirst = before < 0;
    const varies = cells[at + deviation] as number;
    const deviationMs = isFirst ? latencyMs / 2 : varies + (Math.abs(before - latencyMs) - varies) / 4;
    const smoothedMs = isFirst ? latencyMs : before + (latencyMs - before) / 8;
    const marginMs = Math.max(4 * deviationMs, smoothedMs, leastMarginMs);
    cells[at + deviation] = deviationMs;
    cells[at + smoothed] = smoothedMs;
    const mostMs = cells[at + mostTimeout] as number;
    cells[at + timeout] = Math.min(Math.max(smoothedMs + marginMs, leastTimeoutMs), mostMs);
  }

  /** From one probe to the next, whatever they waited for: one a minute and no fewer. */
  private probeAfter(askedTicks: number): void {
    this.put(probe, askedTicks + probeEveryMs);
  }

  private put(cell: number, value: number): void {
    this.#cells[this.#at + cell] = value;
  }
}
