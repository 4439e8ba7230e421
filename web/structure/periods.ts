import type { StructurePeriod } from '../addresses/structure-address.ts';
import type { Span } from '../history/ranges.ts';
import { type Calendar, periodAround } from '../periods.ts';

/** The day, week, month or year of the calendar that a moment is in, or the one `by` after it. */
export function periodAt(period: StructurePeriod, atMs: number, calendar: Calendar, by = 0): Span {
  let span = periodAround(period, atMs, calendar);
  for (let step = 0; step < by; step++) span = periodAround(period, span.toMs, calendar);
  for (let step = 0; step > by; step--) span = periodAround(period, span.fromMs - 1, calendar);
  return span;
}
