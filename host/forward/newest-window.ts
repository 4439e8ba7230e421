import { isQuantityId, type QuantityId } from '#core/quantities.ts';
import type { CommittedValue } from '../store/commits.ts';
import type { Store } from '../store/store.ts';
import type { Chosen } from './choice.ts';
import type { ForwardWindow } from './window.ts';

/** The newest window with chosen values, to be sent as a test: it is sent as it is stored, so it does no harm. @throws Error of the store */
export async function newestWindow(
  store: Pick<Store, 'series' | 'all'>,
  { isMeter, isQuantity }: Chosen,
  siteOf: (gateway: string) => string,
): Promise<ForwardWindow | undefined> {
  const own = store
    .series()
    .filter(({ gateway, meterKey, quantity }) => isMeter(gateway, meterKey) && isQuantity(quantity));
  const newest = own.reduce<(typeof own)[number] | undefined>(
    (best, each) => (best === undefined || each.lastMs > best.lastMs ? each : best),
    undefined,
  );
  if (newest === undefined) return undefined;
  const { gateway, meter, lastMs } = newest;
  const endS = Math.ceil(lastMs / 1000);
  const values: { [Q in QuantityId]?: CommittedValue } = {};
  let windowS: number | undefined;
  for (const [table, columns] of [
    ['gauge', 'mean, min, max, last'],
    ['counter', 'last'],
  ] as const) {
    const rows = await store.all(
      `WITH own AS (SELECT series.number AS series, quantity FROM series
         JOIN meter ON meter.number = series.meter WHERE meter.gateway = ? AND meter.id = ?)
       SELECT quantity, windowS, samples, ${columns} FROM ${table} JOIN own USING (series)
       WHERE startS >= ${endS - longestS} AND startS + windowS = ${endS}`,
      [gateway, meter],
    );
    for (const row of rows) {
      const quantity = String(row.quantity);
      if (!isQuantityId(quantity) || !isQuantity(quantity)) continue;
      if (windowS !== undefined && windowS !== Number(row.windowS)) continue;
      windowS = Number(row.windowS);
      const number = (name: string) => Number(row[name]);
      const value = { samples: number('samples'), last: number('last') };
      values[quantity] =
        table === 'gauge'
          ? { ...value, mean: number('mean'), min: number('min'), max: number('max') }
          : value;
    }
  }
  if (windowS === undefined) return undefined;
  const startMs = (endS - windowS) * 1000;
  return { site: siteOf(gateway), gateway, meter, startMs, windowS, arrivedMs: lastMs, values, missing: [] };
}

/** No window is longer than its column holds. */
const longestS = 65_535;
