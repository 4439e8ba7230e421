import { numberOf, type TableStatement, type TransactionTables, textOf } from '../auth/tables.ts';

export interface SiteRow {
  readonly site: string;
  readonly version: number;
  readonly body: string;
}

/** Sites as they outlive the host: a row each, with a version that grows by one, and JSON. */
export class SiteTable {
  readonly #tables: TransactionTables;

  private constructor(tables: TransactionTables) {
    this.#tables = tables;
  }

  /** Also all rows. What was said when a host had one site alone becomes what is said of `first`. */
  static async open(
    tables: TransactionTables,
    first: string,
  ): Promise<{ table: SiteTable; rows: readonly SiteRow[] }> {
    await tables.run(
      'CREATE TABLE IF NOT EXISTS site_book (site VARCHAR PRIMARY KEY, version BIGINT, body VARCHAR)',
    );
    const [old] = await tables.all("SELECT table_name FROM duckdb_tables() WHERE table_name = 'site'");
    if (old !== undefined) {
      await tables.run(
        `INSERT INTO site_book SELECT ?, version, body FROM site
         WHERE number = 1 AND NOT EXISTS (FROM site_book WHERE site_book.site = ?)`,
        [first, first],
      );
    }
    const rows = await tables.all('SELECT site, version, body FROM site_book ORDER BY site');
    const rowOf = (row: Record<string, unknown>) => ({
      site: textOf(row, 'site'),
      version: numberOf(row, 'version'),
      body: textOf(row, 'body'),
    });
    return { table: new SiteTable(tables), rows: rows.map(rowOf) };
  }

  /** All of them, and `also`, or none; on disk when this resolves. @throws Error of the store. */
  save(rows: readonly SiteRow[], also: readonly TableStatement[] = []): Promise<void> {
    const saved = rows.map(
      ({ site, version, body }): TableStatement => [
        `INSERT INTO site_book VALUES (?, ?, ?)
         ON CONFLICT (site) DO UPDATE SET version = excluded.version, body = excluded.body`,
        [site, version, body],
      ],
    );
    return this.#tables.runAll([...saved, ...also]);
  }

  /** With what was put there, in one transaction. @throws Error of the store. */
  remove(site: string): Promise<void> {
    return this.#tables.runAll([
      ['DELETE FROM gateway_site WHERE site = ?', [site]],
      ['DELETE FROM site_book WHERE site = ?', [site]],
    ]);
  }
}
