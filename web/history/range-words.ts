import { formatTime, spanStyle } from '../format.ts';
import type { Range, Span } from './ranges.ts';

/** The name of a period of the calendar, or the ends of any other span, as clocks and calendars of `zone` have them. */
export function rangeText(
  range: Range,
  span: Span,
  nowMs: number,
  locale: string,
  zone: string,
  now: string,
): string {
  const { fromMs, toMs } = span;
  const format = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale, { ...options, timeZone: zone });
  if (range.kind === 'calendar') {
    switch (range.unit) {
      case 'hour':
        return format({ dateStyle: 'medium', timeStyle: 'short' }).formatRange(fromMs, toMs);
      case 'day':
        return format({ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' }).format(fromMs);
      case 'week':
        return format({ day: 'numeric', month: 'short', year: 'numeric' }).formatRange(fromMs, toMs - 1);
      case 'month':
        return format({ month: 'long', year: 'numeric' }).format(fromMs);
      case 'year':
        return format({ year: 'numeric' }).format(fromMs);
    }
  }
  const style = spanStyle(fromMs, toMs, nowMs);
  const end = range.kind === 'preset' ? now.toLowerCase() : formatTime(toMs, style, locale, zone);
  return `${formatTime(fromMs, style, locale, zone)} – ${end}`;
}

/** Any span by its ends. */
export const spanText = ({ fromMs, toMs }: Span, nowMs: number, locale: string, zone: string): string =>
  rangeText({ kind: 'fixed', fromMs, toMs }, { fromMs, toMs }, nowMs, locale, zone, '');
