import { deepFreeze } from '#core/freeze.ts';

/** What a counter can do, in whole numbers of its last decimal: all counters have four decimals. */
export const counterLimits = deepFreeze({
  /** 1 MW in steps of 0.1 mWh a second: no building has more, and what rises faster is another meter or a defect. */
  maxPerS: Math.round((1e6 / 3600) * 1e4),
  /** A hole between two windows up to here is a register that is read less often, and no gap. */
  holeS: 120,
});
