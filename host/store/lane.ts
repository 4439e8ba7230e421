import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api';
import { numberColumns, typedColumns } from './number-columns.ts';
import { transaction } from './transaction.ts';
import type { SqlRow, SqlStatement, SqlValue } from './types.ts';

/** A connection that does one thing after another, so that nobody ends up inside another's transaction. */
export class Lane {
  readonly #connection: DuckDBConnection;
  #tail: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  constructor(connection: DuckDBConnection) {
    this.#connection = connection;
  }

  /** How many tasks run or wait. */
  get depth(): number {
    return this.#waiting;
  }

  use<T>(task: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    this.#waiting++;
    const done = this.#tail.then(() => task(this.#connection)).finally(() => this.#waiting--);
    this.#tail = done.catch(() => {});
    return done;
  }

  all(sql: string, parameters: readonly SqlValue[] = []): Promise<SqlRow[]> {
    return this.use(connection => rowsOf(connection, sql, parameters));
  }

  /** Columns of numbers: see `numberColumns`. */
  columns(sql: string, parameters: readonly SqlValue[] = []): Promise<number[][]> {
    return this.use(async connection => numberColumns(await connection.run(sql, [...parameters])));
  }

  /** The same for many rows: see `typedColumns`. */
  typedColumns(sql: string): Promise<Float64Array[]> {
    return this.use(async connection => typedColumns(await connection.run(sql)));
  }

  async run(sql: string, parameters: readonly SqlValue[] = []): Promise<void> {
    await this.use(connection => connection.run(sql, [...parameters]));
  }

  /** Statements as one transaction: all of them, or none. */
  runAll(statements: readonly SqlStatement[]): Promise<void> {
    return this.use(connection =>
      transaction(connection, async () => {
        for (const [sql, parameters] of statements) await connection.run(sql, [...parameters]);
      }),
    );
  }

  /** Waits for what runs and closes the connection. */
  close(): Promise<void> {
    return this.use(async connection => connection.closeSync());
  }
}

/** Rows of a small table, within what a lane does. */
export async function rowsOf(
  connection: DuckDBConnection,
  sql: string,
  parameters: readonly SqlValue[] = [],
): Promise<SqlRow[]> {
  const reader = await connection.runAndReadAll(sql, [...parameters]);
  return reader.getRowObjects().map(plainRow);
}

const plainRow = (row: Record<string, DuckDBValue>): SqlRow =>
  Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plain(value)]));

function plain(value: DuckDBValue): SqlValue {
  if (typeof value === 'bigint') return Number(value);
  if (
    value === null ||
    typeof value === 'string' ||
    typeof value === 'number' ||
    typeof value === 'boolean'
  ) {
    return value;
  }
  return String(value);
}
