import type { DuckDBConnection } from '@duckdb/node-api';
import { messageOf } from '../message-of.ts';

/** What DuckDB says where another connection has written something that it has not committed. */
const isBusy = /^\w+ Error: Cannot CHECKPOINT: there are other write transactions active/;

/**
 * Brings what the log has to the file, unless somebody is writing just now: then a later commit does it. Commits wait
 * meanwhile, for as long as there is much to bring: after a transaction of many rows once for it alone is a shorter wait than
 * once for several.
 * @throws Error of the database, where it is not that somebody is writing
 */
export async function checkpoint(connection: DuckDBConnection): Promise<void> {
  await connection.run('CHECKPOINT').catch((error: unknown) => {
    if (!isBusy.test(messageOf(error))) throw error;
  });
}
