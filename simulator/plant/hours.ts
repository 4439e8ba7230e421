import type { Moment } from './moment.ts';

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

export function isOpen({ fromHour, toHour, days }: Hours, { secondOfDay, kind }: Moment): boolean {
  if (days !== 'all' && (kind === 'sunday' || (kind === 'saturday' && days === 'weekdays'))) return false;
  const hour = secondOfDay / 3600;
  return toHour > fromHour ? hour >= fromHour && hour < toHour : hour >= fromHour || hour < toHour;
}

/** How many are there, 0 to 1: they come and go around the hours, and fewer are there at noon. */
export function occupancy(hours: Hours, moment: Moment): number {
  const { kind, secondOfDay } = moment;
  if (hours.days !== 'all' && (kind === 'sunday' || (kind === 'saturday' && hours.days === 'weekdays')))
    return 0;
  const hour = secondOfDay / 3600;
  const coming = ramp(hour, hours.fromHour - 0.6, hours.fromHour + 1.2);
  const going = 1 - ramp(hour, hours.toHour - 1.4, hours.toHour + 1);
  const noon = 1 - 0.35 * Math.max(0, 1 - Math.abs(hour - 12.5) / 0.7);
  return coming * going * noon;
}

const ramp = (value: number, from: number, to: number): number => {
  const part = Math.min(1, Math.max(0, (value - from) / (to - from)));
  return part * part * (3 - 2 * part);
};
