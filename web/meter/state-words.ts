import { freshForMs } from '../balance.ts';
import type { Condition } from '../condition.ts';
import { formatAgo, formatTime } from '../format.ts';
import { locale, words } from '../i18n/language.ts';

/** A condition in one word. */
export const stateWord = (condition: Condition): string =>
  condition.is === 'gatewayOffline' ? words().stateHelp.gatewayOffline : words().states[condition.is];

/** Why and since when, in a sentence. */
export function stateText(condition: Condition, windowS: number, nowMs: number): string {
  const { stateHelp, reasons, meterPage } = words();
  switch (condition.is) {
    case 'well':
      return meterPage.device.well;
    case 'failing': {
      const reason = reasons[condition.reason] ?? condition.reason;
      if (condition.sinceMs === null) return stateHelp.failingNever(reason);
      if (nowMs - condition.sinceMs < freshForMs(windowS)) return reason;
      return meterPage.device.since(reason, formatTime(condition.sinceMs, 'dayTimeSeconds', locale()));
    }
    case 'stale':
      return stateHelp.stale(formatAgo(nowMs - condition.sinceMs, locale()));
    default:
      return stateHelp[condition.is];
  }
}
