import { type QuantityId, quantities, quantityByWire } from '../quantities.ts';
import { type Reason, reasons } from '../wire/reasons.ts';
import type { WindowRecord, WindowValue } from '../wire/records.ts';
import { beginCounter, type CounterGuard, type CounterRows, takenTicks } from './counter-guard.ts';

/** What a closed window holds: the part of a record that was measured. */
export type WindowContent = Pick<WindowRecord, 'values' | 'failures'>;

// One quantity's state is a row of numbers in typed arrays that share one buffer: on XS a sample then allocates nothing, and
// a row is 44 bytes. Of a counter's row the guard has cells and span.
const lastValue = 0;
const area = 1;
const least = 2;
const greatest = 3;
const cellCount = 4;
/** When it was sampled last, ms since the window began, and for how long it was held. Exact for whole ms up to 4 hours. */
const sampled = 0;
const held = 1;
const spanCount = 2;
/** Samples in this window, and the quantity's number on the wire. */
const samples = 0;
const wireNumber = 1;
const countCount = 2;
const noWire = 0xffff;
const mostSamples = 0xffff;
/** Where nobody says how many quantities the meter has, room is made for so many at a time. */
const rowsAtOnce = 8;

/**
 * One meter's open window. Gauges are averaged over time: a sample holds from its instant until the next sample
 * of its quantity, but no longer than `holdMs` (three sample intervals), so that a value is not stretched over a
 * silence. The last sample of the former window holds on into this one under the same bound; then it counts in
 * mean, min and max, but not as a sample: a quantity without a sample of its own in the window has no value.
 * The mean is over the time that is held. Counters have the last reading alone, of those that their guard takes.
 */
export class Window implements CounterRows {
  cells!: Float64Array;
  spans!: Float32Array;
  readonly #guard: CounterGuard;
  readonly #holdMs: number;
  /** Of each reason since the last record, and behind them since the start; a meter that is well has none. */
  #failures: Uint32Array | undefined;
  #counts!: Uint16Array;
  #rowCount = 0;
  /** Where the next quantity should be: a source gives its values in one order again and again. */
  #next = 0;
  #startTicksMs: number;

  /** Room is made for `rows` quantities at first, which the meter has. */
  constructor(holdMs: number, startTicksMs: number, guard: CounterGuard, rows: number = rowsAtOnce) {
    this.#holdMs = holdMs;
    this.#startTicksMs = startTicksMs;
    this.#guard = guard;
    this.makeRoom(rows);
  }

