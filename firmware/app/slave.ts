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

// Where a slave's numbers stand in its row, in bytes: first those with fractions or without bounds, of 8 bytes each,
const rests = 0;
const probe = 8;
const timeout = 16;
const mostTimeout = 24;
const smoothed = 32;
const deviation = 40;
// then whole ones of 4 bytes, which takes half the memory.
const wholeBytes = 4;
const stateNow = 48;
const misses = 52;
const turnaround = 56;
const unitSwitch = 60;
const latency = 92;
const latencyCounts = latencyBoundsMs.length + 1;
const rowBytes = latency + wholeBytes * latencyCounts;
/** At 100 requests a second it is reached in a year: a count stays there and does not begin anew. */
const mostCounted = 0xffff_ffff;

/** Room for so many slaves of a line. */
export const slaveRows = (count: number): DataView => new DataView(new ArrayBuffer(count * rowBytes));

/** What is counted of a slave (`SlaveFigures`), as its places in the row. */
export const slaveCounts = deepFreeze({
  requests: 64,
  answers: 68,
  timeouts: 72,
  crcErrors: 76,
  exceptions: 80,
  foreign: 84,
  late: 88,
} as const);

/**
 * A slave of a line, with all that its master knows of it, as numbers in rows that the line's slaves share: as
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
  readonly #rows: DataView;
  readonly #at: number;

  constructor(
    address: number,
    { timeoutMs, turnaroundMs = 0, unitSwitchMs = 0 }: SlaveManners,
    rows: DataView = slaveRows(1),
    number = 0,
  ) {
    this.address = address;
    this.#rows = rows;
    this.#at = number * rowBytes;
    // Another may have had the row before.
    for (let place = stateNow; place < rowBytes; place += wholeBytes) this.putWhole(place, 0);
    this.put(rests, -Infinity);
    this.put(probe, -Infinity);
    this.put(timeout, timeoutMs);
    this.put(mostTimeout, timeoutMs);
    this.put(smoothed, -1);
    this.putWhole(turnaround, turnaroundMs);
    this.putWhole(unitSwitch, unitSwitchMs);
  }

  get turnaroundMs(): number {
    return this.whole(turnaround);
  }

  get unitSwitchMs(): number {
    return this.whole(unitSwitch);
  }

  /** Before it, it is asked nothing. */
  get restsUntilTicks(): number {
    return this.at(rests);
  }

  restUntil(ticks: number): void {
    this.put(rests, Math.max(this.restsUntilTicks, ticks));
  }

  get state(): SlaveFigures['state'] {
    return states[this.whole(stateNow)] ?? 'waiting';
  }

  get isAnswering(): boolean {
    return this.whole(stateNow) === answering;
  }

  get isSilent(): boolean {
    return this.whole(stateNow) === silent;
  }

  /** Whether the last reads went without a sign of life. */
  get isMissed(): boolean {
    return this.whole(misses) !== 0;
  }

  /** When a silent slave is asked next. */
  get probeAtTicks(): number {
    return this.at(probe);
  }

  /** Much may have changed while nobody asked: also a silent slave is asked with its next read. */
  wake(): void {
    this.put(probe, -Infinity);
  }

  /** A sign of life: a read brought an answer or an exception. */
  lives(): void {
    this.putWhole(stateNow, answering);
    this.putWhole(misses, 0);
  }

  /** A read brought damaged bytes: it may live, so it is neither well nor on the way to silence. A silent one stays so: noise is no answer. */
  garbled(askedTicks: number): void {
    if (this.isSilent) this.probeAfter(askedTicks);
    else this.putWhole(stateNow, failing);
  }

  /** Nothing came to a read that was asked, or was to be asked, at this tick. */
  missed(askedTicks: number): void {
    this.count(misses);
    this.putWhole(stateNow, this.whole(misses) >= missesToSilence ? silent : failing);
    this.probeAfter(askedTicks);
  }

  /** How long it is waited for now, and at the most. */
  get timeoutMs(): number {
    return this.at(timeout);
  }

  get mostTimeoutMs(): number {
    return this.at(mostTimeout);
  }

  /** One more of those of `slaveCounts`. */
  count(place: number): void {
    this.putWhole(place, Math.min(this.whole(place) + 1, mostCounted));
  }

  /**
   * It thought for so long about an answer: without the time that request and answer take on the wire. Where the question
   * was repeated nobody knows which one was answered, so that its time-out learns nothing of it (RFC 6298, 3, Karn's algorithm).
   */
  answered(latencyMs: number, isRepeated: boolean): void {
    this.count(slaveCounts.answers);
    let place = 0;
    while (place < latencyBoundsMs.length && latencyMs > (latencyBoundsMs[place] as number)) place++;
    this.count(latency + wholeBytes * place);
    if (!isRepeated) this.learn(latencyMs);
  }

  /** No answer came in time, or a damaged one. */
  timedOut(): void {
    this.put(timeout, Math.min(this.timeoutMs * 2, this.mostTimeoutMs));
  }

  /** All that is known of it, for people; `meter` is the id of the meter that it is. */
  figures(meter: string): SlaveFigures {
    return {
      address: this.address,
      meter,
      state: this.state,
      timeoutMs: Math.round(this.timeoutMs),
      requests: this.whole(slaveCounts.requests),
      answers: this.whole(slaveCounts.answers),
      timeouts: this.whole(slaveCounts.timeouts),
      crcErrors: this.whole(slaveCounts.crcErrors),
      exceptions: this.whole(slaveCounts.exceptions),
      foreign: this.whole(slaveCounts.foreign),
      late: this.whole(slaveCounts.late),
      latency: Array.from({ length: latencyCounts }, (_, place) => this.whole(latency + wholeBytes * place)),
    };
  }

  private learn(latencyMs: number): void {
    const before = this.at(smoothed);
    const isFirst = before < 0;
    const varies = this.at(deviation);
    const deviationMs = isFirst ? latencyMs / 2 : varies + (Math.abs(before - latencyMs) - varies) / 4;
    const smoothedMs = isFirst ? latencyMs : before + (latencyMs - before) / 8;
    const marginMs = Math.max(4 * deviationMs, smoothedMs, leastMarginMs);
    this.put(deviation, deviationMs);
    this.put(smoothed, smoothedMs);
    this.put(timeout, Math.min(Math.max(smoothedMs + marginMs, leastTimeoutMs), this.mostTimeoutMs));
  }

  /** From one probe to the next, whatever they waited for: one a minute and no fewer. */
  private probeAfter(askedTicks: number): void {
    this.put(probe, askedTicks + probeEveryMs);
  }

  private at(place: number): number {
    return this.#rows.getFloat64(this.#at + place);
  }

  private put(place: number, value: number): void {
    this.#rows.setFloat64(this.#at + place, value);
  }

  private whole(place: number): number {
    return this.#rows.getUint32(this.#at + place);
  }

  private putWhole(place: number, value: number): void {
    this.#rows.setUint32(this.#at + place, value);
  }
}
