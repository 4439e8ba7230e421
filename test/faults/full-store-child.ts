import { quantities, quantityIds } from '#core/quantities.ts';
import { Store } from '../../host/store/store.ts';
import { batchOf } from '../host/store/memory-store.ts';

/** What the child found, as one JSON line. */
export interface FullStore {
  /** Windows whose commit went well. */
  readonly committed: number;
  /** The error that the store told of as its last. */
  readonly told: string;
}

/** A store that writes until its disk is full: `node full-store-child.js <database>`, with bounded files. */
const [path = ''] = process.argv.slice(2);
const gauges = quantityIds.filter(id => quantities[id].kind === 'gauge').slice(0, 12);
const perBatch = 5000;
let told = '';
const store = await Store.open({
  path,
  zone: 'UTC',
  onFatal: ({ message }) => {
    told = message;
  },
});
let committed = 0;
// The first failure may be one that can be tried again.
for (let failures = 0; failures < 3 && told === ''; ) {
  const windows = Array.from({ length: perBatch }, (_, index) => {
    const startMs = (committed + index + 1) * 10_000;
    // Numbers that do not compress.
    const values = gauges.map(quantity => {
      const [mean, min, max, last] = [Math.random(), Math.random(), Math.random(), Math.random()];
      return { quantity, samples: 1, mean, min, max, last };
    });
    const record = { meter: 'main', startMs, windowS: 10, clock: 'synced', values, failures: [] } as const;
    return { gateway: 'attic', record };
  });
  const watermarks = [{ gateway: 'attic', epoch: 'e', sequence: committed + perBatch }];
  try {
    await store.commit(batchOf(store, { windows, watermarks }));
    committed += perBatch;
  } catch {
    failures++;
  }
}
const found: FullStore = { committed, told };
console.log(JSON.stringify(found));
process.exit();
