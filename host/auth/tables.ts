type Cell = string | number | null;
/** With what its `?` stand for. */
export type TableStatement = readonly [sql: string, params: readonly Cell[]];

/** What the auth tables need of the store: statements with `?`, values bound. */
export interface Tables {
  all(sql: string, params?: readonly Cell[]): Promise<Record<string, unknown>[]>;
  run(sql: string, params?: readonly Cell[]): Promise<void>;
}

export interface TransactionTables extends Tables {
  /** In one transaction: all of them, or none. */
  runAll(statements: readonly TableStatement[]): Promise<void>;
}

/**
 * Rows that the one `?` of a statement gives as JSON, to be selected from: thousands cost a seventh of what they do with a
 * `?` for each cell.
 */
export const rowsGiven = (columns: Readonly<Record<string, 'VARCHAR' | 'BIGINT'>>): string =>
  `(SELECT unnest(from_json(?, '[${JSON.stringify(columns)}]'), recursive := true))`;

/** Small tables, all of whose rows are also held in memory. Secrets are there as hashes only. */
const statements = [
  'CREATE TABLE IF NOT EXISTS account (name VARCHAR PRIMARY KEY, passwordHash VARCHAR, createdMs BIGINT)',
  'CREATE TABLE IF NOT EXISTS session (tokenHash VARCHAR PRIMARY KEY, account VARCHAR, createdMs BIGINT, seenMs BIGINT)',
  'CREATE TABLE IF NOT EXISTS gateway_credential (gateway VARCHAR PRIMARY KEY, tokenHash VARCHAR, createdMs BIGINT)',
  // Whoever had an account before there were roles is admin of everything; one without a row here may do nothing.
  `CREATE TABLE IF NOT EXISTS account_right AS
     SELECT name AS account, '{"*":"admin"}' AS roles, false AS mustChange, NULL::BIGINT AS lastSignInMs FROM account`,
  'CREATE TABLE IF NOT EXISTS session_origin (tokenHash VARCHAR PRIMARY KEY, address VARCHAR, agent VARCHAR)',
  'CREATE TABLE IF NOT EXISTS second_factor (account VARCHAR PRIMARY KEY, sealed VARCHAR, lastStep BIGINT)',
] as const;

/** Makes the tables where they are not there yet. */
export async function createAuthTables(tables: Tables): Promise<void> {
  for (const statement of statements) await tables.run(statement);
}

/** A cell that must be text. @throws Error where the table does not hold what was written to it. */
export function textOf(row: Record<string, unknown>, column: string): string {
  const cell = row[column];
  if (typeof cell !== 'string') throw new Error(`table cell ${column} holds ${typeof cell}, not text`);
  return cell;
}

/** A cell that must be a number. @throws Error where the table does not hold what was written to it. */
export function numberOf(row: Record<string, unknown>, column: string): number {
  const cell = row[column];
  if (typeof cell !== 'number') throw new Error(`table cell ${column} holds ${typeof cell}, not a number`);
  return cell;
}
