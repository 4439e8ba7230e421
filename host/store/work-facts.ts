import type { Database } from './database.ts';
import type { Keeper } from './keeper.ts';
import { loadSerials } from './serials.ts';
import type { StorageFacts } from './storage-facts.ts';
import { loadNames } from './summary.ts';
import type { LoadedNames, SerialSight, Watermark } from './types.ts';
import { loadWatermarks } from './watermarks.ts';

/** What the other side has to know before anything else. */
interface Opened {
  /** What had to be done to open the database. */
  readonly found: Database['found'];
  readonly names: LoadedNames;
  readonly watermarks: readonly Watermark[];
  readonly serials: readonly SerialSight[];
}

/** What is known of the store itself. */
export function factsOf(keeper: Keeper) {
  return {
    opened: async (): Promise<Opened> => {
      const { small, shelves, found } = keeper.database;
      return {
        found,
        names: await loadNames(small, shelves.generations.list, Math.floor(keeper.nowMs() / 1000)),
        watermarks: await loadWatermarks(small),
        serials: await loadSerials(small),
      };
    },

    /** What takes room; measured at most once a minute. */
    storage: (): Promise<StorageFacts> => keeper.facts.measured(),

    /** Files of the archive that cannot be read, and why. */
    archiveFaults: async (): Promise<[path: string, why: string][]> => [...keeper.database.archive.faults],

    /** Counts of the store, for the counters of the host. */
    counters: async (): Promise<Record<string, number>> => {
      const { shelves, archive, small } = keeper.database;
      const { generations, tiers } = shelves;
      const facts = keeper.facts.last;
      return {
        generations: generations.list.length,
        generationsSorted: keeper.upkeep.sorted,
        tierBuilds: tiers.builds,
        tierBuildMs: Math.round(tiers.lastBuildMs),
        tierRowsWaiting: await tiers.waiting(small),
        upkeepFailures: keeper.upkeep.failures,
        databaseBytes: facts?.fileBytes ?? 0,
        databaseFreeBytes: facts?.fileFreeBytes ?? 0,
        memoryBytes: await memoryBytes(small),
        bytesPerDay: Math.round(facts?.parts.reduce((sum, part) => sum + part.bytesPerDay, 0) ?? 0),
        archiveBytes: archive.files.reduce((sum, { bytes }) => sum + bytes, 0),
        archiveFiles: archive.files.length,
        archiveFaults: archive.faults.size,
        reopened: keeper.reopened,
      };
    },
  };
}

/** What the database holds in memory: rows since its last checkpoint, and pages that it gives up at its limit. */
async function memoryBytes(small: Database['small']): Promise<number> {
  const [row] = await small.all('SELECT sum(memory_usage_bytes)::DOUBLE AS bytes FROM duckdb_memory()');
  return Number(row?.bytes ?? 0);
}
