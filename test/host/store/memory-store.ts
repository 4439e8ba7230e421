import type { QuantityId } from '#core/quantities.ts';
import type { WindowRecord } from '#core/wire/records.ts';
import { Store } from '../../../host/store/store.ts';

/** A database that lives in memory, with one gateway `attic` to write for. */
export async function memoryStore(zone = 'Europe/Berlin') {
  const store = await Store.open({ path: ':memory:', zone });
  let sequence = 0;
  const write = async (records: readonly WindowRecord[]) => {
    sequence += records.length;
    await store.commit({
      windows: records.map(record => ({ gateway: 'attic', record })),
      watermarks: [{ gateway: 'attic', epoch: '00000000000000aa', sequence }],
      losses: [],
    });
  };
  return { store, write };
}

const base = { meter: 'main', clock: 'synced', failures: [] } as const;

export const counterWindow = (
  startMs: number,
  last: number,
  windowS = 10,
  quantity: QuantityId = 'energyImportWh',
): WindowRecord => ({ ...base, startMs, windowS, values: [{ quantity, samples: 1, last }] });

export const gaugeWindow = (
  startMs: number,
  mean: number,
  windowS = 10,
  spread = { min: mean - 1, max: mean + 1, last: mean },
): WindowRecord => ({
  ...base,
  startMs,
  windowS,
  values: [{ quantity: 'powerW', samples: 10, mean, ...spread }],
});
