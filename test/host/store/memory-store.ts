import type { QuantityId } from '#core/quantities.ts';
import { encodeRecord, type WindowRecord } from '#core/wire/records.ts';
import type { Batch } from '../../../host/store/batch.ts';
import { Store } from '../../../host/store/store.ts';
import type { Loss, Watermark } from '../../../host/store/types.ts';

export interface Given {
  readonly windows: readonly { readonly gateway: string; readonly record: WindowRecord }[];
  readonly watermarks: readonly Watermark[];
  readonly losses?: readonly Omit<Loss, 'fromS' | 'toS'>[];
  /** When the records came, s; by default as soon as they could. */
  readonly nowS?: number;
}

/** A batch of these windows, as if their gateways had sent them. */
export function batchOf(store: Store, { windows, watermarks, losses = [], nowS }: Given): Batch {
  const batch = store.batch();
  for (const { gateway, record } of windows) {
    const added = batch.add(gateway, encodeRecord(record), nowS ?? record.startMs / 1000 + record.windowS);
    if (!added.ok) throw new Error(added.detail);
  }
  for (const watermark of watermarks) batch.mark(watermark);
  for (const loss of losses) batch.losses.push({ ...loss, fromS: 0, toS: 0 });
  return batch;
}

/** A database that lives in memory, with one gateway `attic` to write for. */
export async function memoryStore(zone = 'Europe/Berlin') {
  const store = await Store.open({ zone, upkeepMs: 0 });
  let sequence = 0;
  const write = async (records: readonly WindowRecord[]) => {
    sequence += records.length;
    const windows = records.map(record => ({ gateway: 'attic', record }));
    const watermarks = [{ gateway: 'attic', epoch: '00000000000000aa', sequence }];
    await store.commit(batchOf(store, { windows, watermarks }));
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
