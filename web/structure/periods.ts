import type { StructurePeriod } from '../addresses/structure-address.ts';
import type { Span } from '../history/ranges.ts';
import { civilDayOf } from '../site/costs.ts';

const dayMs = 86_400_000;

/** Days since 1970 of a civil date: arithmetic that knows nothing of clocks. */
const dayNumber = (year: number, month: number, day: number): number =>
  Date.UTC(year, month - 1, day) / dayMs;

interface Civil {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

function civilAt(atMs: number, zone: string): Civil {
  const [year = 1970, month = 1, day = 1] = civilDayOf(atMs, zone).split('-').map(Number);
  return { year, month, day };
}

const clocks = new Map<string, Intl.DateTimeFormat>();

function clockOf(timeZone: string): Intl.DateTimeFormat {
  const known = clocks.get(timeZone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat('en-u-ca-gregory-nu-latn', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  clocks.set(timeZone, made);
  return made;
}

/** What a clock in `zone` shows, less UTC, ms. */
function offsetMs(atMs: number, zone: string): number {
  const parts = clockOf(zone).formatToParts(atMs);
  const part = (type: Intl.DateTimeFormatPartTypes) =>
    Number(parts.find(each => each.type === type)?.value ?? 0);
  const shown = Date.UTC(
    part('year'),
    part('month') - 1,
    part('day'),
    part('hour'),
    part('minute'),
    part('second'),
  );
  return shown - Math.floor(atMs / 1000) * 1000;
}

/**
 * The first moment of a civil day in `zone`, given as days since 1970; also where clocks change at midnight, so that it
 * is shown twice or never. The rule of the host's tiers.
 */
function dayStartMs(number: number, zone: string): number {
  const midnightMs = number * dayMs;
  // Clocks change at most once in these days: one of the two offsets holds at midnight.
  const offsets = [offsetMs(midnightMs - 1.2 * dayMs, zone), offsetMs(midnightMs + 1.2 * dayMs, zone)];
  const name = new Date(midnightMs).toISOString().slice(0, 10);
  const starts = offsets
    .map(offset => midnightMs - offset)
    .filter(startMs => civilDayOf(startMs, zone) === name);
  return starts.length > 0 ? Math.min(...starts) : midnightMs - Math.max(...offsets);
}

/** First day of a period, `by` periods after that of the date. */
function firstDay({ year, month, day }: Civil, period: StructurePeriod, by: number): number {
  switch (period) {
    case 'day':
      return dayNumber(year, month, day) + by;
    case 'week': {
      // Day 0 was a Thursday; weeks begin on Monday.
      const today = dayNumber(year, month, day);
      return today - ((today + 3) % 7) + 7 * by;
    }
    case 'month':
      return dayNumber(year, month + by, 1);
    case 'year':
      return dayNumber(year + by, 1, 1);
  }
}

/** The day, week, month or year of the calendar in `zone` that a moment is in, or the one `by` after it. */
export function periodAt(period: StructurePeriod, atMs: number, zone: string, by = 0): Span {
  const civil = civilAt(atMs, zone);
  return {
    fromMs: dayStartMs(firstDay(civil, period, by), zone),
    toMs: dayStartMs(firstDay(civil, period, by + 1), zone),
  };
}
