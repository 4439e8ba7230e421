import type { CounterRule } from './counter-rule.ts';
import { count, growthsOf } from './growths.ts';
import { inOrder, isGap, isRise } from './steps.ts';
import type { CounterEvent, CounterHistory, Growth, Reading } from './types.ts';

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

/** Where raw readings are needed: those that end from `fromS` to `toS`, both included. */
export interface Stretch {
  readonly fromS: number;
  readonly toS: number;
}

/** A history that is whole outside its stretches, and has nothing within them. */
export interface SlotHistory extends CounterHistory {
  readonly stretches: Stretch[];
}

/** First and last slot of a stretch; it also needs the last reading before them. */
interface Run {
  readonly from: number;
  to: number;
}

/**
 * What a counter grew by slots, oldest to newest without empty ones, so that a long time needs no raw readings: only
 * where something is odd, within a slot or between two, with so much before and after that it is decided there as
 * in the whole (`resolved` puts that in). Gaps within a slot are estimated, but no events.
 */
export function growthsOfSlots(slots: readonly CounterSlot[], rule: CounterRule): SlotHistory {
  const runs = oddRuns(slots, rule);
  const history: SlotHistory = {
    growths: [],
    events: [],
    stretches: runs.map(({ from, to }) => ({
      fromS: slots[from - 1]?.lastEndS ?? (slots[from] as CounterSlot).firstEndS,
      toS: (slots[to] as CounterSlot).lastEndS,
    })),
  };
  let run = 0;
  for (let index = 0; index < slots.length; index++) {
    while (run < runs.length && (runs[run] as Run).to < index) run++;
    if (run < runs.length && (runs[run] as Run).from <= index) continue;
    const slot = slots[index] as CounterSlot;
    if (index > 0) countBetween(history, slots[index - 1] as CounterSlot, slot, rule);
    countWithin(history, slot);
  }
  return history;
}

/**
 * The whole history: that of the slots with its stretches filled in from the readings of each. The order of the
 * stretches is that of `slots.stretches`.
 */
export function resolved(
  slots: SlotHistory,
  readings: readonly (readonly Reading[])[],
  rule: CounterRule,
): CounterHistory {
  if (slots.stretches.length !== readings.length) {
    throw new Error(`readings of ${readings.length} stretches were given for ${slots.stretches.length}`);
  }
  const histories = readings.map(stretch => growthsOf(stretch, rule));
  const growths: Growth[] = [];
  const events: CounterEvent[] = [];
  const fill = (index: number) => {
    const history = histories[index] as CounterHistory;
    for (const growth of history.growths) growths.push(growth);
    for (const event of history.events) events.push(event);
  };
  let [stretch, event] = [0, 0];
  const takeEvents = (untilS: number) => {
    while (event < slots.events.length && (slots.events[event] as CounterEvent).fromS < untilS) {
      events.push(slots.events[event++] as CounterEvent);
    }
  };
  for (const growth of slots.growths) {
    while (stretch < histories.length && (slots.stretches[stretch] as Stretch).toS <= growth.fromS) {
      takeEvents((slots.stretches[stretch] as Stretch).toS);
      fill(stretch++);
    }
    growths.push(growth);
  }
  while (stretch < histories.length) {
    takeEvents((slots.stretches[stretch] as Stretch).toS);
    fill(stretch++);
  }
  takeEvents(Number.POSITIVE_INFINITY);
  return { growths, events };
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

function oddRuns(slots: readonly CounterSlot[], rule: CounterRule): Run[] {
  const runs: Run[] = [];
  const add = (fromS: number, from: number, to: number, oddS: number, after: number) => {
    const newest = runs.at(-1);
    const start = settledBefore(slots, from, fromS, newest?.to ?? -1, rule);
    const end = settledAfter(slots, to, oddS, after, rule);
    if (newest !== undefined && start <= newest.to) newest.to = Math.max(newest.to, end);
    else runs.push({ from: start, to: end });
  };
  for (let index = 0; index < slots.length; index++) {
    const slot = slots[index] as CounterSlot;
    const before = slots[index - 1];
    if (before !== undefined && !isRise(before.last, before.lastEndS, slot.first, slot.firstEndS, rule)) {
      add(before.lastEndS, index - 1, index, slot.firstEndS, slot.readings - 1);
    }
    if (slot.isOdd) add(slot.firstEndS, index, index, slot.lastEndS, 0);
  }
  return runs;
}

/**
 * The first slot to read raw for an oddity that comes after a reading at `lastGoodS` or later: the reading before
 * it tells how long the counter may have stood still, and its pace. No further than an earlier run.
 */
function settledBefore(
  slots: readonly CounterSlot[],
  from: number,
  lastGoodS: number,
  earlierTo: number,
  rule: CounterRule,
): number {
  let start = from;
  while (start > earlierTo && start > 0) {
    if ((slots[start - 1] as CounterSlot).lastEndS <= lastGoodS - rule.refreshS) break;
    start--;
  }
  return start;
}

/** The slot by whose end all is decided, if nothing odd comes after `oddS` and the `after` readings that follow it. */
function settledAfter(
  slots: readonly CounterSlot[],
  to: number,
  oddS: number,
  after: number,
  rule: CounterRule,
): number {
  let end = to;
  let agreeing = after;
  while (
    end < slots.length - 1 &&
    (agreeing < rule.agreeing || (slots[end] as CounterSlot).lastEndS < oddS + rule.agreeingS)
  ) {
    end++;
    agreeing += (slots[end] as CounterSlot).readings;
  }
  return end;
}

function countBetween(history: CounterHistory, before: CounterSlot, after: CounterSlot, rule: CounterRule) {
  const [fromS, toS] = [before.lastEndS, after.firstEndS];
  const amount = after.first - before.last;
  const isEstimated = isGap(fromS, before.lastWindowS, toS, after.firstWindowS, rule);
  count(history, fromS, toS, amount, isEstimated);
  if (!isEstimated) return;
  history.events.push({ kind: 'gap', fromS, toS, before: before.last, after: after.first, amount });
}

function countWithin(history: CounterHistory, slot: CounterSlot): void {
  const { firstEndS: fromS, lastEndS: toS, estimated } = slot;
  count(history, fromS, toS, slot.last - slot.first - estimated, false);
  count(history, fromS, toS, estimated, true);
}
