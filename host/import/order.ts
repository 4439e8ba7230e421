import type { QuantityId } from '#core/quantities.ts';
import type { Why } from '../faults/fault.ts';
import type { Delimiter } from './csv-reader.ts';
import type { FileEncoding } from './likely-encoding.ts';

/** What a file is: text in cells, InfluxDB's line protocol, or a database of SQLite. */
export type FileKind = 'csv' | 'lines' | 'sqlite';

/** How a file is to be read. Of lines and databases only `kind`, `table`, `empty`, `series` and `decimal` mean anything. */
export interface FileFormat {
  /** `csv` where it is not said. */
  readonly kind?: FileKind;
  /** The table or view of a database. */
  readonly table?: string;
  readonly delimiter: Delimiter;
  readonly decimal: '.' | ',';
  readonly encoding: FileEncoding;
  /** The first line has names of columns. */
  readonly hasHeader: boolean;
  /** What stands for no value, besides nothing. */
  readonly empty: readonly string[];
  /** Lines before the one with names, or before the first value where none has names. */
  readonly skip?: number;
  /** Lines between names and values, such as one of units. */
  readonly under?: number;
  /** Lines that begin with # are passed over; those of InfluxDB's annotated CSV say that names follow. */
  readonly hasComments?: boolean;
  /** Lines may end early: what is missing is empty. */
  readonly isRagged?: boolean;
  /** What stands between the thousands of a number. */
  readonly thousands?: Thousands;
  /** Columns whose values, with a blank between, are the column `series`. */
  readonly series?: readonly string[];
}

export type Thousands = '.' | ',' | ' ' | "'";

/** The column that `FileFormat.series` makes. */
export const seriesColumn = 'series';

/** The time of a line: one column, or two (day and time) joined by a space. */
export interface TimeColumn {
  readonly columns: readonly string[];
  readonly format: string;
  readonly zone: string;
  /**
   * What the time is of a gauge's window; a counter's reading is always that of the window's end. `instant`: values were
   * true at that moment, and a gauge's stands until the next one, or for the length of a window where that is far.
   */
  readonly means: 'start' | 'end' | 'instant';
}

/** One column of values, or those lines of it that say `equals` in another column. */
export interface ValueColumn {
  readonly column: string;
  readonly where?: { readonly column: string; readonly equals: string };
  /** Columns of the least and the greatest of a gauge's window. */
  readonly low?: string;
  readonly high?: string;
  /** `gateway.meter` */
  readonly meter: string;
  readonly quantity: QuantityId;
  /** What the values are multiplied by to be in the quantity's unit, as a decimal number. */
  readonly factor: string;
}

/** What is to be done with a file. */
export interface ImportOrder {
  readonly format: FileFormat;
  readonly time: TimeColumn;
  readonly columns: readonly ValueColumn[];
  /** Length of the windows, s; undefined: of each series the distance that its lines have most often. */
  readonly windowS: number | undefined;
  /** Windows where there are some already: nothing is imported then, or only what is between them. */
  readonly overlap: 'refuse' | 'fill';
  /** Lines that cannot be read: nothing is imported then, or the rest. */
  readonly mistakes: 'refuse' | 'leaveOut';
}

/** Something wrong in the file; `column` is empty where it is the line as a whole. */
export interface LineMistake {
  readonly line: number;
  readonly column: string;
  readonly message: string;
  /** To be told in other languages. */
  readonly why?: Why;
}

/** One mistake of each kind told by line, all counted. */
export interface Mistakes {
  readonly count: number;
  /** The first ones. */
  readonly first: LineMistake[];
}
