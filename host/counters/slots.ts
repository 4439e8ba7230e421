import type { CounterRule } from '#core/aggregate/counter-rule.ts';
import { isGap } from '#core/aggregate/counter-steps.ts';
import type { CounterSlot } from './counter-slot.ts';
import { count, growthsOf } from './growths.ts';
import { oddRuns, type Run } from './odd-runs.ts';
import type { CounterEvent, CounterHistory, Growth, Reading } from './types.ts';

/** Where raw readings are needed: those that end from `fromS` to `toS`, both included. */
export interface Stretch {
  readonly fromS: number;
  readonly toS: number;
}

/** A history that is whole outside its stretches, and has nothing within them. */
export interface SlotHistory extends CounterHistory {
  readonly stretches: Stretch[];
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
  if (readings.length === 0) return slots;
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
