import type { DuckDBConnection } from '@duckdb/node-api';

/**
 * Rows that are sorted at once, some 60 MB. A sort takes all the memory that it gets, and holds it: commits beside one of forty
 * million rows found none left, and DuckDB's tables are damaged in memory when a commit runs out of it half-way.
 */
const rowsAtOnce = 1_000_000;

export interface Sorting {
  /** The table that the rows are of, and which of them. */
  readonly from: string;
  readonly where?: string;
  /** What they are sorted by first: `series` or `meter`. No two pieces share one. */
  readonly key: 'series' | 'meter';
  /** Fills a table with the rows of one piece, in order; `where` says which these are. */
  readonly insert: (where: string) => string;
}

/** Sorts rows by series (or meter) and time piece by piece, as many series at once as have `rowsAtOnce` rows together. */
export async function insertSorted(
  connection: DuckDBConnection,
  { from, where = 'true', key, insert }: Sorting,
): Promise<void> {
  const counted = await connection.runAndReadAll(
    `SELECT ${key}::DOUBLE, count(*)::DOUBLE FROM ${from} WHERE ${where} GROUP BY ${key} ORDER BY ${key}`,
  );
  const rows = counted.getRows().map(([number, count]) => [Number(number), Number(count)] as const);
  for (const [first, last] of piecesOf(rows, rowsAtOnce)) {
    await connection.run(
      `${insert(`${where} AND ${key} BETWEEN ${first} AND ${last}`)} ORDER BY ${key}, startS`,
    );
  }
}

/** Ranges of keys (both ends belong to it) that have at most so many rows together, or only one key. */
export function piecesOf(
  counts: readonly (readonly [key: number, rows: number])[],
  most: number,
): [first: number, last: number][] {
  const pieces: [number, number][] = [];
  let rows = Number.POSITIVE_INFINITY;
  for (const [key, more] of counts) {
    const piece = pieces.at(-1);
    if (piece === undefined || rows + more > most) {
      pieces.push([key, key]);
      rows = more;
    } else {
      piece[1] = key;
      rows += more;
    }
  }
  return pieces;
}
