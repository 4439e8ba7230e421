import { type QuantityId, quantities, quantityByWire } from '../quantities.ts';
import { type Reason, reasons } from '../wire/reasons.ts';
import type { WindowRecord, WindowValue } from '../wire/records.ts';

/** What a closed window holds: the part of a record that was measured. */
export type WindowContent = Pick<WindowRecord, 'values' | 'failures'>;

// One quantity's state is a row of numbers in one typed array: on XS a sample then allocates nothing.
const lastValue = 0;
const lastTicks = 1;
const area = 2;
const weight = 3;
const least = 4;
const greatest = 5;
const count = 6;
const rowLength = 7;
const noRow = 255;

/**
 * One meter's open window. Gauges are averaged over time: a sample holds from its instant until the next sample
 * of its quantity, but no longer than `holdMs` (three sample intervals), so that a value is not stretched over a
 * silence. The last sample of the former window holds on into this one under the same bound; then it counts in
 * mean, min and max, but not as a sample: a quantity without a sample of its own in the window has no value.
 * The mean is over the time that is held. Counters have the last reading alone.
 */
export class Window {
  readonly #holdMs: number;
  readonly #rowOfWire = new Uint8Array(quantityByWire.length).fill(noRow);
  readonly #failures = new Uint32Array(reasons.length);
  #rows = new Float64Array(8 * rowLength);
  /** Wire number of each row, in order of first appearance. */
  readonly #wires: number[] = [];
  #startTicksMs: number;

  constructor(holdMs: number, startTicksMs: number) {
    this.#holdMs = holdMs;
    this.#startTicksMs = startTicksMs;
  }

  /** Takes a plausible value measured at this instant; one that comes late counts from the start, or from the sample before it. */
  sample(quantity: QuantityId, value: number, ticksMs: number): void {
    const row = this.#rowOf(quantities[quantity].wire);
    const rows = this.#rows;
    const atMs = Math.max(ticksMs, this.#startTicksMs, rows[row + lastTicks] as number);
    this.#hold(row, atMs);
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

  /** What was measured from the start until now; the next window starts at this instant. */
  close(ticksMs: number): WindowContent {
    const values: WindowValue[] = [];
    for (let index = 0; index < this.#wires.length; index++) {
      const row = index * rowLength;
      if (this.#rows[row + count] === 0) continue;
      this.#hold(row, ticksMs);
      values.push(this.#valueOf(row, quantityByWire[this.#wires[index] as number] as QuantityId));
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
    for (let row = 0; row < this.#wires.length * rowLength; row += rowLength) this.#clear(row);
  }

  /** Tells the newest value of every quantity and when it was measured. */
  latest(tell: (quantity: QuantityId, value: number, ticksMs: number) => void): void {
    for (let index = 0; index < this.#wires.length; index++) {
      const row = index * rowLength;
      const quantity = quantityByWire[this.#wires[index] as number] as QuantityId;
      tell(quantity, this.#rows[row + lastValue] as number, this.#rows[row + lastTicks] as number);
    }
  }

  /** Lets the last sample hold until this instant. One that was carried in thereby takes part in min and max. */
  #hold(row: number, untilTicksMs: number): void {
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

  #valueOf(row: number, quantity: QuantityId): WindowValue {
    const rows = this.#rows;
    const samples = rows[row + count] as number;
    const last = rows[row + lastValue] as number;
    if (quantities[quantity].kind === 'counter') return { quantity, samples, last };
    const min = rows[row + least] as number;
    const max = rows[row + greatest] as number;
    const heldMs = rows[row + weight] as number;
    const mean = heldMs > 0 ? (rows[row + area] as number) / heldMs : last;
    // Rounding must not carry a mean of equal values outside them: the wire codes its distance from min.
    return { quantity, samples, mean: Math.min(Math.max(mean, min), max), min, max, last };
  }

  #rowOf(wire: number): number {
    const known = this.#rowOfWire[wire] as number;
    if (known !== noRow) return known * rowLength;
    const index = this.#wires.length;
    const row = index * rowLength;
    if (row === this.#rows.length) {
      const grown = new Float64Array(row * 2);
      grown.set(this.#rows);
      this.#rows = grown;
    }
    this.#rowOfWire[wire] = index;
    this.#wires.push(wire);
    this.#rows[row + lastTicks] = Number.NEGATIVE_INFINITY;
    this.#clear(row);
    return row;
  }

  #clear(row: number): void {
    this.#rows[row + area] = 0;
    this.#rows[row + weight] = 0;
    this.#rows[row + least] = Number.POSITIVE_INFINITY;
    this.#rows[row + greatest] = Number.NEGATIVE_INFINITY;
    this.#rows[row + count] = 0;
  }
}
