import type { CounterRule } from '#core/aggregate/counter-rule.ts';
import { goesOn, isGap, isRise } from '#core/aggregate/counter-steps.ts';
import { stoodSince, turnOf } from '#core/aggregate/counter-turn.ts';
import { replacementsIn } from './replacements.ts';
import { inOrder } from './steps.ts';
import { wayAfter } from './turns.ts';
import type { CounterEvent, CounterHistory, Reading } from './types.ts';

/**
 * What a counter grew from reading to reading, in any order given. It counts on steadily until a reading is odd; then
 * what follows decides (`wayAfter`), and up to there nothing is counted that is not certain. Growth is never
 * negative and never faster than the rule allows. At the end of the readings, odd ones that nothing has confirmed
 * yet are not counted.
 */
export function growthsOf(given: readonly Reading[], rule: CounterRule): CounterHistory {
  const readings = inOrder(given);
  const history: CounterHistory = { growths: [], events: [] };
  let from = 0;
  for (const { at, replaced } of replacementsIn(readings, rule)) {
    countOn(history, readings.slice(from, at), rule);
    const swap = eventOf('swap', readings[at - 1] as Reading, readings[at] as Reading, 0);
    history.events.push({ ...swap, replaced });
    from = at;
  }
  countOn(history, from === 0 ? readings : readings.slice(from), rule);
  return history;
}

/** The readings of one meter. */
function countOn(history: CounterHistory, readings: readonly Reading[], rule: CounterRule): void {
  let sinceS = readings[0]?.endS ?? 0;
  let pace = 0;
  /** Up to this reading it has shown to be faster than was believed. */
  let fasterTo = 0;
  let index = 1;
  while (index < readings.length) {
    const before = readings[index - 1] as Reading;
    const after = readings[index] as Reading;
    const seconds = after.endS - before.endS;
    if (
      index <= fasterTo ||
      isRise(before.value, before.endS, after.value, after.endS, rule) ||
      goesOn(before.value, after.value, seconds, pace, rule)
    ) {
      const amount = after.value - before.value;
      const isEstimated = isGap(before.endS, before.windowS, after.endS, after.windowS, rule);
      count(history, before.endS, after.endS, amount, isEstimated);
      if (isEstimated) history.events.push(eventOf('gap', before, after, amount));
      if (amount > 0) sinceS = after.endS;
      pace = amount / seconds;
      index++;
      continue;
    }
    const way = wayAfter(readings, index - 1, pace, rule);
    if (way === undefined) break;
    if (way.kind === 'faster') {
      fasterTo = way.at;
      continue;
    }
    const next = readings[way.at] as Reading;
    if (way.kind === 'return') {
      // As if the odd ones had not been read.
      const amount = returned(history, before, after, next, rule);
      if (amount > 0) sinceS = next.endS;
      pace = amount / (next.endS - before.endS);
    } else {
      if (way.at > index) history.events.push(eventOf('glitch', before, after, 0, next.endS));
      beganAnew(history, before, stoodSince(sinceS, before, rule), next, rule);
      sinceS = next.endS;
      pace = 0;
    }
    index = way.at + 1;
  }
}

/** The old line goes on at `next`; `odd` is the first reading that is left out. Gives what it grew meanwhile. */
function returned(
  history: CounterHistory,
  before: Reading,
  odd: Reading,
  next: Reading,
  rule: CounterRule,
): number {
  const amount = Math.max(next.value - before.value, 0);
  const isEstimated = isGap(before.endS, before.windowS, next.endS, next.windowS, rule);
  count(history, before.endS, next.endS, amount, isEstimated);
  history.events.push(eventOf('glitch', before, odd, amount, next.endS));
  return amount;
}

/** A new line begins at `next`. The old one showed its last reading since `stoodS`. */
function beganAnew(
  history: CounterHistory,
  before: Reading,
  stoodS: number,
  next: Reading,
  rule: CounterRule,
): void {
  const { kind, amount } = turnOf(before, stoodS, next, rule);
  if (kind === 'late') {
    // Common with slow registers, so no event.
    count(history, stoodS, next.endS, amount, true);
    return;
  }
  const isKnown = kind === 'rollover' && !isGap(before.endS, before.windowS, next.endS, next.windowS, rule);
  count(history, before.endS, next.endS, amount, !isKnown);
  history.events.push(eventOf(kind, before, next, amount));
}

/** Time without growth is left out. So a display that stood still can be counted from where it stood, in order. */
export function count(
  { growths }: CounterHistory,
  fromS: number,
  toS: number,
  amount: number,
  isEstimated: boolean,
): void {
  if (amount > 0) growths.push({ fromS, toS, amount, isEstimated });
}

const eventOf = (
  kind: CounterEvent['kind'],
  before: Reading,
  after: Reading,
  amount: number,
  toS: number = after.endS,
): CounterEvent => ({ kind, fromS: before.endS, toS, before: before.value, after: after.value, amount });
