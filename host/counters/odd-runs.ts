import type { CounterRule } from '#core/aggregate/counter-rule.ts';
import { isRise } from '#core/aggregate/counter-steps.ts';
import type { CounterSlot } from './counter-slot.ts';
import { mayBeReplaced } from './replacements.ts';

/** First and last slot of a stretch; it also needs the last reading before them. */
export interface Run {
  readonly from: number;
  to: number;
}

/** Runs of slots to read raw, in order and apart. */
export function oddRuns(slots: readonly CounterSlot[], rule: CounterRule): Run[] {
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
    const isOddBefore =
      before !== undefined &&
      (!isRise(before.last, before.lastEndS, slot.first, slot.firstEndS, rule) ||
        mayBeReplaced(before.lastEndS, slot.firstEndS, rule));
    if (isOddBefore) {
      add(before.lastEndS, index - 1, index, slot.firstEndS, slot.readings - 1);
    }
    if (slot.isOdd || mayBeReplaced(slot.firstEndS, slot.lastEndS, rule))
      add(slot.firstEndS, index, index, slot.lastEndS, 0);
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
