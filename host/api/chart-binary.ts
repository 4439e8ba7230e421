import { type ChartColumn, type ChartColumns, nullUnits, rowsOf } from './chart-columns.ts';

/**
 * A chart in few bytes, `application/vnd.joulegate.columns`, all little-endian:
 *
 * | at | bytes | |
 * |---|---|---|
 * | 0 | 4 | `JGC1` |
 * | 4 | 4 | length H of the header, unsigned |
 * | 8 | H | header: JSON in UTF-8, filled with spaces so that 8 + H is a multiple of 8 |
 * | 8 + H | | the columns' rows in the header's order, each column filled up to a multiple of 8 bytes |
 *
 * The header has what the JSON form has besides its lists, and `rows`, and `columns`: for each its `name` and how its
 * rows are written (`ColumnForm`).
 */
export const binaryType = 'application/vnd.joulegate.columns';

export type ColumnForm =
  /** Every row is this; no bytes follow. */
  | { readonly type: 'all'; readonly value: number | null }
  /** Unsigned whole numbers n of 4 bytes: a row is `from + n * step`. */
  | { readonly type: 'steps'; readonly from: number; readonly step: number }
  /** Signed whole numbers n of 4 bytes: a row is `n / 10 ** decimals`, exactly; -2147483648 is null. */
  | { readonly type: 'units'; readonly decimals: number }
  /** IEEE 754 of 8 bytes; NaN is null. */
  | { readonly type: 'numbers' };

const magic = 'JGC1';

/** A chart in that form. */
export function chartBinary({ head, columns, rows }: ChartColumns): Buffer {
  const header = JSON.stringify({ ...head, rows, columns: columns.map(formOf) });
  const headerBytes = toEight(8 + Buffer.byteLength(header)) - 8;
  const listed = columns.map(column => rowsOf(column));
  const bytes = listed.reduce((sum, rows) => sum + toEight(rows?.byteLength ?? 0), 8 + headerBytes);
  const out = Buffer.allocUnsafe(bytes);
  out.write(magic, 0, 'latin1');
  out.writeUInt32LE(headerBytes, 4);
  out.fill(' ', 8 + out.write(header, 8, 'utf8'), 8 + headerBytes);
  let at = 8 + headerBytes;
  for (const rows of listed) {
    if (rows === undefined) continue;
    // As they lie in memory: every machine that runs Node is little-endian.
    out.set(new Uint8Array(rows.buffer, rows.byteOffset, rows.byteLength), at);
    const end = at + toEight(rows.byteLength);
    out.fill(0, at + rows.byteLength, end);
    at = end;
  }
  return out;
}

const toEight = (bytes: number): number => Math.ceil(bytes / 8) * 8;

function formOf(column: ChartColumn): ColumnForm & { name: string } {
  const { name, type } = column;
  switch (type) {
    case 'all':
      return { name, type, value: column.value };
    case 'steps':
      return { name, type, from: column.from, step: column.step };
    case 'units':
      return { name, type, decimals: column.decimals };
    case 'numbers':
      return { name, type };
  }
}

/** What the binary form says, as the JSON form would say it. @throws Error where it is not of this form */
export function readChartBinary(bytes: Uint8Array): Record<string, unknown> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const text = new TextDecoder();
  if (bytes.length < 8 || text.decode(bytes.subarray(0, 4)) !== magic) throw new Error(`not ${binaryType}`);
  const headerBytes = view.getUint32(4, true);
  const { rows, columns, ...head } = JSON.parse(text.decode(bytes.subarray(8, 8 + headerBytes)));
  let at = 8 + headerBytes;
  const take = (width: number, number: (offset: number) => number | null): (number | null)[] => {
    const start = at;
    at += toEight(rows * width);
    return Array.from({ length: rows }, (_, row) => number(start + row * width));
  };
  const read = (form: ColumnForm): (number | null)[] => {
    switch (form.type) {
      case 'all':
        return new Array(rows).fill(form.value);
      case 'steps':
        return take(4, offset => form.from + view.getUint32(offset, true) * form.step);
      case 'units':
        return take(4, offset => {
          const units = view.getInt32(offset, true);
          return units === nullUnits ? null : units / 10 ** form.decimals;
        });
      case 'numbers':
        return take(8, offset => {
          const number = view.getFloat64(offset, true);
          return Number.isNaN(number) ? null : number;
        });
    }
  };
  const forms: (ColumnForm & { name: string })[] = columns;
  return { ...head, ...Object.fromEntries(forms.map(form => [form.name, read(form)])) };
}
