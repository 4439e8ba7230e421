import { columnIndex, noColumn } from './column-names.ts';
import { CsvError } from './csv-reader.ts';
import { shownCells } from './first-rows.ts';
import { importLimits } from './limits.ts';
import { OrderError } from './order-error.ts';
import { type RowsWanted, rowsOf } from './rows.ts';
import { Turns } from './turns.ts';

/** One series that lines of a file are of: its name, how many lines, the first of them in short, and which of its cells are ever filled. */
export interface FoundName {
  readonly name: string;
  lines: number;
  readonly example: readonly string[];
  readonly filled: Set<number>;
}

export interface FoundNames {
  lines: number;
  /** In the order of the file. */
  readonly names: ReadonlyMap<string, FoundName>;
  /** Lines of further names, and those that cannot be read. */
  otherLines: number;
  wrongLines: number;
}

/** What names a series in a line: cells with a blank between. */
export const nameOf = (cells: readonly string[], indexes: readonly number[]): string =>
  indexes.length === 1
    ? (cells[indexes[0] ?? 0] ?? '').trim()
    : indexes.map(index => (cells[index] ?? '').trim()).join(' ');

/** @throws OrderError where a column is not there */
export function nameIndexes(
  series: readonly string[],
  header: readonly string[],
  hasHeader: boolean,
): number[] {
  return series.map((name, at) => {
    const index = columnIndex(name, header);
    if (index !== undefined && index < header.length) return index;
    throw new OrderError(`format.series[${at}]`, noColumn(name, header, hasHeader));
  });
}

/**
 * All series that the lines of a file name by the columns `format.series`.
 * @param tell called between pieces with the share that is read; what it throws ends it
 * @throws OrderError where a column is not there; SqliteError
 */
export async function namesIn(
  path: string,
  wanted: RowsWanted,
  tell: (share: number | null, lines: number) => void,
): Promise<FoundNames> {
  const { format } = wanted;
  const names = new Map<string, FoundName>();
  const found: FoundNames = { lines: 0, names, otherLines: 0, wrongLines: 0 };
  let indexes: readonly number[] | undefined;
  let first: readonly string[] | undefined;
  // Of each cell which one of the first table it is: columns may have been moved.
  let places: readonly number[] = [];
  const turns = new Turns();
  try {
    for await (const { lines, share } of rowsOf(path, wanted, () => found.wrongLines++)) {
      for (const { cells, isNames } of lines) {
        if (indexes === undefined || isNames) {
          const header = cells.map(cell => cell.trim());
          indexes = nameIndexes(format.series ?? [], header, format.hasHeader);
          places = header.map((name, at) =>
            first === undefined || first[at] === name || !first.includes(name) ? at : first.indexOf(name),
          );
          first ??= header;
          if (format.hasHeader) continue;
        }
        found.lines++;
        add(found, names, nameOf(cells, indexes), cells, places);
        if (turns.isOver) await turns.next();
      }
      tell(share, found.lines);
      await turns.next();
    }
  } catch (error) {
    // Behind it nothing can be read; the look tells where and why.
    if (!(error instanceof CsvError)) throw error;
    found.wrongLines++;
  }
  return found;
}

function add(
  found: FoundNames,
  names: Map<string, FoundName>,
  name: string,
  cells: readonly string[],
  places: readonly number[],
): void {
  let own = names.get(name);
  if (own === undefined) {
    if (names.size >= importLimits.names || name.length > importLimits.nameCharacters) {
      found.otherLines++;
      return;
    }
    const { exampleCells, exampleCharacters } = importLimits;
    const example = shownCells(cells.slice(0, exampleCells), exampleCharacters);
    own = { name, lines: 0, example, filled: new Set() };
    names.set(name, own);
  }
  own.lines++;
  const most = Math.min(cells.length, importLimits.exampleCells);
  if (own.filled.size >= most) return;
  for (let index = 0; index < most; index++) if (cells[index] !== '') own.filled.add(places[index] ?? index);
}
