import {
  type DuckDBAppender,
  type DuckDBConnection,
  DuckDBDataChunk,
  type DuckDBType,
} from '@duckdb/node-api';
import bindings from '@duckdb/node-bindings';
import type { Block, Layout } from './columns.ts';

const chunkRows = 2048;

/**
 * Puts blocks into one table through DuckDB's Appender, a chunk of columns at a time, each by one copy: the fastest
 * way in. Joins the connection's transaction.
 */
export class BlockAppender {
  readonly #appender: DuckDBAppender;
  readonly #types: DuckDBType[];

  private constructor(appender: DuckDBAppender) {
    this.#appender = appender;
    this.#types = Array.from({ length: appender.columnCount }, (_, index) => appender.columnType(index));
  }

  static async open(connection: DuckDBConnection, table: string): Promise<BlockAppender> {
    return new BlockAppender(await connection.createAppender(table));
  }

  /** Hands all rows to the transaction. */
  append<L extends Layout>(block: Block<L>): void {
    if (block.rows === 0) return;
    const { buffer } = block.message;
    const { columns } = block;
    for (let from = 0; from < block.rows; from += chunkRows) {
      const rows = Math.min(chunkRows, block.rows - from);
      const chunk = DuckDBDataChunk.create(this.#types, rows);
      for (const [index, { offset, width }] of columns.entries()) {
        const vector = bindings.data_chunk_get_vector(chunk.chunk, index);
        bindings.copy_data_to_vector(vector, 0, buffer, offset + from * width, rows * width);
      }
      this.#appender.appendDataChunk(chunk);
    }
    this.#appender.flushSync();
  }

  close(): void {
    this.#appender.closeSync();
  }

  /** Forgets what the transaction did not get, and closes. */
  drop(): void {
    for (const end of [() => this.#appender.clear(), () => this.#appender.closeSync()]) {
      try {
        end();
      } catch {
        // A broken appender says so again when it is closed; a new one is opened for the next try.
      }
    }
  }
}
