import { localClock } from '../export/local-time.ts';
import { isCivilDay } from '../site/civil-day.ts';
import { UsageError } from './command.ts';

const quarterS = 900;
const dayS = 86_400;

/**
 * An instant as people write it: a day (`2026-03-29`, its first second by the site's clocks) or a time with its offset
 * (`2026-03-29T12:00:00Z`, `…+02:00`). UTC milliseconds. @throws UsageError
 */
export function instantOf(option: string, text: string, zone: string): number {
  if (isCivilDay(text)) return firstSecondOf(text, zone) * 1000;
  const isTime = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:\d{2})$/.test(text);
  const atMs = isTime ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(atMs)) return atMs;
  throw new UsageError(
    `--${option}: ${JSON.stringify(text)} given; a day such as 2026-03-29, or a time with its offset such as 2026-03-29T12:00:00Z is allowed`,
  );
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
