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

const minuteMs = 60_000;

/** When it is quiet no longer, by clocks on the wall and over their changes; `nowMs` where it is not quiet. */
export function quietEndMs(nowMs: number, quiet: QuietHours | undefined, zone: string): number {
  if (quiet === undefined) return nowMs;
  const { fromMinute, toMinute } = quiet;
  const length = (toMinute - fromMinute + dayMinutes) % dayMinutes;
  /** Minutes of quiet that are left by what clocks show then; none where it is not quiet. */
  const leftAt = (atMs: number) =>
    Math.max(length - ((minuteInZone(atMs, zone) - fromMinute + dayMinutes) % dayMinutes), 0);
  if (leftAt(nowMs) === 0) return nowMs;
  const endMs = nowMs - (nowMs % minuteMs) + leftAt(nowMs) * minuteMs;
  // Clocks that are put on in between show more by then, and such that are put back show that it is quiet yet.
  const past = (minuteInZone(endMs, zone) - toMinute + dayMinutes) % dayMinutes;
  const earlierMs = endMs - past * minuteMs;
  if (past > 0 && past < dayMinutes / 2) return leftAt(earlierMs) === 0 ? earlierMs : endMs;
  return endMs + leftAt(endMs) * minuteMs;
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
