import { SunspecSearch } from '../core/modbus/sunspec.ts';
import { settingsDefaults } from '../core/wire/settings.ts';
import { sunspecProfile } from '../profiles/sunspec.ts';
import type { Outcome } from './bus-transaction.ts';
import { type PolledMeter, type PollJob, pollJobs } from './poll-job.ts';

/** A device that was asked in vain is asked again after this. */
const againMs = 60_000;

/** The reads that a meter begins with: those of its registers, or the first step of the search for them. */
export const firstJobs = (meter: PolledMeter, startTicks: number): PollJob[] =>
  meter.profile.sunspec === undefined
    ? pollJobs(meter, startTicks)
    : [searchJob(meter, new SunspecSearch(), startTicks)];

/** The next read of a search for what a SunSpec device has. */
function searchJob(meter: PolledMeter, search: SunspecSearch, dueTicks: number): PollJob {
  const read = search.next() ?? { start: 0, count: 2 };
  return {
    meter,
    search,
    request: { address: meter.slave.address, fc: 3, ...read },
    registers: [],
    intervalMs: meter.settings.sampleMs ?? settingsDefaults.sampleMs,
    dueTicks,
    servedTicks: -Infinity,
    readyTicks: dueTicks,
    deadlineTicks: dueTicks,
    delays: 0,
    refusals: 0,
    refused: undefined,
  };
}

/**
 * What is to be read once a read of a search is over: the next step of the search, or what was found; with what is to
 * be said of it. A device that does not answer is not one without a map: only where the map may begin is silence
 * taken for a no, as some devices have no other.
 */
export function jobsAfterSearch(
  meter: PolledMeter,
  search: SunspecSearch,
  outcome: Outcome,
  ticksMs: number,
): {
  readonly jobs: readonly PollJob[];
  /** The meter with the profile of what was found, and what that is in words. */
  readonly found?: PolledMeter;
  readonly said?: string;
  readonly missed?: string;
} {
  const isRefused = !outcome.ok && outcome.error === 'exception';
  if (outcome.ok || isRefused || search.state === 'base') search.take(outcome.ok ? outcome.value : undefined);
  if (search.next() !== undefined) return { jobs: [searchJob(meter, search, ticksMs)] };
  const { map } = search;
  const profile = map && sunspecProfile(meter.profile, map);
  if (map === undefined || profile === undefined) {
    const models = map?.models.map(({ id }) => id).join(', ');
    return {
      jobs: [searchJob(meter, new SunspecSearch(), ticksMs + againMs)],
      missed:
        models === undefined
          ? 'has no SunSpec map at register 40000, 50000 or 0; check that SunSpec is switched on in it, and its address'
          : `has the SunSpec models ${models}, of which none fits ${meter.profile.id}; try another sunspec profile`,
    };
  }
  const found = { ...meter, profile };
  return {
    jobs: pollJobs(found, ticksMs),
    found,
    said: `is a SunSpec device of ${map.manufacturer || 'unknown make'} with models ${map.models.map(({ id }) => id).join(', ')}; ${profile.registers.length} values of it are read`,
  };
}
