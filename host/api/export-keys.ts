import type { Store } from '../store/store.ts';
import { ApiFailure } from './errors.ts';

/**
 * Series by a list of keys with commas between: `gateway.meter.quantity`, `gateway.meter` for all of a meter, `gateway`
 * for all of a gateway; without a list, everything. In order of the list, each once.
 * @throws ApiFailure series.unknown for a key that nothing is stored of
 */
export function selectedSeries(store: Store, list: string | undefined): string[] {
  if (list === undefined) return store.series().map(({ key }) => key);
  const chosen = new Set<string>();
  for (const key of list.split(',')) {
    const depth = key.split('.').length;
    const found =
      depth === 3
        ? [store.seriesOf(key)]
        : depth === 2
          ? store.seriesOfMeter(key)
          : store.series().filter(({ gateway }) => gateway === key);
    if (found[0] === undefined) throw unknown('series', key);
    for (const info of found) if (info !== undefined) chosen.add(info.key);
  }
  return [...chosen];
}

/** Meters by a list of `gateway.meter` or `gateway`, as `selectedSeries`. */
export function selectedMeters(store: Store, list: string | undefined): string[] {
  const of = (key: string) => store.series().filter(info => info.meterKey === key || info.gateway === key);
  if (list === undefined) return [...new Set(store.series().map(({ meterKey }) => meterKey))];
  const chosen = new Set<string>();
  for (const key of list.split(',')) {
    const found = of(key);
    if (found.length === 0) throw unknown('meters', key);
    for (const { meterKey } of found) chosen.add(meterKey);
  }
  return [...chosen];
}

const unknown = (field: string, key: string) =>
  new ApiFailure('series.unknown', {
    message: `Nothing is stored of ${key.length > 120 ? `${key.slice(0, 120)}…` : key}.`,
    field,
    help: 'GET /api/v1/series lists all that is.',
  });
