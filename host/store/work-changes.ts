import { makeBackup, type Pause } from './backup.ts';
import {
  type Done,
  makeCorrection,
  type NewCorrection,
  type NotUndone,
  type Signature,
  type TooMany,
  undoCorrection,
} from './corrections-work.ts';
import type { Database } from './database.ts';
import type { Keeper } from './keeper.ts';
import { Moved, ReturningError } from './port.ts';
import type { BatchMessage, SqlStatement, SqlValue } from './types.ts';

/** What changes what is stored, and what holds it still. */
export function changesOf(keeper: Keeper) {
  return {
    /** Gives the buffers back, also when it fails. */
    commit: async (batch: BatchMessage): Promise<Moved<BatchMessage['blocks']>> => {
      const buffers = Object.values(batch.blocks).map(({ buffer }) => buffer);
      const back = new Moved(batch.blocks, buffers);
      try {
        await keeper.guard(({ writer }) => writer.commit(batch));
        return back;
      } catch (error) {
        throw new ReturningError(error, back);
      }
    },

    run: (sql: string, parameters: readonly SqlValue[]): Promise<void> =>
      keeper.guard(({ small }) => small.run(sql, parameters)),

    runAll: (statements: readonly SqlStatement[]): Promise<void> =>
      keeper.guard(({ small }) => small.runAll(statements)),

    makeCorrection: (correction: NewCorrection, signature: Signature): Promise<Done | TooMany> =>
      keeper.guard(database => makeCorrection(correctedIn(database), correction, signature)),

    undoCorrection: (id: number, signature: Signature): Promise<Done | NotUndone> =>
      keeper.guard(database => undoCorrection(correctedIn(database), id, signature)),

    upkeep: (isWeekOver: boolean): Promise<void> => keeper.upkeep.run(isWeekOver),

    /** Makes a backup of the database as it is at one moment, while all goes on; of the older ones so many stay. */
    backup: async (
      keep: number,
      passphrase?: string,
    ): Promise<{ path: string; bytes: number; tookMs: number }> => {
      const { dataDir } = keeper.options;
      if (dataDir === undefined) throw new Error('A database in memory has no folder for backups.');
      const { instance, upkeep, small, writer } = keeper.database;
      // The longest work first: commits then wait for the pause itself alone.
      const pause: Pause = work => upkeep.use(() => small.use(() => writer.hold(work)));
      const whileOpen: Pause = work => keeper.guard(work);
      const options = { dataDir, instance, keep, pause, whileOpen, passphrase, nowMs: keeper.nowMs };
      const { path, bytes, tookMs } = await makeBackup(options);
      return { path, bytes, tookMs };
    },
  };
}

function correctedIn({ small, shelves, writer }: Database) {
  const hold = <T>(work: () => Promise<T>) => writer.hold(work);
  return { lane: small, hold, ...shelves };
}
