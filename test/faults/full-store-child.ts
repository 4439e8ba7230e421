import { writeSync } from 'node:fs';
import { quantities, quantityIds } from '#core/quantities.ts';
import { Store } from '../../host/store/store.ts';
import { batchOf } from '../host/store/memory-store.ts';

/** What the child found, as one JSON line. */
export interface FullStore {
  /** Windows whose commit went well. */
  readonly committed: number;
  /** The error of the commit that failed. */
  readonly told: string;
}

/** A store that writes until its disk is full: `node full-store-child.js <data folder>`, with bounded files. */
const [dataDir = ''] = process.argv.slice(2);
const gauges = quantityIds.filter(id => quantities[id].kind === 'gauge').slice(0, 12);
const perBatch = 5000;
let told = '';
const store = await Store.open({ dataDir, zone: 'UTC' });
let committed = 0;
while (told === '') {
  const windows = Array.from({ length: perBatch }, (_, index) => {
    const startMs = Date.UTC(2026, 0) + (committed + index + 1) * 10_000;
    // Numbers that do not compress.
    const values = gauges.map(quantity => {
      const [min = 0, mean = 0, last = 0, max = 0] = Array.from({ length: 4 }, Math.random).sort(
        (one, other) => one - other,
      );
      return { quantity, samples: 1, mean, min, max, last };
    });
    const record = { meter: 'main', startMs, windowS: 10, clock: 'synced', values, failures: [] } as const;
    return { gateway: 'attic', record };
  });
  const watermarks = [{ gateway: 'attic', epoch: 'e', sequence: committed + perBatch }];
  try {
    await store.commit(batchOf(store, { windows, watermarks }));
    committed += perBatch;
  } catch (error) {
    // The store now opens its database again by itself, from which a disk that stays full keeps it.
    told = String(error);
  }
}
const found: FullStore = { committed, told };
writeSync(1, `${JSON.stringify(found)}\n`);
// The store is still at opening its database again, from which nothing else ends it.
process.kill(process.pid, 'SIGKILL');
