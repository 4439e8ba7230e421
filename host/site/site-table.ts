import { numberOf, type Tables, textOf } from '../auth/tables.ts';

export interface SiteRow {
  readonly version: number;
  readonly body: string;
}

/** The site as it outlives the host: one row, with a version that grows by one, and JSON. */
export class SiteTable {
  readonly #tables: Tables;

  private constructor(tables: Tables) {
    this.#tables = tables;
  }

  /** Also the row, where somebody said something of the site already. */
  static async open(tables: Tables): Promise<{ table: SiteTable; row: SiteRow | undefined }> {
    await tables.run(
      'CREATE TABLE IF NOT EXISTS site (number INTEGER PRIMARY KEY, version BIGINT, body VARCHAR)',
    );
    const [row] = await tables.all('SELECT version, body FROM site WHERE number = 1');
    const kept = row && { version: numberOf(row, 'version'), body: textOf(row, 'body') };
    return { table: new SiteTable(tables), row: kept };
  }

  /** On disk when this resolves. @throws Error of the store. */
  save({ version, body }: SiteRow): Promise<void> {
    return this.#tables.run(
      `INSERT INTO site VALUES (1, ?, ?)
       ON CONFLICT (number) DO UPDATE SET version = excluded.version, body = excluded.body`,
      [version, body],
    );
  }
}
