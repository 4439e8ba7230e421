import { windowSOf } from '../current-meters.ts';
import type { GatewayState } from '../fleet.ts';
import type { Store } from '../store/store.ts';
import type { NewestValues, SeriesInfo } from '../store/types.ts';
import type { Meter, SiteMeter } from './contract.ts';
import type { Today } from './today.ts';

/** Keys of all meters of a gateway: those it announces and those with stored values, each once. */
export function meterKeysOf(state: GatewayState, store: Store): string[] {
  const announced = (state.about?.meters ?? []).map(({ id }) => `${state.id}.${id}`);
  const stored = [...store.metersOf(state.id).values()]
    .map(({ key }) => key)
    .filter(key => store.seriesOfMeter(key).length > 0);
  return [...new Set([...announced, ...stored])];
}

/** A meter as the API tells it, put together from what its gateway says, what is stored and what people said of it. */
export async function meterOf(
  state: GatewayState,
  meterId: string,
  store: Store,
  today: Today,
  said: SiteMeter | undefined,
): Promise<Meter> {
  const key = `${state.id}.${meterId}`;
  const about = state.about?.meters.find(({ id }) => id === meterId);
  const health = state.health?.meters[meterId];
  const series = store.seriesOfMeter(key);
  const lastWindowMs = newestEnd(series);
  return {
    key,
    gateway: state.id,
    id: meterId,
    name: said?.name ?? about?.name ?? meterId,
    role: said?.role ?? null,
    below: said?.below ?? null,
    profile: about?.profile ?? '',
    ...(about && { line: about.line }),
    ...(about?.identity && { identity: about.identity }),
    windowS: windowSOf(state, meterId, store),
    quantities: [...new Set([...(about?.series ?? []), ...series.map(({ quantity }) => quantity)])],
    // What a gateway said before it went away is no longer known to be so.
    state: state.online && health ? health.state : 'unknown',
    reason: state.online ? (health?.reason ?? null) : null,
    samples: health?.samples ?? 0,
    failures: { ...health?.failures },
    lastWindowMs,
    latest: newerOf(store.newest(key), state.live[meterId]),
    today: await today.of(key, lastWindowMs),
  };
}

const newestEnd = (series: readonly SeriesInfo[]): number | null =>
  series.reduce<number | null>((newest, { lastMs }) => Math.max(newest ?? 0, lastMs), null);

/** The newer one's values over the older one's: not every sample holds every quantity. */
function newerOf(stored: NewestValues | undefined, live: NewestValues | undefined): Meter['latest'] {
  const [older, newer] = (stored?.atMs ?? 0) <= (live?.atMs ?? 0) ? [stored, live] : [live, stored];
  const atMs = newer?.atMs ?? older?.atMs;
  return atMs === undefined ? null : { atMs, values: { ...older?.values, ...newer?.values } };
}
