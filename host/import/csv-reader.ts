import { importLimits } from './limits.ts';

/** A line of a CSV file: its cells, and on which line of the file it begins, from 1. */
export interface CsvLine {
  readonly line: number;
  readonly cells: readonly string[];
  /** It has the names of the lines behind it, which are of another table than those before. */
  readonly isNames?: true;
}

/** The file is no CSV from this line on; nothing behind it can be read. */
export class CsvError extends Error {
  readonly line: number;

  constructor(line: number, message: string) {
    super(message);
    this.name = 'CsvError';
    this.line = line;
  }
}

type State = 'start' | 'plain' | 'quoted' | 'closed';

const quote = '"';

/**
 * Reads CSV by RFC 4180 piece by piece: quoted cells with delimiters, quotes and line ends in them, lines that end in LF
 * or CRLF, the last one with or without. Empty lines are passed over. Nothing of it is unbounded.
 */
export class CsvReader {
  readonly #delimiter: string;
  #state: State = 'start';
  #cell = '';
  #cells: string[] = [];
  /** Of the file, at present and where the row under way began. */
  #line = 1;
  #rowLine = 1;

  constructor(delimiter: string) {
    this.#delimiter = delimiter;
  }

  /** The lines that are whole now. @throws CsvError */
  read(text: string): CsvLine[] {
    const lines: CsvLine[] = [];
    let at = 0;
    while (at < text.length) {
      if (this.#state === 'quoted') {
        at = this.#readQuoted(text, at);
        continue;
      }
      const end = this.#plainEnd(text, at);
      if (end > at) this.#take(text, at, end);
      if (end === text.length) break;
      this.#mark(text.charAt(end), lines);
      at = end + 1;
    }
    return lines;
  }

  /** The last line, where no line end came behind it. @throws CsvError where a quoted cell never ended */
  end(): CsvLine[] {
    if (this.#state === 'quoted') {
      throw new CsvError(
        this.#rowLine,
        'a cell begins with a quote here and never ends; put a quote behind it',
      );
    }
    const lines: CsvLine[] = [];
    if (this.#state !== 'start' || this.#cells.length > 0) this.#endLine(lines);
    return lines;
  }

  #readQuoted(text: string, at: number): number {
    const found = text.indexOf(quote, at);
    const end = found < 0 ? text.length : found;
    for (let index = at; index < end; index++) if (text.charCodeAt(index) === 10) this.#line++;
    this.#add(text.slice(at, end));
    if (found < 0) return end;
    this.#state = 'closed';
    return found + 1;
  }

  /** Where the run of characters that mean nothing ends. */
  #plainEnd(text: string, at: number): number {
    let end = at;
    while (end < text.length) {
      const character = text.charAt(end);
      if (character === this.#delimiter || character === '\n' || character === '\r' || character === quote)
        break;
      end++;
    }
    return end;
  }

  #take(text: string, from: number, to: number): void {
    if (this.#state === 'closed') {
      throw new CsvError(
        this.#line,
        `${show(text.slice(from, to))} behind the quote that ends a cell; a delimiter is allowed there`,
      );
    }
    this.#state = 'plain';
    this.#add(text.slice(from, to));
  }

  #mark(character: string, lines: CsvLine[]): void {
    if (character === quote) {
      // Two quotes within a quoted cell are one; one within a plain cell is only itself.
      if (this.#state === 'closed') this.#add(quote);
      if (this.#state === 'plain') this.#add(quote);
      else this.#state = 'quoted';
    } else if (character === this.#delimiter) {
      this.#endCell();
    } else if (character === '\n') {
      this.#line++;
      this.#endLine(lines);
    }
    // A carriage return alone means nothing: it belongs to the line end.
  }

  #add(text: string): void {
    this.#cell += text;
    if (this.#cell.length > importLimits.cellCharacters) {
      throw new CsvError(
        this.#rowLine,
        `a cell of more than ${importLimits.cellCharacters} characters; is a quote missing, or the delimiter another one?`,
      );
    }
  }

  #endCell(): void {
    this.#cells.push(this.#cell);
    this.#cell = '';
    this.#state = 'start';
    if (this.#cells.length > importLimits.cells) {
      throw new CsvError(this.#rowLine, `more than ${importLimits.cells} cells in a line`);
    }
  }

  #endLine(lines: CsvLine[]): void {
    const isEmpty = this.#state === 'start' && this.#cells.length === 0;
    if (!isEmpty) {
      this.#endCell();
      lines.push({ line: this.#rowLine, cells: this.#cells });
    }
    this.#cells = [];
    this.#cell = '';
    this.#state = 'start';
    this.#rowLine = this.#line;
  }
}

const show = (text: string): string => JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);

export const delimiters = [',', ';', '\t', '|'] as const;
export type Delimiter = (typeof delimiters)[number];
