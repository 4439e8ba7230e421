import { deepFreeze } from '#core/freeze.ts';

/** Bounds of alarm rules and of what is kept of them. */
export const alarmLimits = deepFreeze({
  rules: 500,
  /** What all rules judge together: each of a site or gateway as many as there are meters. One takes 850 bytes. */
  tracks: 100_000,
  /** Events that ended; beyond them the oldest are forgotten. */
  events: 50_000,
  /** What comes later than this is not judged any more: the oldest that a gateway's journal is to have. */
  lateMs: 7 * 86_400_000,
  /** No window is longer. */
  windowMs: 900_000,
});
