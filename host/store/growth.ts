/**
 * The readings of a counter in one slot of time, oldest to newest. `inner` is what it grew between the first and
 * the last of them.
 */
export interface CounterSlot {
  /** End of the first window: when `first` was read. */
  readonly firstEndS: number;
  readonly first: number;
  readonly lastEndS: number;
  readonly last: number;
  readonly inner: number;
}

/**
 * A counter that shows at least this share of what it showed before has slipped back, and did not begin again: one
 * that a gateway integrates loses up to a minute when the power fails (Home Assistant draws the line there too).
 */
export const slippedShare = 0.9;

/**
 * Growth from one reading to the next. A far lower reading is a counter that began again, by reset, roll-over or a
 * new meter: what it shows now is the least that was used. One that slipped back counts on from where it is.
 * Nothing is ever negative.
 */
export function growthOf(before: number, after: number): number {
  if (after >= before) return after - before;
  return after >= before * slippedShare ? 0 : after;
}

/**
 * Growth of a counter between `bounds` (s, ascending): `bounds.length - 1` numbers. Over a gap the counter is taken
 * to have run evenly, so that what was used in an outage is shared out by time instead of heaped on the moment after
 * it; their sum is always what the readings say. Nothing is known before the first reading and after the last.
 */
export function growthBetween(bounds: readonly number[], slots: readonly CounterSlot[]): number[] {
  const growth = new Array<number>(Math.max(bounds.length - 1, 0)).fill(0);
  let at = 0;
  const spread = (fromS: number, toS: number, amount: number) => {
    while (at < growth.length && (bounds[at + 1] as number) <= fromS) at++;
    for (let index = at; index < growth.length && (bounds[index] as number) < toS; index++) {
      const startS = Math.max(fromS, bounds[index] as number);
      const endS = Math.min(toS, bounds[index + 1] as number);
      const isAll = startS === fromS && endS === toS;
      growth[index] =
        (growth[index] as number) + (isAll ? amount : (amount * (endS - startS)) / (toS - fromS));
    }
  };
  let before: CounterSlot | undefined;
  for (const slot of slots) {
    if (before !== undefined && slot.firstEndS > before.lastEndS) {
      spread(before.lastEndS, slot.firstEndS, growthOf(before.last, slot.first));
    }
    if (slot.lastEndS > slot.firstEndS) spread(slot.firstEndS, slot.lastEndS, slot.inner);
    before = slot;
  }
  return growth;
}

/** To the last decimal of a quantity: sums of exact decimals stay exact decimals. */
export function roundTo(decimals: number, value: number): number {
  const scale = 10 ** decimals;
  return Math.round(value * scale) / scale;
}
