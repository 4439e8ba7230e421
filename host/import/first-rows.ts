import { CsvError } from './csv-reader.ts';
import { importLimits } from './limits.ts';
import { type RowsWanted, rowsOf } from './rows.ts';

/** Lines that are shown of a file before anything is known of it. */
export const shownLines = 12;

/** As they are shown: a cell may be as long as a page. */
export const shownCells = (cells: readonly string[], characters = importLimits.shownCharacters): string[] =>
  cells.map(cell => (cell.length > characters ? `${cell.slice(0, characters)}…` : cell));

/** The first lines of a file, names first. @throws SqliteError */
export async function firstRows(path: string, wanted: RowsWanted): Promise<string[][]> {
  const lines: string[][] = [];
  try {
    for await (const rows of rowsOf(path, wanted, () => {})) {
      lines.push(...rows.lines.slice(0, shownLines - lines.length).map(({ cells }) => shownCells(cells)));
      if (lines.length >= shownLines) break;
    }
  } catch (error) {
    // What is damaged further on is told by the look.
    if (!(error instanceof CsvError)) throw error;
  }
  return lines;
}
