import type { DayKind, Moment } from './moment.ts';

/** When something is in use: options of kinds that go by working hours. */
export const hoursOptions = {
  fromHour: { takes: 'number', min: 0, max: 24, unless: 7, help: 'begins at this hour of the day' },
  toHour: {
    takes: 'number',
    min: 0,
    max: 24,
    unless: 17,
    help: 'ends at this hour of the day; before the beginning: on the next day',
  },
  days: {
    takes: 'choice',
    of: ['weekdays', 'weekdays-and-saturdays', 'all'],
    unless: 'weekdays',
    help: 'on which days; public holidays are Sundays',
  },
} as const;

export interface Hours {
  readonly fromHour: number;
  readonly toHour: number;
  readonly days: 'weekdays' | 'weekdays-and-saturdays' | 'all';
}

const isWorkday = ({ days }: Hours, kind: DayKind): boolean =>
  days === 'all' || kind === 'weekday' || (kind === 'saturday' && days !== 'weekdays');

/** Hours that pass midnight are of the day on which they begin. */
export function isOpen(hours: Hours, { secondOfDay, kind, eveKind }: Moment): boolean {
  const { fromHour, toHour } = hours;
  const hour = secondOfDay / 3600;
  if (toHour > fromHour) return hour >= fromHour && hour < toHour && isWorkday(hours, kind);
  return hour >= fromHour ? isWorkday(hours, kind) : hour < toHour && isWorkday(hours, eveKind);
}

/** How many are there, 0 to 1: they come and go around the hours, and fewer are there at noon. */
export function occupancy(hours: Hours, { secondOfDay, kind, eveKind }: Moment): number {
  const hour = secondOfDay / 3600;
  const today = isWorkday(hours, kind) ? shift(hours, hour) : 0;
  if (hours.toHour > hours.fromHour) return today;
  return Math.max(today, isWorkday(hours, eveKind) ? shift(hours, hour + 24) : 0);
}

/** The same of one shift, by the hours since midnight of the day on which it begins. */
function shift({ fromHour, toHour }: Hours, hour: number): number {
  const endHour = toHour > fromHour ? toHour : toHour + 24;
  const coming = ramp(hour, fromHour - 0.6, fromHour + 1.2);
  const going = 1 - ramp(hour, endHour - 1.4, endHour + 1);
  const noon = 1 - 0.35 * Math.max(0, 1 - Math.abs((hour % 24) - 12.5) / 0.7);
  return coming * going * noon;
}

const ramp = (value: number, from: number, to: number): number => {
  const part = Math.min(1, Math.max(0, (value - from) / (to - from)));
  return part * part * (3 - 2 * part);
};
