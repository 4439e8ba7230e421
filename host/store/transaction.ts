import type { DuckDBConnection } from '@duckdb/node-api';

/**
 * Does work as one transaction of a connection that is in none: all of it is on disk when this resolves. COMMIT follows the
 * work; work that has to hold something while it commits, or to let go of something before it is taken back, calls
 * `commit` itself, as its last statement.
 *
 * When this rejects nothing of it is there, unless it was the COMMIT that failed: then nobody knows, and who would do it again,
 * or goes by what it was to write, looks at the database first.
 * @throws Error the one that came first; one that DuckDB has given up (`isFatal`) is passed on as it is
 */
export async function transaction<T>(
  connection: DuckDBConnection,
  work: (commit: () => Promise<void>) => Promise<T>,
): Promise<T> {
  let isEnded = false;
  const commit = async () => {
    isEnded = true;
    await connection.run('COMMIT');
  };
  await connection.run('BEGIN TRANSACTION');
  try {
    const result = await work(commit);
    if (!isEnded) await commit();
    return result;
  } catch (error) {
    // Fails where a failed COMMIT has taken all back already, and where nothing works any more: what came first is told.
    await connection.run('ROLLBACK').catch(() => {});
    throw error;
  }
}

/** Begins a transaction that sees all as it is now, and no later commit; it is ended by ROLLBACK, or with its connection. */
export async function fixMoment(connection: DuckDBConnection): Promise<void> {
  await connection.run('BEGIN TRANSACTION');
  // A transaction sees the state of its first statement.
  await connection.run('SELECT count(*) FROM duckdb_tables()');
}
