import { type QuantityId, quantities, quantityByWire } from '../quantities.ts';
import { type Reason, reasons } from '../wire/reasons.ts';
import type { WindowRecord, WindowValue } from '../wire/records.ts';
import type { CounterGuard } from './counter-guard.ts';

/** What a closed window holds: the part of a record that was measured. */
export type WindowContent = Pick<WindowRecord, 'values' | 'failures'>;

// One quantity's state is a row of numbers in one typed array: on XS a sample then allocates nothing. Of a counter's
// row the guard has the first five.
const lastValue = 0;
const lastTicks = 1;
const area = 2;
const weight = 3;
const least = 4;
const greatest = 5;
const count = 6;
const rowLength = 7;
const noRow = 255;
/** Room is made for so many quantities at a time: a meter has few or many, and a row is 56 bytes. */
const rowsAtOnce = 8;

/**
 * One meter's open window. Gauges are averaged over time: a sample holds from its instant until the next sample
 * of its quantity, but no longer than `holdMs` (three sample intervals), so that a value is not stretched over a
 * silence. The last sample of the former window holds on into this one under the same bound; then it counts in
 * mean, min and max, but not as a sample: a quantity without a sample of its own in the window has no value.
 * The mean is over the time that is held. Counters have the last reading alone, of those that their guard takes.
 */
export class Window {
  readonly #guard: CounterGuard;
  readonly #holdMs: number;
  readonly #rowOfWire = new Uint8Array(quantityByWire.length).fill(noRow);
  readonly #failures = new Uint32Array(reasons.length);
  #rows = new Float64Array(rowsAtOnce * rowLength);
  #rowCount = 0;
  /** Wire number of each row, in order of first appearance. */
  #wires = new Uint8Array(rowsAtOnce);
  #startTicksMs: number;

  constructor(holdMs: number, startTicksMs: number, guard: CounterGuard) {
    this.#holdMs = holdMs;
    this.#startTicksMs = startTicksMs;
    this.#guard = guard;
  }

