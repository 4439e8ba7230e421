import { minuteOf } from '../notify/quiet-hours.ts';
import { type Static, Type } from '../typebox.ts';
import type { CivilClock } from './civil-clock.ts';

const Clock = Type.String({ pattern: '^([01]\\d|2[0-3]):[0-5]\\d$', description: 'a time such as 22:00' });

/**
 * When a rule looks: on these days (1 is Monday), from one time of the day to another, as clocks of the zone show them. Over
 * midnight where `to` is not after `from`: a night belongs to the day it begins on; the same time twice is a whole day.
 */
export const Schedule = Type.Object(
  {
    days: Type.Array(Type.Integer({ minimum: 1, maximum: 7 }), { minItems: 1, maxItems: 7 }),
    from: Clock,
    to: Clock,
  },
  { additionalProperties: false },
);
export type Schedule = Static<typeof Schedule>;

/** Whether a rule looks at an instant. */
export function isWithin({ days, from, to }: Schedule, clock: CivilClock, atMs: number): boolean {
  const [fromMinute = 0, toMinute = 0] = [minuteOf(from), minuteOf(to)];
  const minute = clock.minuteOf(atMs);
  const day = clock.weekdayOf(atMs);
  if (fromMinute === toMinute) return days.includes(day);
  if (fromMinute < toMinute) return minute >= fromMinute && minute < toMinute && days.includes(day);
  if (minute >= fromMinute) return days.includes(day);
  return minute < toMinute && days.includes(day === 1 ? 7 : day - 1);
}

const minuteMs = 60_000;
const dayMinutes = 1440;
const quarterOfHourMs = 15 * minuteMs;
const longestMs = 8 * 86_400_000;

/** The first instant from one on at which the rule looks; a week later at the latest, for it looks on some day. */
export const firstWithin = (schedule: Schedule, clock: CivilClock, fromMs: number): number =>
  firstThat(schedule, clock, fromMs, true);

/** The first instant from one on at which the rule does not look; Infinity where it always does. */
export function firstOutside(schedule: Schedule, clock: CivilClock, fromMs: number): number {
  const atMs = firstThat(schedule, clock, fromMs, false);
  return isWithin(schedule, clock, atMs) ? Number.POSITIVE_INFINITY : atMs;
}

/**
 * From one time at which that may begin to the next; where clocks change in between, which they do at quarters of an hour, no further
 * than to one of these.
 */
function firstThat(schedule: Schedule, clock: CivilClock, fromMs: number, isLooking: boolean): number {
  const isIt = (atMs: number) => isWithin(schedule, clock, atMs) === isLooking;
  if (isIt(fromMs)) return fromMs;
  const { from, to } = schedule;
  const beginMinute = from === to ? 0 : (minuteOf(isLooking ? from : to) ?? 0);
  let atMs = Math.floor(fromMs / minuteMs) * minuteMs + minuteMs;
  while (!isIt(atMs) && atMs < fromMs + longestMs) {
    const leftMinutes = (beginMinute - clock.minuteOf(atMs) + dayMinutes) % dayMinutes || dayMinutes;
    const beginMs = atMs + leftMinutes * minuteMs;
    const quarterMs = Math.floor(atMs / quarterOfHourMs) * quarterOfHourMs + quarterOfHourMs;
    atMs = clock.minuteOf(beginMs) === beginMinute ? beginMs : Math.min(beginMs, quarterMs);
  }
  return atMs;
}
