/** Minutes of the day, `from` inclusive, `to` not; over midnight where `from` is the greater. */
export interface QuietHours {
  readonly fromMinute: number;
  readonly toMinute: number;
}

const dayMinutes = 1440;

/** `22:30` as minutes of the day; undefined where it is no time. */
export function minuteOf(text: string): number | undefined {
  const [, hour = '', minute = ''] = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(text) ?? [];
  return hour === '' ? undefined : Number(hour) * 60 + Number(minute);
}

/**
 * When it is quiet no longer; `nowMs` where it is not quiet. Where clocks are put on or back in between it may be an hour
 * off: whoever waits looks again.
 */
export function quietEndMs(nowMs: number, quiet: QuietHours | undefined, zone: string): number {
  if (quiet === undefined) return nowMs;
  const { fromMinute, toMinute } = quiet;
  const minute = minuteInZone(nowMs, zone);
  const since = (minute - fromMinute + dayMinutes) % dayMinutes;
  const length = (toMinute - fromMinute + dayMinutes) % dayMinutes;
  if (since >= length) return nowMs;
  return nowMs - (nowMs % 60_000) + (length - since) * 60_000;
}

function minuteInZone(atMs: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(atMs);
  const of = (type: string) => Number(parts.find(part => part.type === type)?.value ?? 0);
  return of('hour') * 60 + of('minute');
}
