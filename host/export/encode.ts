import { type ExportColumn, type ExportTable, exportColumns } from './columns.ts';
import { csvText } from './csv-text.ts';
import { decimalText } from './decimal-text.ts';
import type { LocalClock } from './local-time.ts';

/** Texts of an export, or lines of JSON. */
export type TextForm = 'csv' | 'jsonl';

/** Rows that have their texts in common, of one series or meter; the other columns by name, NaN where a cell is empty. */
export interface ExportSlice {
  readonly texts: readonly string[];
  readonly rows: number;
  readonly columns: Readonly<Record<string, ArrayLike<number>>>;
  /** Decimals of `steps`. */
  readonly decimals: number;
}

const energyDecimals = 4;
const shareDecimals = 6;

/** The line of names above the rows of a CSV; nothing for JSON, where each row has them. */
export const headOf = (table: ExportTable, form: TextForm): string =>
  form === 'csv' ? `${exportColumns[table].map(({ name }) => name).join(',')}\r\n` : '';

/** Rows as text: lines of CSV by RFC 4180, or one JSON object a line. */
export function encodeSlice(
  table: ExportTable,
  form: TextForm,
  { texts, rows, columns, decimals }: ExportSlice,
  clock: LocalClock,
): string {
  const isCsv = form === 'csv';
  const all: readonly ExportColumn[] = exportColumns[table];
  const fixed = all.slice(0, texts.length);
  const head = isCsv
    ? texts.map(csvText).join(',')
    : `{${fixed.map(({ name }, index) => `"${name}":${JSON.stringify(texts[index])}`).join(',')}`;
  const cells = all.slice(texts.length).map(({ name, is }) => ({
    lead: isCsv ? ',' : `,"${name}":`,
    values: columns[sourceOf(name)] ?? [],
    write: writerOf(is, decimals, clock, isCsv),
  }));
  const none = isCsv ? '' : 'null';
  const end = isCsv ? '\r\n' : '}\n';
  let text = '';
  for (let row = 0; row < rows; row++) {
    text += head;
    for (const { lead, values, write } of cells) {
      const value = values[row] ?? Number.NaN;
      text += lead + (Number.isNaN(value) ? none : write(value));
    }
    text += end;
  }
  return text;
}

/** Both texts of an instant come from one column. */
const sourceOf = (name: string): string => name.replace(/_(utc|local)$/, '');

function writerOf(
  is: ExportColumn['is'],
  decimals: number,
  clock: LocalClock,
  isCsv: boolean,
): (value: number) => string {
  const quote = isCsv ? '' : '"';
  switch (is) {
    case 'utc':
      return atS => quote + clock.utc(atS) + quote;
    case 'local':
      return atS => quote + clock.local(atS) + quote;
    case 'steps':
      return steps => decimalText(steps, decimals);
    case 'wh':
      return steps => decimalText(steps, energyDecimals);
    case 'share':
      return share => decimalText(Math.round(share * 10 ** shareDecimals), shareDecimals);
    default:
      return String;
  }
}
