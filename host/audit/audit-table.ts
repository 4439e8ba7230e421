import type { AuditEntry } from '../api/contract.ts';
import { numberOf, type Tables, textOf } from '../auth/tables.ts';

/** The log on disk. Rows are added at its end and, when it is full, taken from its beginning; none is ever changed. */
export class AuditTable {
  readonly #tables: Tables;

  private constructor(tables: Tables) {
    this.#tables = tables;
  }

  /** Also the numbers of the oldest and of the newest entry; 0 where there is none. */
  static async open(tables: Tables): Promise<{ table: AuditTable; first: number; last: number }> {
    await tables.run(
      `CREATE TABLE IF NOT EXISTS audit (number BIGINT, atMs BIGINT, account VARCHAR, kind VARCHAR, via VARCHAR,
         address VARCHAR, action VARCHAR, subject VARCHAR, site VARCHAR, was VARCHAR, became VARCHAR)`,
    );
    const [row = {}] = await tables.all(
      'SELECT coalesce(min(number), 0) AS first, coalesce(max(number), 0) AS last FROM audit',
    );
    return { table: new AuditTable(tables), first: numberOf(row, 'first'), last: numberOf(row, 'last') };
  }

  /** All of them or none; on disk when this resolves. @throws Error of the store */
  add(entries: readonly AuditEntry[]): Promise<void> {
    const rows = entries.map(() => '(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)').join(', ');
    const values = entries.flatMap(entry => [
      entry.number,
      entry.atMs,
      entry.user,
      entry.by,
      entry.via,
      entry.address,
      entry.action,
      entry.subject,
      entry.site,
      JSON.stringify(entry.before),
      JSON.stringify(entry.after),
    ]);
    return this.#tables.run(`INSERT INTO audit VALUES ${rows}`, values);
  }

  removeBelow(number: number): Promise<void> {
    return this.#tables.run('DELETE FROM audit WHERE number < ?', [number]);
  }

  /**
   * The newest `limit` below `before`, newest first; of some sites, or all. A site that got the id of one that is gone has
   * nothing of what was taken down before.
   */
  async list(sites: readonly string[] | 'all', before: number, limit: number): Promise<AuditEntry[]> {
    if (sites !== 'all' && sites.length === 0) return [];
    const ofSites =
      sites === 'all'
        ? ''
        : `AND site IN (${sites.map(() => '?').join(', ')}) AND number > (SELECT coalesce(max(gone.number), 0)
             FROM audit AS gone WHERE gone.action = 'site.delete' AND gone.site = audit.site)`;
    const rows = await this.#tables.all(
      `SELECT * FROM audit WHERE number < ? ${ofSites} ORDER BY number DESC LIMIT ?`,
      [before, ...(sites === 'all' ? [] : sites), limit],
    );
    return rows.map(entryOf);
  }
}

const entryOf = (row: Record<string, unknown>): AuditEntry => ({
  number: numberOf(row, 'number'),
  atMs: numberOf(row, 'atMs'),
  user: textOf(row, 'account'),
  by: kindOf(textOf(row, 'kind')),
  via: textOrNull(row, 'via'),
  address: textOrNull(row, 'address'),
  action: textOf(row, 'action'),
  subject: textOf(row, 'subject'),
  site: textOrNull(row, 'site'),
  before: JSON.parse(textOf(row, 'was')),
  after: JSON.parse(textOf(row, 'became')),
});

const textOrNull = (row: Record<string, unknown>, column: string): string | null =>
  row[column] === null ? null : textOf(row, column);

const kinds = ['account', 'token', 'share', 'host', 'stranger'] as const;

function kindOf(text: string): AuditEntry['by'] {
  const kind = kinds.find(known => known === text);
  if (kind === undefined) throw new Error(`the audit log names ${text} as a kind of who came`);
  return kind;
}
