import { type Calendar, civilOf, instantOf, ownCalendar, type PeriodUnit, periodAround } from '../periods.ts';

/**
 * What the history shows: a length that ends now and moves on with it, a period of the site's calendar (the one around
 * an instant; null: the one that is now), or two fixed moments.
 */
export type Range =
  | { readonly kind: 'calendar'; readonly unit: PeriodUnit; readonly atMs: number | null }
  | { readonly kind: 'preset'; readonly preset: Preset }
  | { readonly kind: 'fixed'; readonly fromMs: number; readonly toMs: number };

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

export const presetMs = Object.freeze({
  '1h': hourMs,
  '24h': dayMs,
  '7d': 7 * dayMs,
  '30d': 30 * dayMs,
  '365d': 365 * dayMs,
});

export type Preset = keyof typeof presetMs;

export const presets = Object.freeze(Object.keys(presetMs)) as readonly Preset[];

export const isPreset = (text: string): text is Preset => Object.hasOwn(presetMs, text);

/** The shortest range a zoom or an input may give: a minute still holds a few windows. */
export const shortestMs = minuteMs;
export const longestMs = 10 * 366 * dayMs;

export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

export function spanOf(range: Range, nowMs: number, calendar: Calendar = ownCalendar()): Span {
  switch (range.kind) {
    case 'fixed':
      return { fromMs: range.fromMs, toMs: range.toMs };
    case 'preset':
      return { fromMs: nowMs - presetMs[range.preset], toMs: nowMs };
    case 'calendar':
      return periodAround(range.unit, range.atMs ?? nowMs, calendar);
  }
}

/** The period of the calendar around an instant; the one that is now goes on with time. */
function calendarRange(unit: PeriodUnit, atMs: number, nowMs: number, calendar: Calendar): Range {
  const { fromMs, toMs } = periodAround(unit, atMs, calendar);
  return { kind: 'calendar', unit, atMs: fromMs <= nowMs && nowMs < toMs ? null : fromMs };
}

/** Another unit of the calendar for what is seen: the one that is now where that is seen, else around its beginning. */
export function inUnit(unit: PeriodUnit, range: Range, nowMs: number, calendar: Calendar): Range {
  const { fromMs, toMs } = spanOf(range, nowMs, calendar);
  return calendarRange(unit, fromMs <= nowMs && nowMs <= toMs ? nowMs : fromMs, nowMs, calendar);
}

/** Two moments as a range: in order, not shorter and not longer than allowed, not before 1970. */
export function fixedRange(aMs: number, bMs: number): Range {
  const fromMs = Math.max(0, Math.round(Math.min(aMs, bMs)));
  const length = Math.min(longestMs, Math.max(shortestMs, Math.round(Math.abs(bMs - aMs))));
  return { kind: 'fixed', fromMs, toMs: fromMs + length };
}

/**
 * One page earlier (-1) or later (1), by the calendar where the range is one of its periods. Later than now ends at now,
 * which for a preset's length is the preset.
 */
export function shifted(
  range: Range,
  direction: -1 | 1,
  nowMs: number,
  calendar: Calendar = ownCalendar(),
): Range {
  const { fromMs, toMs } = spanOf(range, nowMs, calendar);
  if (range.kind === 'calendar') {
    if (direction === 1 && toMs > nowMs) return { ...range, atMs: null };
    return calendarRange(range.unit, direction === 1 ? toMs : fromMs - 1, nowMs, calendar);
  }
  const length = toMs - fromMs;
  const toNext = toMs + direction * length;
  if (direction === 1 && toNext >= nowMs) return endingNow(length, nowMs);
  return fixedRange(toNext - length, toNext);
}

/** A range of this length that ends now: the preset where there is one of nearly this length. */
export function endingNow(lengthMs: number, nowMs: number): Range {
  const preset = presets.find(candidate => Math.abs(presetMs[candidate] - lengthMs) < minuteMs);
  return preset === undefined ? fixedRange(nowMs - lengthMs, nowMs) : { kind: 'preset', preset };
}

/** Whether new windows belong into the picture. */
export function isLive(range: Range, nowMs: number, calendar: Calendar = ownCalendar()): boolean {
  if (range.kind !== 'calendar') return range.kind === 'preset';
  const { fromMs, toMs } = spanOf(range, nowMs, calendar);
  return fromMs <= nowMs && nowMs < toMs;
}

/** The period of the calendar that holds another whole. */
const outer: Readonly<Partial<Record<PeriodUnit, PeriodUnit>>> = Object.freeze({
  hour: 'day',
  day: 'month',
  month: 'year',
});

/** For zooming out: the next longer period, or three times as long around the same middle and never beyond now. */
export function widened(range: Range, nowMs: number, calendar: Calendar = ownCalendar()): Range {
  const { fromMs, toMs } = spanOf(range, nowMs, calendar);
  const longer = range.kind === 'calendar' ? outer[range.unit] : undefined;
  if (longer !== undefined) return calendarRange(longer, fromMs, nowMs, calendar);
  const length = Math.min(longestMs, (toMs - fromMs) * 3);
  const end = (fromMs + toMs) / 2 + length / 2;
  return end >= nowMs ? endingNow(length, nowMs) : fixedRange(end - length, end);
}

/** A span moved as a whole, that does not reach further beyond now than it did. */
export function pannedBy({ fromMs, toMs }: Span, byMs: number, nowMs: number): Span {
  const most = Math.max(0, nowMs - toMs);
  const by = Math.max(-fromMs, Math.min(Math.round(byMs), most));
  return { fromMs: fromMs + by, toMs: toMs + by };
}

/** Longer (factor above 1) or shorter around an instant that stays where it is, never beyond now or `toMs`. */
export function scaledAround({ fromMs, toMs }: Span, factor: number, aroundMs: number, nowMs: number): Span {
  const length = Math.min(longestMs, Math.max(shortestMs, (toMs - fromMs) * factor));
  const share = (aroundMs - fromMs) / (toMs - fromMs);
  const from = Math.max(0, aroundMs - share * length);
  const end = Math.min(from + length, Math.max(nowMs, toMs));
  return { fromMs: Math.round(Math.max(0, end - length)), toMs: Math.round(end) };
}

export type EnergyStep = 'minutes' | 'hour' | 'day' | 'month';

/** Which bars belong below a range of this length: some dozens, never hundreds. */
export function energyStep(lengthMs: number): EnergyStep {
  if (lengthMs <= 4 * hourMs) return 'minutes';
  if (lengthMs <= 3 * dayMs) return 'hour';
  return lengthMs <= 120 * dayMs ? 'day' : 'month';
}

/** A moment as `datetime-local` wants it, as clocks of the zone show it. */
export const toLocalInput = (atMs: number, zone: string): string =>
  new Date(civilOf(atMs, zone)).toISOString().slice(0, 16);

/** The moment of a `datetime-local`, or of a `date` (its first); NaN where it is empty. */
export function ofLocalInput(text: string, zone: string): number {
  const civilMs = Date.parse(`${text.length === 10 ? `${text}T00:00` : text}Z`);
  return Number.isNaN(civilMs) ? civilMs : instantOf(civilMs, zone);
}
