import { deepFreeze } from '#core/freeze.ts';

/** Bounds of alarm rules and of what is kept of them. */
export const alarmLimits = deepFreeze({
  rules: 500,
  /** Events that ended; beyond them the oldest are forgotten. */
  events: 50_000,
});
