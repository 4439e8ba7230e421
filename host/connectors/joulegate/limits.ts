import { deepFreeze } from '#core/freeze.ts';

/** Bounds of what other Joulegates send to one source. */
export const recordsLimits = deepFreeze({
  /** Messages that wait for the disk at once: each forward sends one after the other. */
  messages: 16,
  /** How long one waits for it; whoever sent it then asks whether it came. */
  waitMs: 10_000,
});
