import type { CounterRule } from '#core/aggregate/counter-rule.ts';
import { isGap, isRise } from '#core/aggregate/counter-steps.ts';
import { inOrder } from './steps.ts';
import type { Reading } from './types.ts';

/** A summary of a counter's readings in a stretch of time. All of them end within it. */
export interface CounterSlot {
  readonly firstEndS: number;
  readonly first: number;
  readonly firstWindowS: number;
  readonly lastEndS: number;
  readonly last: number;
  readonly lastWindowS: number;
  /** How many readings; a number that is too low only makes stretches longer. */
  readonly readings: number;
  /** What it grew over gaps within the slot. */
  readonly estimated: number;
  /**
   * Its readings do not simply rise at a believable rate, or not all of them end in the slot. A slot that is called
   * odd without need costs time only.
   */
  readonly isOdd: boolean;
}

/** The slots of readings: those that end after a multiple of `slotS` and not after the next. */
export function slotsOf(given: readonly Reading[], slotS: number, rule: CounterRule): CounterSlot[] {
  const slots: CounterSlot[] = [];
  const readings = inOrder(given);
  for (let from = 0, to = 0; from < readings.length; from = to) {
    const number = slotNumber(readings[from] as Reading, slotS);
    while (to < readings.length && slotNumber(readings[to] as Reading, slotS) === number) to++;
    slots.push(slotOf(readings, from, to, rule));
  }
  return slots;
}

const slotNumber = ({ endS }: Reading, slotS: number): number => Math.ceil(endS / slotS);

function slotOf(readings: readonly Reading[], from: number, to: number, rule: CounterRule): CounterSlot {
  const first = readings[from] as Reading;
  const last = readings[to - 1] as Reading;
  let estimated = 0;
  let isOdd = false;
  for (let index = from + 1; index < to; index++) {
    const before = readings[index - 1] as Reading;
    const after = readings[index] as Reading;
    if (!isRise(before.value, before.endS, after.value, after.endS, rule)) isOdd = true;
    else if (isGap(before.endS, before.windowS, after.endS, after.windowS, rule)) {
      estimated += after.value - before.value;
    }
  }
  return {
    firstEndS: first.endS,
    first: first.value,
    firstWindowS: first.windowS,
    lastEndS: last.endS,
    last: last.value,
    lastWindowS: last.windowS,
    readings: to - from,
    estimated,
    isOdd,
  };
}
