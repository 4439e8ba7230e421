import type { QuantityId } from '#core/quantities.ts';
import type { Delimiter } from './csv-reader.ts';
import type { FileEncoding } from './likely-encoding.ts';

/** How the text of a file is to be read. */
export interface FileFormat {
  readonly delimiter: Delimiter;
  readonly decimal: '.' | ',';
  readonly encoding: FileEncoding;
  /** The first line has names of columns. */
  readonly hasHeader: boolean;
  /** What stands for no value, besides nothing. */
  readonly empty: readonly string[];
}

/** The time of a line: one column, or two (day and time) joined by a space. */
export interface TimeColumn {
  readonly columns: readonly string[];
  readonly format: string;
  readonly zone: string;
  /** What the time is of a gauge's window; a counter's reading is always that of the window's end. */
  readonly means: 'start' | 'end';
}

/** One column of values, or those lines of it that say `equals` in another column. */
export interface ValueColumn {
  readonly column: string;
  readonly where?: { readonly column: string; readonly equals: string };
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
}

/** One mistake of each kind told by line, all counted. */
export interface Mistakes {
  readonly count: number;
  /** The first ones. */
  readonly first: LineMistake[];
}
