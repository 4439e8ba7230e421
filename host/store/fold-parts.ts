import { type CounterRule, counterBounds } from '#core/aggregate/counter-rule.ts';
import type { CounterSlot } from '../counters/counter-slot.ts';

/** A slot with its start and how much of it was measured, s. */
export interface MeasuredSlot extends CounterSlot {
  readonly startS: number;
  readonly measuredS: number;
}

type OpenSlot = { -readonly [K in keyof MeasuredSlot]: MeasuredSlot[K] };

/** The columns that `foldParts` takes, in their order; `startS` is a part's own start. */
export const slotColumns =
  'series, startS, measuredS, readings, firstEndS, firstWindowS, lastEndS, lastWindowS, first, last, gap, fastest, isFallen';

/**
 * Parts of counters, by columns and in any order, joined to one slot for each series and bucket, in their order: what
 * lies between two neighbours of a bucket counts as what lies between two readings.
 */
export function foldParts(
  columns: readonly (readonly number[])[],
  bucketS: number,
  rules: ReadonlyMap<number, CounterRule>,
): Map<number, MeasuredSlot[]> {
  const parts = new Parts(columns);
  const bySeries = new Map<number, MeasuredSlot[]>();
  for (const [number, rows] of parts.rowsBySeries()) {
    const maxPerS = rules.get(number)?.maxPerS ?? 0;
    const slots: MeasuredSlot[] = [];
    let slot: OpenSlot | undefined;
    for (const row of parts.inOrder(rows, bucketS)) {
      const startS = bucketOf(parts.startS[row] as number, bucketS);
      const part = parts.at(row, startS, maxPerS);
      if (slot?.startS === startS) joinTo(slot, part, maxPerS);
      else {
        slot = part;
        slots.push(slot);
      }
    }
    bySeries.set(number, slots);
  }
  return bySeries;
}

const bucketOf = (startS: number, bucketS: number): number => Math.floor(startS / bucketS) * bucketS;

/** Rows of parts by columns. */
class Parts {
  readonly startS: readonly number[];
  readonly #columns: readonly (readonly number[])[];

  constructor(columns: readonly (readonly number[])[]) {
    this.startS = columns[1] ?? [];
    this.#columns = columns;
  }

  /** Rows of each series, in order of its number. */
  rowsBySeries(): [number, number[]][] {
    const [series = []] = this.#columns;
    const bySeries = new Map<number, number[]>();
    let [number, rows]: [number, number[]] = [Number.NaN, []];
    for (let row = 0; row < series.length; row++) {
      if (series[row] !== number) {
        number = series[row] as number;
        rows = bySeries.get(number) ?? [];
        bySeries.set(number, rows);
      }
      rows.push(row);
    }
    return [...bySeries].sort(([one], [other]) => one - other);
  }

  /** By bucket, first end and first reading; most are so already. */
  inOrder(rows: number[], bucketS: number): readonly number[] {
    const [, , , , firstEndS = [], , lastEndS = [], lastWindowS = [], first = []] = this.#columns;
    const { startS } = this;
    const isOrdered = rows.every((row, index) => {
      const before = rows[index - 1] ?? -1;
      return (
        index === 0 ||
        ((startS[before] as number) <= (startS[row] as number) &&
          (firstEndS[before] as number) < (firstEndS[row] as number))
      );
    });
    if (isOrdered) return rows;
    const of = (column: readonly number[], row: number) => column[row] as number;
    return rows.sort(
      (one, other) =>
        bucketOf(of(startS, one), bucketS) - bucketOf(of(startS, other), bucketS) ||
        of(firstEndS, one) - of(firstEndS, other) ||
        of(first, other) - of(first, one) ||
        of(lastEndS, one) - of(lastEndS, other) ||
        of(lastWindowS, other) - of(lastWindowS, one),
    );
  }

  at(row: number, startS: number, maxPerS: number): OpenSlot {
    const cell = (column: number) => this.#columns[column]?.[row] as number;
    return {
      startS,
      measuredS: cell(2),
      readings: cell(3),
      firstEndS: cell(4),
      firstWindowS: cell(5),
      lastEndS: cell(6),
      lastWindowS: cell(7),
      first: cell(8),
      last: cell(9),
      estimated: cell(10),
      isOdd: cell(12) === 1 || cell(11) > maxPerS,
    };
  }
}

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
