import { type CounterRule, counterBounds } from '#core/aggregate/counter-rule.ts';
import type { CounterSlot } from '../counters/counter-slot.ts';

/** A slot with its start and how much of it was measured, s. */
export interface MeasuredSlot extends CounterSlot {
  readonly startS: number;
  readonly measuredS: number;
}

/** Which parts make up a slot: those that start between two multiples of a length, s. */
export interface SlotGrid {
  readonly bucketS: number;
  /** Starts of slots of which each part is a slot of its own, ascending. */
  readonly cut?: ReadonlySet<number>;
}

type OpenSlot = { -readonly [K in keyof MeasuredSlot]: MeasuredSlot[K] };

/** The columns that parts of counters have, in their order; `startS` is a part's own start. */
export const slotColumns =
  'series, startS, measuredS, readings, firstEndS, firstWindowS, lastEndS, lastWindowS, first, last, gap, fastest, isFallen';

/**
 * Parts of counters, by columns and in any order, joined to one slot for each series and bucket, in their order: what
 * lies between two neighbours of a bucket counts as what lies between two readings.
 */
export function foldParts(
  columns: readonly Float64Array[],
  grid: SlotGrid,
  rules: ReadonlyMap<number, CounterRule>,
): Map<number, MeasuredSlot[]> {
  const parts = new CounterParts(columns);
  const bySeries = new Map<number, MeasuredSlot[]>();
  for (const number of [...parts.series].sort((one, other) => one - other)) {
    const slots: MeasuredSlot[] = [];
    parts.eachSlot(number, grid, rules.get(number)?.maxPerS ?? 0, slot => slots.push({ ...slot }) > 0);
    bySeries.set(number, slots);
  }
  return bySeries;
}

function bucketOf(startS: number, { bucketS, cut }: SlotGrid): number {
  const bucket = Math.floor(startS / bucketS) * bucketS;
  return cut?.has(bucket) ? startS : bucket;
}

const none = new Float64Array();

/** Parts of many counters by columns. */
export class CounterParts {
  readonly #columns: readonly Float64Array[];
  readonly #rows = new Map<number, number[]>();

  constructor(columns: readonly Float64Array[]) {
    this.#columns = columns;
    const [series = none] = columns;
    let [number, rows]: [number, number[]] = [Number.NaN, []];
    for (let row = 0; row < series.length; row++) {
      if (series[row] !== number) {
        number = series[row] as number;
        rows = this.#rows.get(number) ?? [];
        this.#rows.set(number, rows);
      }
      rows.push(row);
    }
  }

  /** Those that have any part. */
  get series(): Iterable<number> {
    return this.#rows.keys();
  }

  /** How many readings of a series end at or before an instant, and how many begin with one that ends after another. */
  readingsBeyond(number: number, fromS: number, toS: number): { before: number; after: number } {
    const [, , , readings = none, firstEndS = none, , lastEndS = none] = this.#columns;
    const beyond = { before: 0, after: 0 };
    for (const row of this.#rows.get(number) ?? []) {
      if ((lastEndS[row] as number) <= fromS) beyond.before += readings[row] as number;
      if ((firstEndS[row] as number) > toS) beyond.after += readings[row] as number;
    }
    return beyond;
  }

  /**
   * Tells a series' slots in order, until `take` gives false; whether it never did. All are one object, which is another
   * slot with the next call.
   */
  eachSlot(number: number, grid: SlotGrid, maxPerS: number, take: (slot: MeasuredSlot) => boolean): boolean {
    const [
      ,
      startS = none,
      measuredS = none,
      readings = none,
      firstEndS = none,
      firstWindowS = none,
      lastEndS = none,
      lastWindowS = none,
      first = none,
      last = none,
      gap = none,
      fastest = none,
      isFallen = none,
    ] = this.#columns;
    let open = emptySlot();
    let next = emptySlot();
    let isOpen = false;
    const rows = this.#inOrder(number, grid);
    for (let index = 0; index < rows.length; index++) {
      const row = rows[index] as number;
      next.startS = bucketOf(startS[row] as number, grid);
      next.measuredS = measuredS[row] as number;
      next.readings = readings[row] as number;
      next.firstEndS = firstEndS[row] as number;
      next.firstWindowS = firstWindowS[row] as number;
      next.lastEndS = lastEndS[row] as number;
      next.lastWindowS = lastWindowS[row] as number;
      next.first = first[row] as number;
      next.last = last[row] as number;
      next.estimated = gap[row] as number;
      next.isOdd = isFallen[row] === 1 || (fastest[row] as number) > maxPerS;
      if (isOpen && open.startS === next.startS) {
        joinTo(open, next, maxPerS);
        continue;
      }
      if (isOpen && !take(open)) return false;
      const closed = open;
      open = next;
      next = closed;
      isOpen = true;
    }
    return !isOpen || take(open);
  }

