import type { Replaced } from '#core/aggregate/counter-rule.ts';

export type { Reading } from '#core/aggregate/counter-steps.ts';

/** What a counter grew between two instants, more than nothing; estimated where it was shared out over a gap or concluded. */
export interface Growth {
  readonly fromS: number;
  readonly toS: number;
  readonly amount: number;
  readonly isEstimated: boolean;
}

/**
 * What happened to a counter between two readings that count, and the amount that was counted for it. `before` is
 * what it showed at `fromS`. `after` is what it showed at `toS`, of a glitch the first reading that was left out.
 * - `gap`: nothing was read for longer than the windows leave; the amount is shared out evenly and estimated.
 * - `reset`: it began again at zero. The amount is what it shows, the least that was used.
 * - `rollover`: its display was full and began again. The amount is exact.
 * - `slip`: it fell back a little and counts on from there. Nothing is counted.
 * - `swap`: it is somewhere else altogether, as after a change of the meter. What was used is not known.
 * - `glitch`: readings in between were wrong, and were left out.
 */
export interface CounterEvent {
  readonly kind: 'reset' | 'rollover' | 'swap' | 'glitch' | 'slip' | 'gap';
  readonly fromS: number;
  readonly toS: number;
  readonly before: number;
  readonly after: number;
  readonly amount: number;
  /** Of a swap that is known by the meter's serial number. */
  readonly replaced?: Replaced;
}

/** Stretches of growth and events, in order of time. */
export interface CounterHistory {
  readonly growths: Growth[];
  readonly events: CounterEvent[];
}
