import { encodeRecord } from '#core/wire/records.ts';
import { Store } from '../../host/store/store.ts';
import type { SqlRow } from '../../host/store/types.ts';
import { windowAt } from '../wires/windows.ts';

const tierTables = ['gauge', 'counter'].flatMap(kind =>
  ['60', '900', '3600', 'day'].map(tier => `${kind}_${tier}`),
);

/** Once all is built up to here, tiers depend on the windows alone. */
export const builtUntilMs = windowAt('main', 1_000_000).startMs;

/** Fingerprints of all tiers and of the ledger, under the names that outlive a database. */
export async function tiersOf(store: Pick<Store, 'all'>): Promise<Record<string, SqlRow[]>> {
  const tables: Record<string, SqlRow[]> = {};
  for (const table of tierTables) {
    tables[table] = await store.all(
      `SELECT gateway, id, quantity, rows, fingerprint::VARCHAR AS fingerprint FROM (${fingerprints(table, 'series')})
       JOIN series ON series.number = of JOIN meter ON meter.number = series.meter ORDER BY ALL`,
    );
  }
  tables.ledger_900 = await store.all(
    `SELECT gateway, id, rows, fingerprint::VARCHAR AS fingerprint FROM (${fingerprints('ledger_900', 'meter')})
     JOIN meter ON meter.number = of ORDER BY ALL`,
  );
  return tables;
}

const fingerprints = (table: string, by: string): string =>
  `SELECT ${by} AS of, count(*) AS rows, sum(hash(*COLUMNS(* EXCLUDE (${by})))) AS fingerprint FROM ${table} GROUP BY ${by}`;

/** A database in memory that took the same windows in order and one by one: what the tiers have to be. */
export class OrderedRun {
  readonly #store: Store;
  readonly #taken = new Map<string, number>();

  private constructor(store: Store) {
    this.#store = store;
  }

  static async open(zone = 'UTC'): Promise<OrderedRun> {
    return new OrderedRun(await Store.open({ zone, upkeepMs: 0, nowMs: () => builtUntilMs }));
  }

  /** The tiers of the first so many windows of `windowAt` of each gateway. */
  async tiers(counts: ReadonlyMap<string, number>): Promise<Record<string, SqlRow[]>> {
    for (const [gateway, count] of counts) {
      const batch = this.#store.batch();
      for (let index = this.#taken.get(gateway) ?? 0; index < count; index++) {
        batch.add(gateway, encodeRecord(windowAt('main', index)), builtUntilMs / 1000);
      }
      batch.mark({ gateway, epoch: '00000000000000aa', sequence: count });
      await this.#store.commit(batch);
      this.#taken.set(gateway, count);
    }
    await this.#store.upkeep();
    return tiersOf(this.#store);
  }

  close(): Promise<void> {
    return this.#store.close();
  }
}
