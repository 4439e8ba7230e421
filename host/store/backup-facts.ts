import type { DuckDBConnection } from '@duckdb/node-api';
import { quoted } from './sql-text.ts';

/** What one table holds, in numbers that a copy has to have too. */
export interface TableFacts {
  readonly table: string;
  readonly rows: number;
  /** Sum of the hashes of all rows, of their positions too where none was ever deleted. */
  readonly checksum: string;
  readonly hasPositions: boolean;
}

/** A database in numbers. The watermarks are the sequence by which a state is named. */
export interface Facts {
  readonly tables: readonly TableFacts[];
  readonly watermarks: readonly string[];
}

/** The parts of facts that a check against others may leave out. */
export interface FactsNeeded {
  /** Tables whose positions count; undefined: each that has no holes. */
  readonly positionsOf?: ReadonlySet<string>;
}

/**
 * Reads every row of every table of an attached database, within the connection's transaction if it has one. About
 * 2 s for each GB.
 * @throws Error of the database where a block of it is damaged
 */
export async function factsOf(
  connection: DuckDBConnection,
  catalog: string,
  { positionsOf }: FactsNeeded = {},
): Promise<Facts> {
  const rowsOf = async (sql: string) => (await connection.runAndReadAll(sql)).getRows();
  const names = await rowsOf(
    `SELECT schema_name, table_name FROM duckdb_tables()
     WHERE NOT internal AND NOT temporary AND database_name = ${quoted(catalog, "'")}
     ORDER BY schema_name, table_name`,
  );
  const tables: TableFacts[] = [];
  for (const [schema, table] of names) {
    const name = [catalog, schema, table].map(part => quoted(String(part), '"')).join('.');
    const [counts] = await rowsOf(`SELECT count(*), coalesce(max(rowid) + 1, 0) FROM ${name}`);
    const rows = Number(counts?.[0]);
    const key = `${String(schema)}.${String(table)}`;
    const hasPositions = positionsOf === undefined ? rows === Number(counts?.[1]) : positionsOf.has(key);
    const hashed = hasPositions ? 'hash(t.rowid, t)' : 'hash(t)';
    const [sum] = await rowsOf(`SELECT coalesce(sum(${hashed}), 0)::VARCHAR FROM ${name} AS t`);
    tables.push({ table: key, rows, checksum: String(sum?.[0]), hasPositions });
  }
  const hasWatermarks = tables.some(({ table }) => table === 'main.watermark');
  const marks = hasWatermarks
    ? await rowsOf(
        `SELECT gateway, epoch, sequence FROM ${quoted(catalog, '"')}.main.watermark ORDER BY gateway, epoch`,
      )
    : [];
  return { tables, watermarks: marks.map(mark => mark.join(' ')) };
}

/** In words, what of the copy is not as it was given; undefined where all is. */
export function factsDiffer(given: Facts, copy: Facts, areHashesAlike = true): string | undefined {
  const copied = new Map(copy.tables.map(facts => [facts.table, facts]));
  for (const { table, rows, checksum } of given.tables) {
    const found = copied.get(table);
    if (found === undefined) return `table ${table} is missing`;
    if (found.rows !== rows) return `table ${table} has ${found.rows} rows instead of ${rows}`;
    if (areHashesAlike && found.checksum !== checksum) return `rows of table ${table} differ`;
  }
  const marks = new Set(copy.watermarks);
  const missing = given.watermarks.find(mark => !marks.has(mark));
  if (missing !== undefined) return `the watermark ${missing} is missing`;
  return given.watermarks.length === copy.watermarks.length ? undefined : 'it has other watermarks';
}

/** Tables whose facts count positions. */
export const positionsIn = (facts: Facts): ReadonlySet<string> =>
  new Set(facts.tables.filter(({ hasPositions }) => hasPositions).map(({ table }) => table));