  /** Takes a plausible value measured at this instant; one that comes late counts from the start, or from the sample before it. */
  sample(quantity: QuantityId, value: number, ticksMs: number): void {
    const { wire, kind } = quantities[quantity];
    let row = this.#next;
    if (this.#counts[row * countCount + wireNumber] !== wire) row = this.rowOf(wire);
    this.#next = row + 1;
    if (kind === 'counter') {
      const taken = this.#guard.take(this, row, quantity, value, ticksMs);
      this.#counts[row * countCount + samples] = Math.min(this.samplesAt(row) + taken, mostSamples);
      return;
    }
    if (quantity === 'powerW') this.#guard.power(value);
    const span = row * spanCount + sampled;
    const beforeMs = this.spans[span] as number;
    let atMs = ticksMs - this.#startTicksMs;
    if (atMs < beforeMs) atMs = beforeMs;
    if (atMs < 0) atMs = 0;
    this.hold(row, beforeMs, atMs);
    this.spans[span] = atMs;
    const { cells } = this;
    const cell = row * cellCount;
    cells[cell + lastValue] = value;
    if (value < (cells[cell + least] as number)) cells[cell + least] = value;
    if (value > (cells[cell + greatest] as number)) cells[cell + greatest] = value;
    const count = row * countCount + samples;
    const taken = this.#counts[count] as number;
    if (taken < mostSamples) this.#counts[count] = taken + 1;
  }

  fail(reason: Reason): void {
    const number = reasons.indexOf(reason);
    const total = number + reasons.length;
    this.#failures ??= new Uint32Array(2 * reasons.length);
    this.#failures[number] = (this.#failures[number] as number) + 1;
    this.#failures[total] = (this.#failures[total] as number) + 1;
  }

  /** How often each reason was told since the start. */
  failures(): Record<string, number> {
    const failures: Record<string, number> = {};
    for (let number = 0; number < reasons.length; number++) {
      const count = this.#failures?.[reasons.length + number] ?? 0;
      if (count > 0) failures[reasons[number] as Reason] = count;
    }
    return failures;
  }

  /** Another meter is in the place of this one: what counters showed in this window is not told as its readings. */
  replaced(): void {
    for (let row = 0; row < this.#rowCount; row++) {
      const quantity = this.quantityAt(row);
      if (quantities[quantity].kind !== 'counter') continue;
      this.#counts[row * countCount + samples] = this.#guard.replaced(this, row, quantity);
    }
  }

  /** Whether there is a reading or sample of this quantity since the window began. */
  has(quantity: QuantityId): boolean {
    const row = this.find(quantities[quantity].wire);
    return row < this.#rowCount && this.samplesAt(row) > 0;
  }

  /**
   * What was measured from the start until now; the next window starts at this instant. Without counters where its date
   * may be wrong: what they show is told by the next reading too, and of two dates one would be counted twice.
   */
  close(ticksMs: number, isWithoutCounters = false): WindowContent {
    const values: WindowValue[] = [];
    let isWithheld = false;
    for (let row = 0; row < this.#rowCount; row++) {
      if (this.samplesAt(row) === 0) continue;
      if (isWithoutCounters && quantities[this.quantityAt(row)].kind === 'counter') isWithheld = true;
      else values.push(this.valueOf(row, ticksMs));
    }
    if (isWithheld) this.fail('clock');
    const failures: { reason: Reason; count: number }[] = [];
    for (let number = 0; number < reasons.length; number++) {
      const failed = this.#failures?.[number] ?? 0;
      if (failed > 0) failures.push({ reason: reasons[number] as Reason, count: failed });
    }
    this.#failures?.fill(0, 0, reasons.length);
    this.restart(ticksMs);
    return { values, failures };
  }

  /** Forgets the samples of this window and starts it at this instant. Failures stay, and go with the next record. */
  restart(ticksMs: number): void {
    const passedMs = ticksMs - this.#startTicksMs;
    this.#startTicksMs = ticksMs;
    for (let row = 0; row < this.#rowCount; row++) this.clear(row, passedMs);
  }

  /** Tells the newest value of every quantity and when it was measured. */
  latest(tell: (quantity: QuantityId, value: number, ticksMs: number) => void): void {
    for (let row = 0; row < this.#rowCount; row++) {
      const quantity = this.quantityAt(row);
      const sampledMs = this.spans[row * spanCount + sampled] as number;
      const ticksMs =
        quantities[quantity].kind === 'counter' ? takenTicks(this, row) : this.#startTicksMs + sampledMs;
      if (ticksMs > Number.NEGATIVE_INFINITY)
        tell(quantity, this.cells[row * cellCount + lastValue] as number, ticksMs);
    }
  }

  /** Lets the last sample hold until this instant. One that was carried in thereby takes part in min and max. */
  private hold(row: number, sampledMs: number, untilMs: number): void {
    let endMs = sampledMs + this.#holdMs;
    if (endMs > untilMs) endMs = untilMs;
    const heldMs = sampledMs < 0 ? endMs : endMs - sampledMs;
    // The first sample of all has no former one: its row says "measured at minus infinity".
    if (!(heldMs > 0)) return;
    const { cells, spans } = this;
    const cell = row * cellCount;
    const span = row * spanCount + held;
    const value = cells[cell + lastValue] as number;
    cells[cell + area] = (cells[cell + area] as number) + value * heldMs;
    spans[span] = (spans[span] as number) + heldMs;
    if (sampledMs >= 0) return;
    if (value < (cells[cell + least] as number)) cells[cell + least] = value;
    if (value > (cells[cell + greatest] as number)) cells[cell + greatest] = value;
  }

  private quantityAt(row: number): QuantityId {
    return quantityByWire[this.#counts[row * countCount + wireNumber] as number] as QuantityId;
  }

  private samplesAt(row: number): number {
    return this.#counts[row * countCount + samples] as number;
  }

  private valueOf(row: number, ticksMs: number): WindowValue {
    const { cells } = this;
    const quantity = this.quantityAt(row);
    const taken = this.samplesAt(row);
    const cell = row * cellCount;
    const last = cells[cell + lastValue] as number;
    if (quantities[quantity].kind === 'counter') return { quantity, samples: taken, last };
    this.hold(row, this.spans[row * spanCount + sampled] as number, ticksMs - this.#startTicksMs);
    const min = cells[cell + least] as number;
    const max = cells[cell + greatest] as number;
    const heldMs = this.spans[row * spanCount + held] as number;
    const mean = heldMs > 0 ? (cells[cell + area] as number) / heldMs : last;
    // Rounding must not carry a mean of equal values outside them: the wire codes its distance from min.
    return { quantity, samples: taken, mean: Math.min(Math.max(mean, min), max), min, max, last };
  }

  private rowOf(wire: number): number {
    const row = this.find(wire);
    if (row === this.#rowCount) this.addRow(wire);
    return row;
  }

  /** The quantity's row, or where one would be added. */
  private find(wire: number): number {
    const counts = this.#counts;
    let row = 0;
    while (row < this.#rowCount && counts[row * countCount + wireNumber] !== wire) row++;
    return row;
  }

  private addRow(wire: number): void {
    const row = this.#rowCount;
    if (row * cellCount === this.cells.length) this.makeRoom(row + rowsAtOnce);
    this.#rowCount++;
    this.#counts[row * countCount + wireNumber] = wire;
    this.spans[row * spanCount + sampled] = Number.NEGATIVE_INFINITY;
    if (quantities[this.quantityAt(row)].kind === 'counter') beginCounter(this, row);
    this.clear(row, 0);
  }

  private makeRoom(rows: number): void {
    const { cells, spans } = this;
    const counts = this.#counts;
    const spanBytes = rows * cellCount * Float64Array.BYTES_PER_ELEMENT;
    const countBytes = spanBytes + rows * spanCount * Float32Array.BYTES_PER_ELEMENT;
    const buffer = new ArrayBuffer(countBytes + rows * countCount * Uint16Array.BYTES_PER_ELEMENT);
    this.cells = new Float64Array(buffer, 0, rows * cellCount);
    this.spans = new Float32Array(buffer, spanBytes, rows * spanCount);
    this.#counts = new Uint16Array(buffer, countBytes, rows * countCount);
    this.#counts.fill(noWire);
    if (this.#rowCount === 0) return;
    this.cells.set(cells);
    this.spans.set(spans);
    this.#counts.set(counts);
  }

  private clear(row: number, passedMs: number): void {
    this.#counts[row * countCount + samples] = 0;
    // A counter's course goes on from window to window.
    if (quantities[this.quantityAt(row)].kind === 'counter') return;
    const { cells, spans } = this;
    const cell = row * cellCount;
    const span = row * spanCount;
    cells[cell + area] = 0;
    cells[cell + least] = Number.POSITIVE_INFINITY;
    cells[cell + greatest] = Number.NEGATIVE_INFINITY;
    spans[span + sampled] = (spans[span + sampled] as number) - passedMs;
    spans[span + held] = 0;
  }
}
