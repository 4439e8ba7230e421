import { stat } from 'node:fs/promises';
import { CsvError } from '../csv-reader.ts';
import { importLimits } from '../limits.ts';
import type { Rows, RowsWanted } from '../rows.ts';
import { SqliteError } from './sqlite-error.ts';
import { SqliteThread } from './sqlite-thread.ts';

/**
 * A table as lines: the names of its columns, then its rows in the order of the table. A row's line is its number, from 1.
 * @throws SqliteError where it cannot be read at all; CsvError where it is damaged further on
 */
export async function* sqliteRows(
  path: string,
  { format, columns }: RowsWanted,
  viewRows: number = importLimits.viewRows,
): AsyncGenerator<Rows> {
  const { size } = await stat(path);
  const thread = await SqliteThread.open(path);
  try {
    const table = format.table ?? '';
    const names = await thread.call('begin', [table, columns === undefined ? undefined : [...columns]]);
    yield { lines: [{ line: 0, cells: [...names] }], share: 0 };
    const told = (await thread.call('tables', [])).find(({ name }) => name === table);
    const all = told?.rows ?? null;
    const most = told?.isView === false ? size / leastRowBytes : viewRows;
    let line = 0;
    for (;;) {
      const { rows, isEnd } = await damaged(thread.call('next', []), line + 1);
      const lines = rows.map(cells => ({ line: ++line, cells }));
      const share = isEnd ? 1 : all === null || all === 0 ? null : Math.min(1, line / all);
      yield { lines, share };
      if (isEnd) return;
      if (line > most)
        throw new CsvError(
          line,
          `more than ${Math.floor(most)} rows; does it ever end? Choose a table instead`,
        );
    }
  } finally {
    await thread.end();
  }
}

/** Of a row in a file: its place in the page, its length and its number. A damaged table may go round in circles. */
const leastRowBytes = 4;

/** Rows before the damage are good. */
async function damaged<T>(work: Promise<T>, line: number): Promise<T> {
  try {
    return await work;
  } catch (error) {
    // What is wrong with the table that was asked for is nothing of a line.
    if (error instanceof SqliteError && error.field === 'file') throw new CsvError(line, error.message);
    throw error;
  }
}
