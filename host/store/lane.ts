import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api';
import { numberColumns, typedColumns } from './number-columns.ts';
import { StoreClosed } from './store-closed.ts';
import { transaction } from './transaction.ts';
import type { SqlRow, SqlStatement, SqlValue } from './types.ts';

/** A connection that does one thing after another, so that nobody ends up inside another's transaction. */
export class Lane {
  readonly #connection: DuckDBConnection;
  #tail: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  #closed: Promise<void> | undefined;

  constructor(connection: DuckDBConnection) {
    this.#connection = connection;
  }

  /** How many tasks run or wait. */
  get depth(): number {
    return this.#waiting;
  }

  /** @throws StoreClosed for what comes after `close` */
  use<T>(task: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    if (this.#closed !== undefined) return Promise.reject(new StoreClosed());
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
    return this.use(async connection => numberColumns(await connection.run(sql, bound(parameters))));
  }

  /** The same for many rows: see `typedColumns`. */
  typedColumns(sql: string): Promise<Float64Array[]> {
    return this.use(async connection => typedColumns(await connection.run(sql)));
  }

  async run(sql: string, parameters: readonly SqlValue[] = []): Promise<void> {
    await this.use(connection => connection.run(sql, bound(parameters)));
  }

  /** Statements as one transaction: all of them, or none. */
  runAll(statements: readonly SqlStatement[]): Promise<void> {
    return this.use(connection =>
      transaction(connection, async () => {
        for (const [sql, parameters] of statements) await connection.run(sql, bound(parameters));
      }),
    );
  }

  /**
   * Does what runs and waits, lets go of what goes with the connection and closes it; the same again when it is called
   * again. The library must not close one below a statement: that ends the whole process.
   */
  close(letGo = () => {}): Promise<void> {
    this.#closed ??= this.use(async connection => {
      letGo();
      connection.closeSync();
    });
    return this.#closed;
  }
}

/** Resolves when whatever these lanes were told to do so far has ended. */
export async function settled(lanes: readonly Lane[]): Promise<void> {
  await Promise.all(lanes.map(lane => lane.use(async () => {})));
}

/** Rows of a small table, within what a lane does. */
export async function rowsOf(
  connection: DuckDBConnection,
  sql: string,
  parameters: readonly SqlValue[] = [],
): Promise<SqlRow[]> {
  const reader = await connection.runAndReadAll(sql, bound(parameters));
  return reader.getRowObjects().map(plainRow);
}

/** A statement with nothing to bind is not prepared first: that takes three calls of the library in place of one. */
const bound = (parameters: readonly SqlValue[]): SqlValue[] | undefined =>
  parameters.length === 0 ? undefined : [...parameters];

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
