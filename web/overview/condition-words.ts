import { formatAgo, formatTime } from '../format.ts';
import { locale, words } from '../i18n/language.ts';
import { freshForMs } from '../site/balance.ts';
import type { Condition } from '../site/condition.ts';

const dayMs = 86_400_000;

/** How a meter is, in a word or two. */
export function stateWord(condition: Condition): string {
  const { states, stateHelp } = words();
  return condition.is === 'gatewayOffline' ? stateHelp.gatewayOffline : states[condition.is];
}

/** Why and since when, or null where all is well. */
export function explanation(condition: Condition, windowS: number, nowMs: number): string | null {
  const { stateHelp, reasons } = words();
  switch (condition.is) {
    case 'well':
    case 'gatewayOffline':
      return null;
    case 'failing': {
      const reason = reasons[condition.reason] ?? condition.reason;
      if (condition.sinceMs === null) return stateHelp.failingNever(reason);
      // It failed and gives values again, or other values than the one that fails.
      if (nowMs - condition.sinceMs < freshForMs(windowS)) return reason;
      const style = nowMs - condition.sinceMs < dayMs / 2 ? 'timeSeconds' : 'dayTime';
      return stateHelp.failing(reason, formatTime(condition.sinceMs, style, locale()));
    }
    case 'stale':
      return stateHelp.stale(formatAgo(nowMs - condition.sinceMs, locale()));
    default:
      return stateHelp[condition.is];
  }
}
