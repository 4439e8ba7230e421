import { localClock } from '../export/local-time.ts';
import { isCivilDay } from '../site/civil-day.ts';

const quarterS = 900;
const dayS = 86_400;

/** What can be given, for whoever gave something else. */
export const instantForms =
  'a day such as 2026-03-29, or a time with its offset such as 2026-03-29T12:00:00Z is allowed';

/**
 * An instant as people write it: a day (`2026-03-29`, its first second by the site's clocks) or a time with its offset
 * (`2026-03-29T12:00:00Z`, `…+02:00`). UTC milliseconds; undefined where the text is neither.
 */
export function readInstant(text: string, zone: string): number | undefined {
  if (isCivilDay(text)) return firstSecondOf(text, zone) * 1000;
  const isTime = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:\d{2})$/.test(text);
  const atMs = isTime ? Date.parse(text) : Number.NaN;
  return Number.isNaN(atMs) ? undefined : atMs;
}

function firstSecondOf(day: string, zone: string): number {
  const clock = localClock(zone);
  const midnightS = Date.parse(`${day}T00:00:00Z`) / 1000;
  // The offsets of a day before are those that clocks come from; where they skip midnight, the day begins later.
  let atS = midnightS - clock.offsetS(midnightS - dayS);
  while (clock.local(atS - quarterS).startsWith(day)) atS -= quarterS;
  while (!clock.local(atS).startsWith(day)) atS += clock.local(atS) < day ? quarterS : -quarterS;
  return atS;
}
