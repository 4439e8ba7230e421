import { type SunspecModel, SunspecSearch } from '../core/modbus/sunspec.ts';
import { sunspecProfile } from '../profiles/sunspec.ts';
import type { Outcome } from './bus-transaction.ts';
import { type PolledMeter, pollJobs, sampleMsOf } from './poll-job.ts';
import type { NewJob, PollJobs } from './poll-jobs.ts';
import { exceptionIn } from './slave-exceptions.ts';

/** A device that was asked in vain is asked again after this. */
const againMs = 60_000;

/** The reads that a meter begins with: those of its registers, or the first step of the search for them. */
export const firstJobs = (meter: PolledMeter, number: number, startTicks: number): NewJob[] =>
  meter.profile.sunspec === undefined
    ? pollJobs(meter, number, startTicks)
    : [searchJob(meter, number, new SunspecSearch(), startTicks)];

/** The number of a model and its length stand before its points. */
const headerWords = 2;

/**
 * Reads that begin behind a model's header take it with them: a device whose map changed, by a setting or an update,
 * shows it before a value is taken for another.
 */
const withHeaders = (
  jobs: readonly NewJob[],
  mostRegisters: number,
  models: readonly SunspecModel[],
): NewJob[] =>
  jobs.map(job => {
    const { block } = job;
    const model = models.find(({ start }) => start + headerWords === block.start);
    const count = block.count + headerWords;
    if (model === undefined || count > mostRegisters) return job;
    return { ...job, block: { ...block, start: model.start, count }, matter: { model } };
  });

/** Whether a read shows that the map is no more what was found: another header, or a refusal of what was answered. */
export function isMoved(jobs: PollJobs, job: number, outcome: Outcome): boolean {
  const model = jobs.modelOf(job);
  if (model === undefined) return false;
  // One refusal may be of a moment.
  if (!outcome.ok)
    return jobs.isAnswered(job) && jobs.refusals(job) > 0 && exceptionIn(outcome).means === 'refused';
  const [idHigh, idLow, lengthHigh, lengthLow] = outcome.value;
  const isSame = (word: number, high = 0, low = 0): boolean => word === high * 256 + low;
  return !isSame(model.id, idHigh, idLow) || !isSame(model.length, lengthHigh, lengthLow);
}

/** The next read of a search for what a SunSpec device has. */
function searchJob(meter: PolledMeter, number: number, search: SunspecSearch, dueTicks: number): NewJob {
  const read = search.next() ?? { start: 0, count: 2 };
  return {
    meter: number,
    block: { fc: 3, ...read, registers: [] },
    intervalMs: sampleMsOf(meter),
    dueTicks,
    matter: { search },
  };
}

/**
 * What is to be read once a read of a search is over: the next step of the search, or what was found; with what is to
 * be said of it. A device that does not answer is not one without a map: only where the map may begin is silence
 * taken for a no, as some devices have no other.
 */
export function jobsAfterSearch(
  meter: PolledMeter,
  number: number,
  search: SunspecSearch,
  outcome: Outcome,
  ticksMs: number,
): {
  readonly jobs: readonly NewJob[];
  /** The meter with the profile of what was found, and what that is in words. */
  readonly found?: PolledMeter;
  readonly said?: string;
  readonly missed?: string;
} {
  const isRefused = !outcome.ok && outcome.error === 'exception';
  if (outcome.ok || isRefused || search.state === 'base') search.take(outcome.ok ? outcome.value : undefined);
  if (search.next() !== undefined) return { jobs: [searchJob(meter, number, search, ticksMs)] };
  const { map } = search;
  const profile = map && sunspecProfile(meter.profile, map);
  if (map === undefined || profile === undefined) {
    const models = map?.models.map(({ id }) => id).join(', ');
    return {
      jobs: [searchJob(meter, number, new SunspecSearch(), ticksMs + againMs)],
      missed:
        models === undefined
          ? 'has no SunSpec map at register 40000, 50000 or 0; check that SunSpec is switched on in it, and its address'
          : `has the SunSpec models ${models}, of which none fits ${meter.profile.id}; try another sunspec profile`,
    };
  }
  const found = { ...meter, profile };
  return {
    jobs: withHeaders(pollJobs(found, number, ticksMs), profile.limits.maxRegistersPerRead, map.models),
    found,
    said: `is a SunSpec device of ${map.manufacturer || 'unknown make'} with models ${map.models.map(({ id }) => id).join(', ')}; ${profile.registers.length} values of it are read`,
  };
}
