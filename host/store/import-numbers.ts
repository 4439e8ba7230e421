import type { DuckDBConnection } from '@duckdb/node-api';

/** Rows of numbers. */
export async function numbers(connection: DuckDBConnection, sql: string): Promise<number[][]> {
  const reader = await connection.runAndReadAll(sql);
  return reader.getRows().map(row => row.map(Number));
}
