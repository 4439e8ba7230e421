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
  // JavaScript takes the 30th of February for the 2nd of March.
  const atMs = isTime && isCivilDay(text.slice(0, 10)) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(atMs) ? undefined : atMs;
}

/** Of a day that the site's clocks skipped (Apia, 2011-12-30), the first second after it. */
function firstSecondOf(day: string, zone: string): number {
  const midnightS = Date.parse(`${day}T00:00:00Z`) / 1000;
  // Nothing is older, and clocks before were set by the sun of each place.
  if (midnightS < 0) return midnightS;
  const clock = localClock(zone);
  // The offsets of a day before are those that clocks come from; where they skip midnight, the day begins later.
  let atS = midnightS - clock.offsetS(midnightS - dayS);
  while (clock.local(atS - quarterS) >= day) atS -= quarterS;
  while (clock.local(atS) < day) atS += quarterS;
  return atS;
}
