import type { CounterRule } from './counter-rule.ts';
import { believable, type Reading } from './counter-steps.ts';

/**
 * What a new line is, and what was used up to it.
 * - `late`: a display that stood still shows at once what it counted meanwhile.
 * - `reset`: it began again at zero; it has used what it shows, or more.
 * - `rollover`: its display was full and began again.
 * - `slip`: it fell back a little and counts on from there.
 * - `swap`: it is somewhere else altogether, as after a change of the meter.
 */
export interface Turn {
  readonly kind: 'late' | 'reset' | 'rollover' | 'slip' | 'swap';
  readonly amount: number;
}

/**
 * What it means that a new line begins at `next` behind `before`, which the old one showed since `stoodS`. Where two
 * explanations fit, the one that counts less holds.
 */
export function turnOf(before: Reading, stoodS: number, next: Reading, rule: CounterRule): Turn {
  const swap: Turn = { kind: 'swap', amount: 0 };
  if (next.value >= before.value) {
    const amount = next.value - before.value;
    return amount <= believable(next.endS - stoodS, rule) ? { kind: 'late', amount } : swap;
  }
  if (next.value >= before.value * (1 - rule.slipShare)) return { kind: 'slip', amount: 0 };
  if (next.value < 0) return swap;
  const most = believable(next.endS - before.endS, rule);
  const isNear = (share: number) => (full: number) =>
    before.value <= full && before.value >= full * (1 - share);
  const size =
    rule.rollovers.find(isNear(rule.rolloverShare)) ??
    rule.smallRollovers.find(isNear(rule.smallRolloverShare));
  const rolled = size === undefined ? Number.POSITIVE_INFINITY : size - before.value + next.value;
  if (rolled <= most) return { kind: 'rollover', amount: rolled };
  return next.value <= most ? { kind: 'reset', amount: next.value } : swap;
}

/** How long a display counts as having stood still that showed `before` since `sinceS`. */
export const stoodSince = (sinceS: number, before: Reading, { refreshS }: CounterRule): number =>
  Math.max(sinceS, before.endS - refreshS);
