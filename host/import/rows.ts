import type { CsvLine } from './csv-reader.ts';
import { csvRows } from './csv-rows.ts';
import { linePointRows } from './line-rows.ts';
import type { FileFormat } from './order.ts';
import { sqliteRows } from './sqlite/sqlite-rows.ts';

/** Some lines of a file, and how much of it is read with them: 0 to 1, or unknown. */
export interface Rows {
  readonly lines: readonly CsvLine[];
  readonly share: number | null;
}

/** Told of what is no line: where, and what is wrong. */
export type TellMistake = (line: number, message: string) => void;

/** How a file is read, and what may be left unread of it. */
export interface RowsWanted {
  readonly format: FileFormat;
  /** How its times are written: of lines this is their precision. */
  readonly timeFormat: string;
  /** Names of columns that are asked for; all where it is not said. Others may be empty. */
  readonly columns?: ReadonlySet<string>;
}

/**
 * A file as a table, piece by piece, whatever it is: lines of cells, the first of them names where the format says so.
 * @throws CsvError where it cannot be read any further; SqliteError where a database cannot be read at all
 */
export function rowsOf(path: string, wanted: RowsWanted, tell: TellMistake): AsyncIterable<Rows> {
  switch (wanted.format.kind) {
    case 'sqlite':
      return sqliteRows(path, wanted);
    case 'lines':
      return linePointRows(path, wanted, tell);
    default:
      return csvRows(path, wanted.format);
  }
}