  /** Rows by bucket, first end and first reading; most are so already. */
  #inOrder(number: number, grid: SlotGrid): readonly number[] {
    const rows = this.#rows.get(number) ?? [];
    const [, startS = none, , , firstEndS = none, , lastEndS = none, lastWindowS = none, first = none] =
      this.#columns;
    let isOrdered = true;
    for (let index = 1; index < rows.length && isOrdered; index++) {
      const [before, row] = [rows[index - 1] as number, rows[index] as number];
      isOrdered =
        (startS[before] as number) <= (startS[row] as number) &&
        (firstEndS[before] as number) < (firstEndS[row] as number);
    }
    if (isOrdered) return rows;
    const of = (column: Float64Array, row: number) => column[row] as number;
    return rows.sort(
      (one, other) =>
        bucketOf(of(startS, one), grid) - bucketOf(of(startS, other), grid) ||
        of(firstEndS, one) - of(firstEndS, other) ||
        of(first, other) - of(first, one) ||
        of(lastEndS, one) - of(lastEndS, other) ||
        of(lastWindowS, other) - of(lastWindowS, one),
    );
  }
}

// Not 0: fields that began as small whole numbers would be made anew for each that is none.
const emptySlot = (): OpenSlot => ({
  startS: Number.NaN,
  measuredS: Number.NaN,
  readings: Number.NaN,
  firstEndS: Number.NaN,
  firstWindowS: Number.NaN,
  lastEndS: Number.NaN,
  lastWindowS: Number.NaN,
  first: Number.NaN,
  last: Number.NaN,
  estimated: Number.NaN,
  isOdd: false,
});

function joinTo(slot: OpenSlot, next: OpenSlot, maxPerS: number): void {
  const { gapWindows, gapS } = counterBounds;
  const rise = next.first - slot.last;
  const spanS = next.firstEndS - slot.lastEndS;
  const longestS = Math.max(slot.lastWindowS, next.firstWindowS);
  const isGap = spanS > Math.max(gapWindows * longestS, gapS);
  slot.estimated += next.estimated + (isGap ? Math.max(rise, 0) : 0);
  const pace = rise > 0 && spanS > 0 ? Math.ceil(rise / spanS) : 0;
  // Parts that reach into each other, or say two things of one instant: only the windows themselves can tell.
  const isFallen = rise < 0 || spanS < 0 || (spanS === 0 && rise !== 0);
  slot.isOdd ||= next.isOdd || isFallen || pace > maxPerS;
  slot.measuredS += next.measuredS;
  slot.readings += next.readings;
  if (
    next.firstEndS === slot.firstEndS &&
    isLower(next.first, next.firstWindowS, slot.first, slot.firstWindowS)
  ) {
    slot.firstWindowS = next.firstWindowS;
    slot.first = next.first;
  }
  if (next.lastEndS < slot.lastEndS) return;
  const isTied = next.lastEndS === slot.lastEndS;
  if (isTied && !isLower(next.last, next.lastWindowS, slot.last, slot.lastWindowS)) return;
  slot.lastEndS = next.lastEndS;
  slot.lastWindowS = next.lastWindowS;
  slot.last = next.last;
}

/** Which of two readings of one instant counts: see parts.ts. */
const isLower = (value: number, windowS: number, than: number, thanWindowS: number): boolean =>
  value < than || (value === than && windowS < thanWindowS);
