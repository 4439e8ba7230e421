import { CsvError } from './csv-reader.ts';
import { importLimits } from './limits.ts';
import type { ImportOrder } from './order.ts';
import { OrderError } from './order-error.ts';
import { rowsOf } from './rows.ts';
import { SqliteError } from './sqlite/sqlite-error.ts';
import { Turns } from './turns.ts';
import type { ValueReader } from './values.ts';

/** Of a file: the share of it that was read, 0 to 1 or unknown. */
export type OnPiece = (share: number | null) => Promise<void>;

/**
 * Reads a file through a reader of values, piece by piece, and gives way to others between them. Where the file cannot be
 * read any further that is a mistake, and what is behind it is not read.
 * @param onPiece called after each piece; what it waits for is waited for, what it throws ends it
 * @throws OrderError where the file has not what the order says
 */
export async function readFileValues(
  path: string,
  order: Pick<ImportOrder, 'format' | 'time' | 'columns'>,
  reader: ValueReader,
  onPiece: OnPiece,
): Promise<void> {
  const wanted = { format: order.format, timeFormat: order.time.format, columns: columnsOf(order) };
  const turns = new Turns();
  try {
    const pieces = rowsOf(path, wanted, (line, message) => reader.mistakes.add(line, '', message));
    for await (const { lines, share } of pieces) {
      for (const each of lines) {
        reader.read(each);
        if (reader.values > importLimits.values) {
          throw new CsvError(each.line, `more than ${importLimits.values} values; divide the file`);
        }
        if (turns.isOver) await turns.next();
      }
      await onPiece(share);
      await turns.next();
    }
  } catch (error) {
    if (error instanceof SqliteError) throw new OrderError(error.field, error.message);
    if (!(error instanceof CsvError)) throw error;
    reader.mistakes.add(error.line, '', error.message);
  }
  await onPiece(1);
}

/** All that an order names. */
function columnsOf({ format, time, columns }: Pick<ImportOrder, 'format' | 'time' | 'columns'>): Set<string> {
  const names = [...time.columns, ...(format.series ?? [])];
  for (const { column, where, low, high } of columns) {
    for (const name of [column, where?.column, low, high]) if (name !== undefined) names.push(name);
  }
  return new Set(names);
}
