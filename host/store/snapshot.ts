import type { DuckDBConnection } from '@duckdb/node-api';
import type { Database } from './database.ts';
import { Lane } from './lane.ts';
import type { Shelves } from './series-parts.ts';
import { fixMoment } from './transaction.ts';

/** All that is stored as it was at one moment. */
export interface Snapshot {
  /** One transaction from that moment on: it sees no later commit. */
  readonly lane: Lane;
  readonly connection: DuckDBConnection;
  /** Where its rows lie, as it was known at that moment. */
  readonly shelves: Shelves;
  /** To be called once. */
  readonly end: () => Promise<void>;
}

/**
 * Fixes a moment, between two commits, two builds of the tiers and two corrections, and gives all that is stored as it is
 * then, whatever comes, is corrected, sorted, archived or removed after it. DuckDB keeps rows and tables that others
 * change or drop for as long as the transaction lasts, so it must not last for ever; files of the archive are held.
 */
export async function takeSnapshot({
  instance,
  upkeep,
  small,
  writer,
  shelves,
}: Pick<Database, 'instance' | 'upkeep' | 'small' | 'writer' | 'shelves'>): Promise<Snapshot> {
  const connection = await instance.connect();
  try {
    // The longest work first: commits then wait for the moment itself alone.
    return await upkeep.use(() =>
      small.use(() =>
        writer.hold(async () => {
          await fixMoment(connection);
          const generations = shelves.generations.copy();
          const tiers = shelves.tiers.copy(generations);
          const files = generations.list.flatMap(({ archived }) => archived.map(({ path }) => path));
          const letGo = generations.files.hold(files);
          const lane = new Lane(connection);
          const end = async () => {
            connection.interrupt();
            await lane.close();
            await letGo();
          };
          return {
            lane,
            connection,
            shelves: { generations, tiers, corrections: { plan: shelves.corrections.plan } },
            end,
          };
        }),
      ),
    );
  } catch (error) {
    connection.closeSync();
    throw error;
  }
}
