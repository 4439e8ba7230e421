import type { Store } from '../store/store.ts';

/** End of the newest window of a meter that is on disk, UTC in ms: behind it there is nothing. 0 where there is none. */
export const storedUntilMs = (store: Pick<Store, 'seriesOfMeter'>, gateway: string, meter: string): number =>
  store.seriesOfMeter(`${gateway}.${meter}`).reduce((newest, { lastMs }) => Math.max(newest, lastMs), 0);
