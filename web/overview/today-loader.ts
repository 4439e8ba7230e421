import type { Meter } from '../../host/api/contract.ts';
import { api } from '../api.ts';
import { rolesOf } from '../site/balance.ts';
import { hostNow } from '../site/clock.ts';
import { type Period, siteEnergy } from './day-energy.ts';
import { type Peak, peakOf } from './peak.ts';

/** What is known of today. */
export interface TodayFacts {
  readonly zone: string;
  readonly day: Period;
  readonly hours: readonly Period[];
  /** Of the grid's meter; null where there is none or nothing was taken. */
  readonly peak: Peak | null;
}

/** The longest of a day in steps of five minutes: 25 hours where clocks are set back. */
const peakPoints = 300;

/**
 * Asks the host for the energy of the civil day that runs, in the site's own zone, by hour, and for the highest power
 * at the grid. null where nothing was measured yet. Rejects with a `RequestError`.
 */
export async function loadToday(meters: readonly Meter[]): Promise<TodayFacts | null> {
  const roles = rolesOf(meters);
  const nowMs = Math.floor(hostNow());
  const days = await api.energy(nowMs, nowMs + 1, 'day');
  const [day] = siteEnergy(days, meters, roles, nowMs);
  if (day === undefined) return null;
  // A meter that was announced and has stored nothing yet has no readings.
  const grid = meters.find(({ key, lastWindowMs }) => roles.get(key) === 'grid' && lastWindowMs !== null);
  const [table, power] = await Promise.all([
    api.energy(day.startMs, nowMs + 1, 'hour'),
    grid?.quantities.includes('powerW')
      ? api.readings(`${grid.key}.powerW`, day.startMs, nowMs + 1, peakPoints)
      : null,
  ]);
  return {
    zone: days.zone,
    day,
    hours: siteEnergy(table, meters, roles, nowMs),
    peak: power && peakOf(power),
  };
}
