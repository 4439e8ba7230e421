import { Oddity } from '#core/aggregate/counter-oddity.ts';
import type { CounterRule } from '#core/aggregate/counter-rule.ts';
import type { Reading } from './types.ts';

/**
 * How an oddity ends: `return` to the old line, or a new `line`; `at` is the first reading that counts again. `faster`:
 * nothing was odd, and all count up to that one.
 */
export interface Way {
  readonly kind: 'return' | 'line' | 'faster';
  readonly at: number;
}

/**
 * Looks on from reading `from`, the last that counted, whose next one is odd: it fell, or rose too fast. Undefined
 * while the readings cannot tell yet; at their end enough that agree are believed, however short a time they took.
 * `pace` is the growth per second before.
 */
export function wayAfter(
  readings: readonly Reading[],
  from: number,
  pace: number,
  rule: CounterRule,
): Way | undefined {
  let start = from + 1;
  const oddity = new Oddity(readings[from] as Reading, readings[start] as Reading, pace, rule);
  for (let index = start + 1; index < readings.length; index++) {
    const after = readings[index] as Reading;
    const decision = oddity.take(after);
    if (decision === 'return' || decision === 'faster') return { kind: decision, at: index };
    if (decision === 'line') return { kind: 'line', at: start };
    if (oddity.start === after) start = index;
  }
  return oddity.isAgreed ? { kind: 'line', at: start } : undefined;
}
