import { DuckDBInstance } from '@duckdb/node-api';
import { placesOf } from '../store/recovery-files.ts';
import { quoted } from '../store/sql-text.ts';

/** Texts that still have one of the words in them, such as reasons that people wrote. */
export interface Remain {
  /** Such as `correction.why`. */
  readonly place: string;
  readonly rows: number;
}

/** Looks through all texts of the database of a host that does not run. */
export async function textsWith(dataDir: string, words: readonly string[]): Promise<Remain[]> {
  const instance = await DuckDBInstance.create(placesOf(dataDir).database, { access_mode: 'READ_ONLY' });
  const connection = await instance.connect();
  try {
    const columns = await connection.runAndReadAll(
      `SELECT table_name, column_name FROM duckdb_columns()
       WHERE NOT internal AND database_name = current_database() AND data_type = 'VARCHAR'
         AND table_name IN (SELECT table_name FROM duckdb_tables()) ORDER BY ALL`,
    );
    const found: Remain[] = [];
    for (const [table, column] of columns.getRows()) {
      const name = quoted(String(column), '"');
      const has = words.map(word => `contains(${name}, ${quoted(word, "'")})`).join(' OR ');
      const counts = await connection.runAndReadAll(
        `SELECT count(*) FROM ${quoted(String(table), '"')} WHERE ${has || 'false'}`,
      );
      const rows = Number(counts.getRows()[0]?.[0]);
      if (rows > 0) found.push({ place: `${String(table)}.${String(column)}`, rows });
    }
    return found;
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
