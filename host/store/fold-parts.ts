import { counterBounds } from '#core/aggregate/counter-rule.ts';

/** Where each column of a part is, in order of `slotColumns`. */
const at = Object.freeze({
  series: 0,
  bucketS: 1,
  measuredS: 2,
  readings: 3,
  firstEndS: 4,
  firstWindowS: 5,
  lastEndS: 6,
  lastWindowS: 7,
  first: 8,
  last: 9,
  gap: 10,
  fastest: 11,
  isFallen: 12,
});

const columnCount = 13;

/**
 * Parts of counters, by columns and in any order, joined to one for each series and bucket, in their order: what lies
 * between two neighbours of a bucket counts as what lies between two readings. What comes in as `bucketS` is a part's
 * own start.
 */
export function foldParts(columns: readonly (readonly number[])[], bucketS: number): number[][] {
  const slots: number[][] = Array.from({ length: columnCount }, () => []);
  const starts = (columns[at.bucketS] ?? []).map(startS => Math.floor(startS / bucketS) * bucketS);
  let slot = -1;
  for (const rows of rowsBySeries(columns[at.series] ?? [])) {
    let openS: number | undefined;
    for (const row of inOrder(rows, columns, starts)) {
      if (starts[row] === openS) joinTo(slots, slot, columns, row);
      else {
        slot++;
        openS = starts[row] as number;
        for (const [index, column] of slots.entries()) column.push(columns[index]?.[row] as number);
        (slots[at.bucketS] as number[])[slot] = openS;
      }
    }
  }
  return slots;
}

/** Rows of each series, in order of its number. */
function rowsBySeries(series: readonly number[]): number[][] {
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
  return [...bySeries].sort(([one], [other]) => one - other).map(([, own]) => own);
}

/** By bucket, first end and first reading; most are so already. */
function inOrder(
  rows: number[],
  columns: readonly (readonly number[])[],
  starts: readonly number[],
): readonly number[] {
  const cell = (name: keyof typeof at, row: number) => columns[at[name]]?.[row] as number;
  const compare = (one: number, other: number): number =>
    (starts[one] as number) - (starts[other] as number) ||
    cell('firstEndS', one) - cell('firstEndS', other) ||
    cell('first', other) - cell('first', one) ||
    cell('lastEndS', one) - cell('lastEndS', other) ||
    cell('lastWindowS', other) - cell('lastWindowS', one);
  const isOrdered = rows.every((row, index) => index === 0 || compare(rows[index - 1] as number, row) <= 0);
  return isOrdered ? rows : rows.sort(compare);
}

function joinTo(slots: number[][], slot: number, columns: readonly (readonly number[])[], row: number): void {
  const before = (name: keyof typeof at) => slots[at[name]]?.[slot] as number;
  const next = (name: keyof typeof at) => columns[at[name]]?.[row] as number;
  const set = (name: keyof typeof at, value: number) => {
    (slots[at[name]] as number[])[slot] = value;
  };
  const { gapWindows, gapS } = counterBounds;
  const rise = next('first') - before('last');
  const spanS = next('firstEndS') - before('lastEndS');
  const longestS = Math.max(before('lastWindowS'), next('firstWindowS'));
  const isGap = spanS > Math.max(gapWindows * longestS, gapS);
  set('gap', before('gap') + next('gap') + (isGap ? Math.max(rise, 0) : 0));
  const pace = rise > 0 && spanS > 0 ? Math.ceil(rise / spanS) : 0;
  set('fastest', Math.max(before('fastest'), next('fastest'), pace));
  // Parts that reach into each other, or say two things of one instant: only the windows themselves can tell.
  const isOdd = rise < 0 || spanS < 0 || (spanS === 0 && rise !== 0);
  set('isFallen', isOdd ? 1 : Math.max(before('isFallen'), next('isFallen')));
  set('measuredS', before('measuredS') + next('measuredS'));
  set('readings', before('readings') + next('readings'));
  const isFirst = next('firstEndS') === before('firstEndS');
  if (isFirst && isLower(next('first'), next('firstWindowS'), before('first'), before('firstWindowS'))) {
    set('firstWindowS', next('firstWindowS'));
    set('first', next('first'));
  }
  const isTied = next('lastEndS') === before('lastEndS');
  if (next('lastEndS') < before('lastEndS')) return;
  if (isTied && !isLower(next('last'), next('lastWindowS'), before('last'), before('lastWindowS'))) return;
  set('lastEndS', next('lastEndS'));
  set('lastWindowS', next('lastWindowS'));
  set('last', next('last'));
}

/** Which of two readings of one instant counts: see parts.ts. */
const isLower = (value: number, windowS: number, than: number, thanWindowS: number): boolean =>
  value < than || (value === than && windowS < thanWindowS);
