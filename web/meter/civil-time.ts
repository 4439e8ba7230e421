import { civilOf } from '../periods.ts';

/** What a clock on the wall of the site shows. */
export interface CivilTime {
  /** 0 is Monday. */
  readonly weekday: number;
  readonly hour: number;
  readonly minute: number;
}

const dayMs = 86_400_000;

/** The weekday and the time of an instant in a zone. */
export const civilClock =
  (zone: string) =>
  (atMs: number): CivilTime => {
    const civilMs = civilOf(atMs, zone);
    const date = new Date(civilMs);
    // 1970 began on a Thursday.
    const weekday = (((Math.floor(civilMs / dayMs) + 3) % 7) + 7) % 7;
    return { weekday, hour: date.getUTCHours(), minute: date.getUTCMinutes() };
  };
