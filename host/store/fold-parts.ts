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
 * Parts of counters, by columns in order of series, bucket, first end and first reading, joined to one for each series and
 * bucket: what lies between two neighbours of a bucket counts as what lies between two readings. What comes in as
 * `bucketS` is a part's own start.
 */
export function foldParts(columns: readonly (readonly number[])[], bucketS: number): number[][] {
  const slots: number[][] = Array.from({ length: columnCount }, () => []);
  const count = columns[at.series]?.length ?? 0;
  const cell = (name: keyof typeof at, row: number) => columns[at[name]]?.[row] as number;
  let slot = -1;
  for (let row = 0; row < count; row++) {
    const startS = Math.floor(cell('bucketS', row) / bucketS) * bucketS;
    const isNew =
      slot < 0 || slots[at.series]?.[slot] !== cell('series', row) || slots[at.bucketS]?.[slot] !== startS;
    if (isNew) {
      slot++;
      for (const [index, column] of slots.entries()) column[slot] = columns[index]?.[row] as number;
      (slots[at.bucketS] as number[])[slot] = startS;
    } else joinTo(slots, slot, columns, row);
  }
  return slots;
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
