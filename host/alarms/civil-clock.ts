import { localClock } from '../export/local-time.ts';

/** What clocks on the wall show in a zone, over their changes. */
export interface CivilClock {
  /** Of the day, 0 to 1439. */
  minuteOf(atMs: number): number;
  /** 1 is Monday, 7 is Sunday (ISO 8601). */
  weekdayOf(atMs: number): number;
  /** First instant of the civil period that an instant lies in; a week begins on Monday. */
  startOf(period: CivilPeriod, atMs: number): number;
  /** First instant of the period after it. */
  endOf(period: CivilPeriod, atMs: number): number;
}

export const civilPeriods = ['day', 'week', 'month'] as const;
export type CivilPeriod = (typeof civilPeriods)[number];

const minuteMs = 60_000;
const quarterMs = 15 * minuteMs;
const dayMs = 86_400_000;
/** Offsets that are remembered. */
const offsetsMost = 2000;

/** The clock of an IANA zone. What was asked for lately is cheap. */
export function civilClock(zone: string): CivilClock {
  const offsetMs = offsetsOf(zone);
  const localOf = (atMs: number) => atMs + offsetMs(atMs);
  const known = new Map<CivilPeriod, { readonly fromMs: number; readonly toMs: number }>();

  /** When it is midnight of a local day: the first of two, and where clocks leap over it, the instant of the leap. */
  const midnight = (localMs: number): number => {
    const before = offsetMs(localMs - 2 * dayMs);
    const candidates = [localMs - before, localMs - offsetMs(localMs + 2 * dayMs)];
    const shown = candidates.filter(atMs => localOf(atMs) === localMs);
    return shown.length === 0 ? localMs - before : Math.min(...shown);
  };
  /** Local midnights of the period's first day and of the next one's, as if they were UTC. */
  const localBounds = (period: CivilPeriod, localMs: number): readonly [number, number] => {
    const day = Math.floor(localMs / dayMs) * dayMs;
    if (period === 'day') return [day, day + dayMs];
    if (period === 'week') {
      const monday = day - (weekday(localMs) - 1) * dayMs;
      return [monday, monday + 7 * dayMs];
    }
    const date = new Date(day);
    const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
    return [Date.UTC(year, month), Date.UTC(year, month + 1)];
  };
  const boundsOf = (period: CivilPeriod, atMs: number) => {
    const last = known.get(period);
    if (last !== undefined && atMs >= last.fromMs && atMs < last.toMs) return last;
    const [from, to] = localBounds(period, localOf(atMs));
    const found = { fromMs: midnight(from), toMs: midnight(to) };
    known.set(period, found);
    return found;
  };
  return {
    minuteOf: atMs => Math.floor((localOf(atMs) % dayMs) / minuteMs),
    weekdayOf: atMs => weekday(localOf(atMs)),
    startOf: (period, atMs) => boundsOf(period, atMs).fromMs,
    endOf: (period, atMs) => boundsOf(period, atMs).toMs,
  };
}

/** How far clocks are ahead of UTC, ms. Of a day in which they do not change one look serves for all of it. */
function offsetsOf(zone: string): (atMs: number) => number {
  const { offsetS } = localClock(zone);
  const known = new Map<number, number>();
  const lookAt = (atMs: number): number => {
    const before = known.get(atMs);
    if (before !== undefined) return before;
    if (known.size >= offsetsMost) known.clear();
    const offsetMs = offsetS(Math.floor(atMs / 1000)) * 1000;
    known.set(atMs, offsetMs);
    return offsetMs;
  };
  return atMs => {
    const dayFromMs = Math.floor(atMs / dayMs) * dayMs;
    const offsetMs = lookAt(dayFromMs);
    // They change at whole quarters of an hour.
    return lookAt(dayFromMs + dayMs) === offsetMs
      ? offsetMs
      : lookAt(Math.floor(atMs / quarterMs) * quarterMs);
  };
}

/** 1970 began on a Thursday. */
const weekday = (localMs: number): number => ((Math.floor(localMs / dayMs) + 3) % 7) + 1;
