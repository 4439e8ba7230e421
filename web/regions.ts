/** What a locale says of weeks; not every browser tells it by the same name yet. */
interface WeekSource {
  readonly weekInfo?: { readonly firstDay: number };
  getWeekInfo?(): { readonly firstDay: number };
}

/** The first day of the week where a locale is spoken: 1 is Monday, 7 Sunday. Monday (ISO 8601) where nobody knows. */
export function firstDayOfWeek(locale: string): number {
  const source: Intl.Locale & WeekSource = new Intl.Locale(locale).maximize();
  const firstDay = (source.getWeekInfo?.() ?? source.weekInfo)?.firstDay ?? 1;
  return firstDay >= 1 && firstDay <= 7 ? firstDay : 1;
}

/** The name of a day of the week (1 is Monday). */
export function weekdayName(day: number, locale: string): string {
  // 5 January 1970 was a Monday.
  const atMs = Date.UTC(1970, 0, 4 + day, 12);
  return new Intl.DateTimeFormat(locale, { weekday: 'long', timeZone: 'UTC' }).format(atMs);
}

/** How far the clocks of a zone are ahead of UTC at a moment, in minutes. */
export function zoneOffsetMinutes(zone: string, atMs: number): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  }).formatToParts(atMs);
  const of = (type: Intl.DateTimeFormatPartTypes) =>
    Number(parts.find(part => part.type === type)?.value ?? Number.NaN);
  const shownMs = Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'));
  return Math.round((shownMs - Math.floor(atMs / 60_000) * 60_000) / 60_000);
}
