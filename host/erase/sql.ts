import type { DuckDBConnection } from '@duckdb/node-api';
import { rowsOf } from '../store/lane.ts';
import { quoted } from '../store/sql-text.ts';
import type { SqlRow, SqlValue } from '../store/types.ts';

/** Small tables that are changed lie here, in memory: what a file once held stays in its blocks. */
export const work = 'work';
/** The file that takes the database's place. */
export const fresh = 'fresh';

export const named = (catalog: string, table: string): string =>
  `${quoted(catalog, '"')}.main.${quoted(table, '"')}`;

/** What an erasure does with the database, by SQL. */
export class Workbench {
  readonly connection: DuckDBConnection;
  /** Name of the database that stands. */
  readonly source: string;
  /** Its tables. */
  readonly tables: ReadonlySet<string>;
  readonly #changed = new Set<string>();

  private constructor(connection: DuckDBConnection, source: string, tables: ReadonlySet<string>) {
    this.connection = connection;
    this.source = source;
    this.tables = tables;
  }

  static async open(connection: DuckDBConnection): Promise<Workbench> {
    const [row] = await rowsOf(connection, 'SELECT current_database() AS name');
    const source = String(row?.name);
    await connection.run(`ATTACH ':memory:' AS ${work}`);
    const tables = await rowsOf(
      connection,
      `SELECT table_name FROM duckdb_tables() WHERE database_name = ? AND schema_name = 'main' AND NOT internal AND NOT temporary`,
      [source],
    );
    return new Workbench(connection, source, new Set(tables.map(table => String(table.table_name))));
  }

  /** Tables that are copied as they stand in `work`. */
  get changed(): ReadonlySet<string> {
    return this.#changed;
  }

  all(sql: string, parameters: readonly SqlValue[] = []): Promise<SqlRow[]> {
    return rowsOf(this.connection, sql, parameters);
  }

  async run(sql: string, parameters: readonly SqlValue[] = []): Promise<void> {
    await this.connection.run(sql, [...parameters]);
  }

  /** The name of a table where it may be changed; undefined where there is none. */
  async toChange(table: string): Promise<string | undefined> {
    if (!this.tables.has(table)) return undefined;
    const name = named(work, table);
    if (!this.#changed.has(table))
      await this.run(`CREATE TABLE ${name} AS SELECT * FROM ${named(this.source, table)} ORDER BY rowid`);
    this.#changed.add(table);
    return name;
  }

  /** Rewrites a column of texts of a table, row by row; undefined: the row goes. @returns how many rows are others */
  async rewrite(
    table: string,
    column: string,
    rewritten: (text: string, row: SqlRow) => string | undefined,
  ): Promise<number> {
    const name = await this.toChange(table);
    if (name === undefined) return 0;
    let changes = 0;
    for (const row of await this.all(`SELECT rowid AS place, * FROM ${name}`)) {
      const before = row[column];
      if (typeof before !== 'string') continue;
      const after = rewritten(before, row);
      if (after === before) continue;
      changes++;
      if (after === undefined) await this.run(`DELETE FROM ${name} WHERE rowid = ?`, [row.place ?? 0]);
      else
        await this.run(`UPDATE ${name} SET ${quoted(column, '"')} = ? WHERE rowid = ?`, [
          after,
          row.place ?? 0,
        ]);
    }
    return changes;
  }
}
