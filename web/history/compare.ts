import type { Columns, EnergyBar } from '../charts/columns.ts';
import { type Calendar, civilOf, movedBy, periodAround } from '../periods.ts';
import type { EnergyStep, Range, Span } from './ranges.ts';

/**
 * With what a picture is compared: the period before, the year before by date or by weekday (52 weeks), or one that begins
 * at an instant.
 */
export type Compare =
  | { readonly kind: (typeof compareKinds)[number] }
  | { readonly kind: 'from'; readonly fromMs: number };

export const compareKinds = Object.freeze(['previous', 'year', 'weekday'] as const);
export const isCompareKind = (text: string): text is (typeof compareKinds)[number] =>
  compareKinds.some(kind => kind === text);

/** How far the other picture lies before the shown one: by the calendar where clocks are to agree. */
export type Shift =
  | { readonly unit: 'ms'; readonly count: number }
  | { readonly unit: 'days' | 'years'; readonly count: number };

const dayMs = 86_400_000;
const daysOfUnit = Object.freeze({ day: 1, week: 7 });

/** Days where both ends are as late in their days, so that clocks agree also where they changed in between. */
function apart(fromMs: number, laterMs: number, zone: string): Shift {
  const civilMs = civilOf(laterMs, zone) - civilOf(fromMs, zone);
  return civilMs % dayMs === 0
    ? { unit: 'days', count: civilMs / dayMs }
    : { unit: 'ms', count: laterMs - fromMs };
}

export function shiftOf(compare: Compare, range: Range, span: Span, calendar: Calendar): Shift {
  const { zone } = calendar;
  switch (compare.kind) {
    case 'year':
      return { unit: 'years', count: 1 };
    case 'weekday':
      return { unit: 'days', count: 364 };
    case 'from':
      return apart(compare.fromMs, span.fromMs, zone);
    case 'previous':
      break;
  }
  const lengthMs = span.toMs - span.fromMs;
  if (range.kind !== 'calendar') {
    return lengthMs % dayMs === 0
      ? { unit: 'days', count: lengthMs / dayMs }
      : { unit: 'ms', count: lengthMs };
  }
  switch (range.unit) {
    case 'hour':
      return { unit: 'ms', count: lengthMs };
    case 'day':
    case 'week':
      return { unit: 'days', count: daysOfUnit[range.unit] };
    case 'month':
      return apart(periodAround('month', span.fromMs - 1, calendar).fromMs, span.fromMs, zone);
    case 'year':
      return { unit: 'years', count: 1 };
  }
}

/** The instant of the other picture that stands below one of the shown. */
export const earlier = (atMs: number, shift: Shift, zone: string): number =>
  shift.unit === 'ms' ? atMs - shift.count : movedBy(atMs, shift.unit, -shift.count, zone);

/** The instant of the shown picture below which one of the other stands. */
export const later = (atMs: number, shift: Shift, zone: string): number =>
  shift.unit === 'ms' ? atMs + shift.count : movedBy(atMs, shift.unit, shift.count, zone);

/** The whole of what is compared with: a month has its own length, whatever the shown one has. */
export function comparedSpan(compare: Compare, range: Range, span: Span, calendar: Calendar): Span {
  const shift = shiftOf(compare, range, span, calendar);
  const fromMs = earlier(span.fromMs, shift, calendar.zone);
  const isMonthBefore = compare.kind === 'previous' && range.kind === 'calendar' && range.unit === 'month';
  return { fromMs, toMs: isMonthBefore ? span.fromMs : earlier(span.toMs, shift, calendar.zone) };
}

/** A part of the shown picture in the other one. */
export const earlierSpan = ({ fromMs, toMs }: Span, shift: Shift, zone: string): Span => ({
  fromMs: earlier(fromMs, shift, zone),
  toMs: earlier(toMs, shift, zone),
});

/** The nearest day with the same weekday, at the same time of day: before or after, at most three days away. */
export function onWeekdayOf(fromMs: number, shownMs: number, zone: string): number {
  const weekday = (atMs: number) => new Date(civilOf(atMs, zone)).getUTCDay();
  const ahead = (weekday(shownMs) - weekday(fromMs) + 7) % 7;
  return movedBy(fromMs, 'days', ahead > 3 ? ahead - 7 : ahead, zone);
}

/** Columns of the other picture where they stand in the shown one. What clocks showed twice is drawn once. */
export function movedColumns({ x, middle, low, high }: Columns, shift: Shift, zone: string): Columns {
  const moved: Columns = { x: [], middle: [], low: [], high: [] };
  let newest = Number.NEGATIVE_INFINITY;
  x.forEach((atS, index) => {
    const at = later(Math.floor(atS * 1000), shift, zone) / 1000;
    if (at <= newest) return;
    newest = at;
    moved.x.push(at);
    moved.middle.push(middle[index] ?? null);
    moved.low.push(low[index] ?? null);
    moved.high.push(high[index] ?? null);
  });
  return moved;
}

/**
 * For each shown bar the other one that belongs below it, or null. Bars of months that are moved by days have no common
 * dates and go by their order.
 */
export function pairedBars(
  bars: readonly EnergyBar[],
  others: readonly EnergyBar[],
  step: EnergyStep,
  shift: Shift,
  zone: string,
): (EnergyBar | null)[] {
  if (step === 'month' && shift.unit !== 'years') return bars.map((_, index) => others[index] ?? null);
  const pairs: (EnergyBar | null)[] = bars.map(() => null);
  let at = 0;
  for (const other of others) {
    // Its middle: bars that begin minutes apart belong together still.
    const middleMs = later((other.startMs + other.endMs) / 2, shift, zone);
    while (at < bars.length - 1 && (bars[at]?.endMs ?? 0) <= middleMs) at++;
    const bar = bars[at];
    if (bar !== undefined && bar.startMs <= middleMs && middleMs < bar.endMs) pairs[at] ??= other;
  }
  return pairs;
}

export interface Difference {
  /** Now less before. */
  readonly by: number;
  /** Of what was before; null where that was nothing. */
  readonly share: number | null;
}

/** Null where one of the two is not known. */
export function differenceOf(now: number | null, before: number | null): Difference | null {
  if (now === null || before === null) return null;
  return { by: now - before, share: before === 0 ? null : (now - before) / Math.abs(before) };
}
