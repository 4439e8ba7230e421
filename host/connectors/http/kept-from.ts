import type { HostSettings } from '../../settings.ts';
import { storeLimits } from '../../store/limits.ts';
import { keepingOf } from '../../store/retention.ts';

/** Before this nothing is kept of single windows, so nothing can be told of what is there already. */
export function keptFromMs(settings: HostSettings, nowMs: number): number {
  const months = keepingOf(settings).months.raw;
  const earliestMs = storeLimits.earliestS * 1000;
  if (months === 0) return earliestMs;
  const from = new Date(nowMs);
  // Months are removed whole: of the one that is about to go nothing new is taken.
  return Math.max(Date.UTC(from.getUTCFullYear(), from.getUTCMonth() - months + 1), earliestMs);
}
