import type { KeyPeriod } from './frame/keys.ts';

/** Units of the calendar that a picture can show, from the shortest. */
export type PeriodUnit = KeyPeriod;
export const periodUnits: readonly PeriodUnit[] = Object.freeze(['hour', 'day', 'week', 'month', 'year']);
export const isPeriodUnit = (text: string): text is PeriodUnit => periodUnits.some(unit => unit === text);

/** What a day and a week are: the site's IANA zone, and the week's first day (0 Sunday to 6 Saturday). */
export interface Calendar {
  readonly zone: string;
  readonly firstDay: number;
}

interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
}

const hourMs = 3_600_000;
const dayMs = 86_400_000;
/** No zone changes its clocks twice within a week: a stretch of that length has one offset, or two. */
const chapterMs = 7 * dayMs;

interface Chapter {
  readonly beforeMs: number;
  readonly afterMs: number;
  /** The first instant of the second offset. */
  readonly changeMs: number;
}

/** A zone's offsets, looked up once for each week: asking Intl costs microseconds, and a chart asks thousands of times. */
class ZoneClock {
  readonly #format: Intl.DateTimeFormat;
  readonly #chapters = new Map<number, Chapter>();

  constructor(zone: string) {
    this.#format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  }

  offsetMs(atMs: number): number {
    const number = Math.floor(atMs / chapterMs);
    let chapter = this.#chapters.get(number);
    if (chapter === undefined) {
      chapter = this.#look(number * chapterMs, (number + 1) * chapterMs);
      this.#chapters.set(number, chapter);
    }
    return atMs < chapter.changeMs ? chapter.beforeMs : chapter.afterMs;
  }

  #look(fromMs: number, toMs: number): Chapter {
    const [beforeMs, afterMs] = [this.#ask(fromMs), this.#ask(toMs)];
    if (beforeMs === afterMs) return { beforeMs, afterMs, changeMs: toMs };
    let [low, high] = [fromMs / 1000, toMs / 1000];
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (this.#ask(middle * 1000) === beforeMs) low = middle;
      else high = middle;
    }
    return { beforeMs, afterMs, changeMs: high * 1000 };
  }

  #ask(atMs: number): number {
    const wholeMs = Math.floor(atMs / 1000) * 1000;
    const parts = new Map(
      this.#format.formatToParts(wholeMs).map(({ type, value }) => [type, Number(value)]),
    );
    const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0;
    const date = Date.UTC(part('year'), part('month') - 1, part('day'));
    return date + part('hour') * hourMs + part('minute') * 60_000 + part('second') * 1000 - wholeMs;
  }
}

const clocks = new Map<string, ZoneClock>();

function clockOf(zone: string): ZoneClock {
  let clock = clocks.get(zone);
  if (clock === undefined) {
    clock = new ZoneClock(zone);
    clocks.set(zone, clock);
  }
  return clock;
}

/** What clocks of a zone show at an instant, as if that were UTC. */
export const civilOf = (atMs: number, zone: string): number => atMs + clockOf(zone).offsetMs(atMs);

/** The instant at which clocks of a zone show this. Of two the first; what is skipped is the instant they skip to. */
export function instantOf(civilMs: number, zone: string): number {
  const clock = clockOf(zone);
  const [beforeMs, afterMs] = [clock.offsetMs(civilMs - dayMs), clock.offsetMs(civilMs + dayMs)];
  const [early, late] = [civilMs - beforeMs, civilMs - afterMs];
  if (clock.offsetMs(early) === beforeMs) return early;
  if (clock.offsetMs(late) === afterMs) return late;
  let [low, high] = [late, early];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (clock.offsetMs(middle) === afterMs) high = middle;
    else low = middle;
  }
  return high;
}

/** So many days (of 23, 24 or 25 hours) or years later by the zone's clocks; 29 February of no leap year is the 28th. */
export function movedBy(atMs: number, unit: 'days' | 'years', count: number, zone: string): number {
  const civilMs = civilOf(atMs, zone);
  if (unit === 'days') return instantOf(civilMs + count * dayMs, zone);
  const date = new Date(civilMs);
  const month = date.getUTCMonth();
  date.setUTCFullYear(date.getUTCFullYear() + count);
  if (date.getUTCMonth() !== month) date.setUTCDate(0);
  return instantOf(date.getTime(), zone);
}

/** The calendar's hour, day, week, month or year around an instant. */
export function periodAround(unit: PeriodUnit, atMs: number, { zone, firstDay }: Calendar): Stretch {
  const civilMs = civilOf(atMs, zone);
  // Hours run on when clocks change; only their start is civil, for zones half an hour off.
  if (unit === 'hour') {
    const fromMs = atMs - modulo(civilMs, hourMs);
    return { fromMs, toMs: fromMs + hourMs };
  }
  const date = new Date(civilMs);
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
  const bounds = (from: number, to: number): Stretch => ({
    fromMs: instantOf(from, zone),
    toMs: instantOf(to, zone),
  });
  switch (unit) {
    case 'day':
      return bounds(Date.UTC(year, month, day), Date.UTC(year, month, day + 1));
    case 'week': {
      const first = day - modulo(date.getUTCDay() - firstDay, 7);
      return bounds(Date.UTC(year, month, first), Date.UTC(year, month, first + 7));
    }
    case 'month':
      return bounds(Date.UTC(year, month), Date.UTC(year, month + 1));
    case 'year':
      return bounds(Date.UTC(year, 0), Date.UTC(year + 1, 0));
  }
}

const modulo = (value: number, by: number): number => ((value % by) + by) % by;

/** The first day of the week where a locale is spoken (0 Sunday); Monday where the browser cannot tell. */
export function firstDayOf(locale: string): number {
  try {
    const own: unknown = new Intl.Locale(locale);
    if (typeof own !== 'object' || own === null) return 1;
    const info: unknown =
      'getWeekInfo' in own && typeof own.getWeekInfo === 'function'
        ? own.getWeekInfo()
        : 'weekInfo' in own && own.weekInfo;
    const day = typeof info === 'object' && info !== null && 'firstDay' in info ? info.firstDay : 1;
    return typeof day === 'number' ? day % 7 : 1;
  } catch {
    return 1;
  }
}

/** The zone of this machine and weeks from Monday, for who does not know the site's. */
export const ownCalendar = (): Calendar => ({
  zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  firstDay: 1,
});
