import { csvText } from '../export/csv-text.ts';
import { Turns } from '../import/turns.ts';
import { Type } from '../typebox.ts';

export const csvType = 'text/csv; charset=utf-8; header=present';

/** With `form=csv`. */
export const Csv = Type.String({ description: 'the same rows as CSV, with `form=csv`' });

/** Rows as CSV by RFC 4180, with their names above; null is an empty cell. */
export async function csvOf(names: readonly string[], rows: readonly object[]): Promise<string> {
  const turns = new Turns();
  const lines = [names.join(',')];
  for (const row of rows) {
    if (turns.isOver) await turns.next();
    lines.push(names.map(name => cell(Reflect.get(row, name))).join(','));
  }
  return [...lines, ''].join('\r\n');
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'number' ? String(value) : csvText(String(value));
}