  /** Takes a plausible value measured at this instant; one that comes late counts from the start, or from the sample before it. */
  sample(quantity: QuantityId, value: number, ticksMs: number): void {
    const { wire, kind } = quantities[quantity];
    const row = this.rowOf(wire);
    const rows = this.#rows;
    if (kind === 'counter') {
      const taken = this.#guard.take(rows, row, quantity, value, ticksMs);
      rows[row + count] = (rows[row + count] as number) + taken;
      return;
    }
    if (quantity === 'powerW') this.#guard.power(value);
    const atMs = Math.max(ticksMs, this.#startTicksMs, rows[row + lastTicks] as number);
    this.hold(row, atMs);
    rows[row + lastValue] = value;
    rows[row + lastTicks] = atMs;
    rows[row + least] = Math.min(rows[row + least] as number, value);
    rows[row + greatest] = Math.max(rows[row + greatest] as number, value);
    rows[row + count] = (rows[row + count] as number) + 1;
  }

  fail(reason: Reason): void {
    const number = reasons.indexOf(reason);
    this.#failures[number] = (this.#failures[number] as number) + 1;
  }

  /** Another meter is in the place of this one: what counters showed in this window is not told as its readings. */
  replaced(): void {
    for (let index = 0; index < this.#rowCount; index++) {
      const quantity = this.quantityAt(index);
      const row = index * rowLength;
      if (quantities[quantity].kind !== 'counter') continue;
      this.#rows[row + count] = this.#guard.replaced(this.#rows, row, quantity);
    }
  }

  /** Whether there is a reading or sample of this quantity since the window began. */
  has(quantity: QuantityId): boolean {
    const row = this.#rowOfWire[quantities[quantity].wire] as number;
    return row !== noRow && (this.#rows[row * rowLength + count] as number) > 0;
  }

  /** What was measured from the start until now; the next window starts at this instant. */
  close(ticksMs: number): WindowContent {
    const values: WindowValue[] = [];
    for (let index = 0; index < this.#rowCount; index++) {
      const row = index * rowLength;
      if (this.#rows[row + count] === 0) continue;
      values.push(this.valueOf(row, this.quantityAt(index), ticksMs));
    }
    const failures: { reason: Reason; count: number }[] = [];
    for (const [number, reason] of reasons.entries()) {
      const failed = this.#failures[number] as number;
      if (failed > 0) failures.push({ reason, count: failed });
    }
    this.#failures.fill(0);
    this.restart(ticksMs);
    return { values, failures };
  }

  /** Forgets the samples of this window and starts it at this instant. Failures stay, and go with the next record. */
  restart(ticksMs: number): void {
    this.#startTicksMs = ticksMs;
    for (let index = 0; index < this.#rowCount; index++) this.clear(index);
  }

  /** Tells the newest value of every quantity and when it was measured. */
  latest(tell: (quantity: QuantityId, value: number, ticksMs: number) => void): void {
    for (let index = 0; index < this.#rowCount; index++) {
      const row = index * rowLength;
      const ticksMs = this.#rows[row + lastTicks] as number;
      if (ticksMs > Number.NEGATIVE_INFINITY)
        tell(this.quantityAt(index), this.#rows[row + lastValue] as number, ticksMs);
    }
  }

  /** Lets the last sample hold until this instant. One that was carried in thereby takes part in min and max. */
  private hold(row: number, untilTicksMs: number): void {
    const rows = this.#rows;
    const value = rows[row + lastValue] as number;
    const sampledMs = rows[row + lastTicks] as number;
    const fromMs = Math.max(sampledMs, this.#startTicksMs);
    const heldMs = Math.min(untilTicksMs, sampledMs + this.#holdMs) - fromMs;
    // The first sample of all has no former one: its row says "measured at minus infinity".
    if (!(heldMs > 0)) return;
    rows[row + area] = (rows[row + area] as number) + value * heldMs;
    rows[row + weight] = (rows[row + weight] as number) + heldMs;
    rows[row + least] = Math.min(rows[row + least] as number, value);
    rows[row + greatest] = Math.max(rows[row + greatest] as number, value);
  }

  private quantityAt(index: number): QuantityId {
    return quantityByWire[this.#wires[index] as number] as QuantityId;
  }

  private valueOf(row: number, quantity: QuantityId, ticksMs: number): WindowValue {
    const rows = this.#rows;
    const samples = rows[row + count] as number;
    const last = rows[row + lastValue] as number;
    if (quantities[quantity].kind === 'counter') return { quantity, samples, last };
    this.hold(row, ticksMs);
    const min = rows[row + least] as number;
    const max = rows[row + greatest] as number;
    const heldMs = rows[row + weight] as number;
    const mean = heldMs > 0 ? (rows[row + area] as number) / heldMs : last;
    // Rounding must not carry a mean of equal values outside them: the wire codes its distance from min.
    return { quantity, samples, mean: Math.min(Math.max(mean, min), max), min, max, last };
  }

  private rowOf(wire: number): number {
    const known = this.#rowOfWire[wire] as number;
    if (known !== noRow) return known * rowLength;
    const index = this.#rowCount++;
    const row = index * rowLength;
    if (index === this.#wires.length) {
      const rows = new Float64Array(row + rowsAtOnce * rowLength);
      rows.set(this.#rows);
      this.#rows = rows;
      const wires = new Uint8Array(index + rowsAtOnce);
      wires.set(this.#wires);
      this.#wires = wires;
    }
    this.#rowOfWire[wire] = index;
    this.#wires[index] = wire;
    this.#rows[row + lastTicks] = Number.NEGATIVE_INFINITY;
    this.clear(index);
    return row;
  }

  private clear(index: number): void {
    const row = index * rowLength;
    this.#rows[row + count] = 0;
    // A counter's course goes on from window to window.
    if (quantities[this.quantityAt(index)].kind === 'counter') return;
    this.#rows[row + area] = 0;
    this.#rows[row + weight] = 0;
    this.#rows[row + least] = Number.POSITIVE_INFINITY;
    this.#rows[row + greatest] = Number.NEGATIVE_INFINITY;
  }
}
