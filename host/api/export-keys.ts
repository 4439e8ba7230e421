import type { Store } from '../store/store.ts';
import type { SeriesInfo } from '../store/types.ts';
import { unknownOf } from './route-access.ts';

/** Whether something may be seen of a meter, by ids of its gateway and within it. */
type IsSeen = (gateway: string, meter: string) => boolean;

/**
 * Series by a list of keys with commas between: `gateway.meter.quantity`, `gateway.meter` for all of a meter, `gateway`
 * for all of a gateway; without a list, everything that may be seen. In order of the list, each once.
 * @throws ApiFailure series.unknown for a key that nothing is stored of, or nothing that may be seen
 */
export function selectedSeries(store: Store, list: string | undefined, isSeen: IsSeen): string[] {
  if (list === undefined) return seen(store.series(), isSeen).map(({ key }) => key);
  const chosen = new Set<string>();
  for (const key of list.split(',')) {
    const found = seen(foundBy(store, key), isSeen);
    if (found.length === 0) throw unknownOf('series', key, 'query.series');
    for (const info of found) chosen.add(info.key);
  }
  return [...chosen];
}

/** Meters by a list of `gateway.meter` or `gateway`, as `selectedSeries`. @throws ApiFailure meter.unknown */
export function selectedMeters(store: Store, list: string | undefined, isSeen: IsSeen): string[] {
  if (list === undefined) return [...new Set(seen(store.series(), isSeen).map(({ meterKey }) => meterKey))];
  const chosen = new Set<string>();
  for (const key of list.split(',')) {
    const found = key.split('.').length > 2 ? [] : seen(foundBy(store, key), isSeen);
    if (found.length === 0) throw unknownOf('meter', key, 'query.meters');
    for (const { meterKey } of found) chosen.add(meterKey);
  }
  return [...chosen];
}

function foundBy(store: Store, key: string): readonly SeriesInfo[] {
  const depth = key.split('.').length;
  if (depth === 2) return store.seriesOfMeter(key);
  if (depth !== 3) return [...store.metersOf(key).values()].flatMap(meter => store.seriesOfMeter(meter.key));
  const info = store.seriesOf(key);
  return info === undefined ? [] : [info];
}

const seen = (series: readonly SeriesInfo[], isSeen: IsSeen): SeriesInfo[] =>
  series.filter(({ gateway, meter }) => isSeen(gateway, meter));
