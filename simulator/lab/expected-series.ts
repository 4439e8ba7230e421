import { quantityByWire } from '#core/quantities.ts';
import { type RecordSink, readRecord } from '#core/wire/records.ts';

/** A row of a series as numbers: start and length in seconds, samples, and whole steps of the quantity's last decimal. */
export interface SeriesRow {
  readonly startS: number;
  readonly windowS: number;
  readonly samples: number;
  /** NaN where there is none: counters have `last` alone. */
  readonly mean: number;
  readonly min: number;
  readonly max: number;
  readonly last: number;
}

const columns = 8;
const waitingColumn = 7;

/** What became of a row that the host has. */
export type RowFate = 'expected' | 'doubled' | 'wrong';

/** The rows that one series has to have, or may have. */
export class ExpectedSeries {
  #numbers = new Float64Array(columns * 16);
  #rows = 0;
  #isSorted = true;
  #seen = new Uint8Array(0);

  get rows(): number {
    return this.#rows;
  }

  add(row: SeriesRow, isWaiting: boolean): void {
    const at = this.#rows * columns;
    if (at === this.#numbers.length) {
      const grown = new Float64Array(this.#numbers.length * 2);
      grown.set(this.#numbers);
      this.#numbers = grown;
    }
    if (at > 0 && row.startS < (this.#numbers[at - columns] as number)) this.#isSorted = false;
    const { startS, windowS, samples, mean, min, max, last } = row;
    this.#numbers.set([startS, windowS, samples, mean, min, max, last, isWaiting ? 1 : 0], at);
    this.#rows++;
  }

  /** The host has this row. Rows may come in any order. */
  take(row: SeriesRow): RowFate {
    this.#prepare();
    let isKnown = false;
    for (let index = this.#firstAt(row.startS); index < this.#rows; index++) {
      if (this.#numbers[index * columns] !== row.startS) break;
      isKnown = true;
      if (!this.#isSame(index, row)) continue;
      if (this.#seen[index] === 0) {
        this.#seen[index] = 1;
        return 'expected';
      }
    }
    return isKnown && this.#wasSame(row) ? 'doubled' : 'wrong';
  }

  /** Starts of the rows that had to be there and were not taken, and how many may still come. */
  left(): { readonly lost: number; readonly waiting: number; readonly firstLostS: number | undefined } {
    this.#prepare();
    let lost = 0;
    let waiting = 0;
    let firstLostS: number | undefined;
    for (let index = 0; index < this.#rows; index++) {
      if (this.#seen[index] === 1) continue;
      if (this.#numbers[index * columns + waitingColumn] === 1) waiting++;
      else {
        lost++;
        firstLostS ??= this.#numbers[index * columns];
      }
    }
    return { lost, waiting, firstLostS };
  }

  #prepare(): void {
    if (this.#seen.length === this.#rows) return;
    if (!this.#isSorted) this.#sort();
    this.#seen = new Uint8Array(this.#rows);
  }

  /** The first row that starts then, or where it would be. */
  #firstAt(startS: number): number {
    let low = 0;
    let high = this.#rows;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#numbers[middle * columns] as number) < startS) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #isSame(index: number, row: SeriesRow): boolean {
    const at = index * columns;
    const numbers = this.#numbers;
    return (
      numbers[at + 1] === row.windowS &&
      numbers[at + 2] === row.samples &&
      Object.is(numbers[at + 3], row.mean) &&
      Object.is(numbers[at + 4], row.min) &&
      Object.is(numbers[at + 5], row.max) &&
      numbers[at + 6] === row.last
    );
  }

  #wasSame(row: SeriesRow): boolean {
    for (let index = this.#firstAt(row.startS); index < this.#rows; index++) {
      if (this.#numbers[index * columns] !== row.startS) return false;
      if (this.#isSame(index, row)) return true;
    }
    return false;
  }

  /** After a clock was set back. */
  #sort(): void {
    const rows = Array.from({ length: this.#rows }, (_, index) =>
      this.#numbers.slice(index * columns, (index + 1) * columns),
    ).sort((one, other) => (one[0] as number) - (other[0] as number));
    for (const [index, row] of rows.entries()) this.#numbers.set(row, index * columns);
    this.#isSorted = true;
  }
}

/** All series of one gateway, by `meter.quantity`, from its records. */
export class ExpectedGateway implements RecordSink {
  readonly series = new Map<string, ExpectedSeries>();
  /** Rows that have to be stored, and that may. */
  values = 0;
  waiting = 0;
  firstS = Number.POSITIVE_INFINITY;
  lastS = 0;
  #isWaiting = false;
  #meter = '';
  #byWire: (ExpectedSeries | undefined)[] = [];
  readonly #meters = new Map<string, (ExpectedSeries | undefined)[]>();
  #startS = 0;
  #windowS = 0;

  /** @throws Error where the bytes are no record */
  add(record: Uint8Array, isWaiting: boolean): void {
    this.#isWaiting = isWaiting;
    const read = readRecord(record, this);
    if (!read.ok) throw new Error(`an appended record is none: ${read.detail}`);
  }

  begin(meter: string, startS: number, windowS: number): void {
    this.#meter = meter;
    const known = this.#meters.get(meter);
    this.#byWire = known ?? [];
    if (known === undefined) this.#meters.set(meter, this.#byWire);
    this.#startS = startS;
    this.#windowS = windowS;
    this.firstS = Math.min(this.firstS, startS);
    this.lastS = Math.max(this.lastS, startS);
  }

  failure(): void {}

  serial(): void {}

  gauge(wire: number, samples: number, min: number, mean: number, max: number, last: number): void {
    this.#add(wire, samples, min + mean, min, min + max, min + last);
  }

  counter(wire: number, samples: number, last: number): void {
    this.#add(wire, samples, Number.NaN, Number.NaN, Number.NaN, last);
  }

  #add(wire: number, samples: number, mean: number, min: number, max: number, last: number): void {
    let series = this.#byWire[wire];
    if (series === undefined) {
      series = new ExpectedSeries();
      this.#byWire[wire] = series;
      this.series.set(`${this.#meter}.${quantityByWire[wire]}`, series);
    }
    series.add(
      { startS: this.#startS, windowS: this.#windowS, samples, mean, min, max, last },
      this.#isWaiting,
    );
    if (this.#isWaiting) this.waiting++;
    else this.values++;
  }
}
