import type { LinePrecision } from '../line-protocol/line-time.ts';
import { type LinePoint, readLines } from '../line-protocol/read-lines.ts';
import type { CsvLine } from './csv-reader.ts';
import { CsvError } from './csv-reader.ts';
import { importLimits } from './limits.ts';
import type { Rows, RowsWanted, TellMistake } from './rows.ts';
import { textPieces } from './text-pieces.ts';

/** Columns that points become: one row for each field. Times are milliseconds, whatever their precision was. */
export const linePointColumns: readonly string[] = Object.freeze(['time', 'series', 'value']);

const precisions: Readonly<Record<string, LinePrecision>> = Object.freeze({
  unix: 's',
  unixMs: 'ms',
  unixUs: 'us',
  unixNs: 'ns',
});

/** What is told apart: the measurement, its tags in the order of their names, and the field. */
export function seriesOfPoint({ measurement, tags }: Pick<LinePoint, 'measurement' | 'tags'>): string {
  const names = [...tags].sort(([one], [other]) => (one < other ? -1 : 1));
  return [measurement, ...names.map(([name, value]) => `${name}=${value}`)].join(',');
}

/**
 * Points of InfluxDB's line protocol as `influx_inspect export` and `influxd inspect export-lp` write them: comments and
 * the statements between `# DDL` and `# DML` are passed over (documentation of InfluxDB 1.8, "influx_inspect export").
 * @throws CsvError where a line is longer than any is
 */
export async function* linePointRows(
  path: string,
  { format, timeFormat }: RowsWanted,
  tell: TellMistake,
): AsyncGenerator<Rows> {
  const reader = new PointRows(precisions[timeFormat] ?? 'ns', tell);
  yield { lines: [{ line: 0, cells: [...linePointColumns] }], share: 0 };
  for await (const { text, share } of textPieces(path, format.encoding, () => reader.line)) {
    yield { lines: reader.read(text), share };
  }
  yield { lines: reader.end(), share: 1 };
}

const everything = Number.POSITIVE_INFINITY;

/** Reads points piece by piece; a line, and a text over several lines, may lie in several pieces. */
class PointRows {
  readonly #precision: LinePrecision;
  readonly #tell: TellMistake;
  #rest = '';
  /** Lines before `#rest`. */
  #before = 0;
  #isStatements = false;

  constructor(precision: LinePrecision, tell: TellMistake) {
    this.#precision = precision;
    this.#tell = tell;
  }

  get line(): number {
    return this.#before + 1;
  }

  read(piece: string): CsvLine[] {
    const text = this.#rest + piece;
    const end = text.lastIndexOf('\n') + 1;
    this.#rest = text.slice(end);
    if (this.#rest.length > importLimits.lineCharacters) {
      const message = `a line of more than ${importLimits.lineCharacters} characters; is this line protocol?`;
      throw new CsvError(this.line, message);
    }
    return end === 0 ? [] : this.#rows(text.slice(0, end), false);
  }

  end(): CsvLine[] {
    const text = this.#rest;
    this.#rest = '';
    return text === '' ? [] : this.#rows(text, true);
  }

  #rows(text: string, isLast: boolean): CsvLine[] {
    const own = this.#withoutStatements(text);
    const read = readLines(own, this.#precision, everything, everything);
    // A text that is not at its end yet goes on in the next piece, unless that has gone on for too long.
    const isOpen =
      !isLast && read.openAt !== undefined && own.length - read.openAt < importLimits.lineCharacters;
    const openLine = isOpen ? linesIn(own.slice(0, read.openAt)) + 1 : everything;
    const lines: CsvLine[] = [];
    for (const { line, column, message } of read.mistakes)
      if (line < openLine) this.#tell(this.#before + line, `${message} (character ${column})`);
    for (const point of read.points) if (point.line < openLine) this.#add(point, lines);
    if (isOpen) {
      const open = own.slice(read.openAt);
      this.#rest = open + this.#rest;
      this.#before += openLine - 1;
    } else this.#before += linesIn(own);
    return lines;
  }

  #add(point: LinePoint, lines: CsvLine[]): void {
    const line = this.#before + point.line;
    if (point.atMs === undefined) {
      this.#tell(line, 'no time behind the fields; each line needs one');
      return;
    }
    const time = String(point.atMs);
    const series = seriesOfPoint(point);
    for (const [field, value] of point.fields)
      lines.push({ line, cells: [time, `${series} ${field}`, String(value)] });
  }

  /** Statements such as CREATE DATABASE become comments: lines keep their numbers. */
  #withoutStatements(text: string): string {
    if (!this.#isStatements && !text.includes('# DDL')) return text;
    return text
      .split('\n')
      .map(line => {
        if (/^# DDL\s*$/.test(line)) this.#isStatements = true;
        else if (/^# (?:DML|CONTEXT-)/.test(line)) this.#isStatements = false;
        return this.#isStatements && line !== '' ? `#${line}` : line;
      })
      .join('\n');
  }
}

function linesIn(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count++;
  return count;
}
