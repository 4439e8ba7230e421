import type { Fleet } from '../fleet.ts';
import type { Store } from '../store/store.ts';

/** Quantities that a meter is known to measure: those its gateway announces, and those that are stored. */
export function seriesKnownOf(
  fleet: Pick<Fleet, 'gateway'>,
  store: Pick<Store, 'seriesOfMeter'>,
  gateway: string,
  meter: string,
): ReadonlySet<string> {
  const announced = fleet.gateway(gateway)?.about?.meters.find(({ id }) => id === meter)?.series ?? [];
  const stored = store.seriesOfMeter(`${gateway}.${meter}`).map(({ quantity }) => quantity);
  return new Set<string>([...announced, ...stored]);
}
