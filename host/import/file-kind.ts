import { deepFreeze } from '#core/freeze.ts';
import { readLines } from '../line-protocol/read-lines.ts';
import type { FileKind } from './order.ts';

/** A file of which nothing can be imported as it is; the message says what it is and what to do. */
export class WrongKind extends Error {}

/** What files of other kinds begin with, and how to get at what is in them. */
const others = deepFreeze([
  {
    at: 0,
    bytes: 'PK\x03\x04',
    is: 'an Excel workbook or a ZIP archive',
    help: 'save it as CSV, or unpack it',
  },
  { at: 0, bytes: '\xd0\xcf\x11\xe0', is: 'an old Excel workbook', help: 'save it as CSV' },
  { at: 0, bytes: '\x1f\x8b', is: 'packed with gzip twice', help: 'unpack it once' },
  { at: 0, bytes: 'PAR1', is: 'a Parquet file', help: 'write it as CSV' },
  { at: 8, bytes: 'DUCK', is: 'a DuckDB database', help: 'write a table as CSV' },
  { at: 0, bytes: '\x28\xb5\x2f\xfd', is: 'packed with zstd', help: 'unpack it, or pack it with gzip' },
  { at: 0, bytes: 'BZh', is: 'packed with bzip2', help: 'unpack it, or pack it with gzip' },
  { at: 0, bytes: '\xfd7zXZ', is: 'packed with xz', help: 'unpack it, or pack it with gzip' },
  { at: 0, bytes: '%PDF', is: 'a PDF', help: 'ask for CSV where it is from' },
  { at: 257, bytes: 'ustar', is: 'a tar archive', help: 'unpack it' },
  { at: 0, bytes: 'SQLite format 2', is: 'a database of SQLite 2', help: 'make one of SQLite 3 of it' },
  {
    at: 0,
    bytes: '** This file contains an SQLite 2',
    is: 'a database of SQLite 2',
    help: 'make one of SQLite 3 of it',
  },
  {
    at: 0,
    bytes: '\x37\x7f\x06\x82',
    is: 'the write-ahead log of a SQLite database',
    help: 'send the database itself',
  },
  {
    at: 0,
    bytes: '\x37\x7f\x06\x83',
    is: 'the write-ahead log of a SQLite database',
    help: 'send the database itself',
  },
] as const);

const startsAt = (head: Buffer, at: number, bytes: string): boolean =>
  head.subarray(at, at + bytes.length).equals(Buffer.from(bytes, 'latin1'));

export const isGzip = (head: Buffer): boolean => startsAt(head, 0, '\x1f\x8b');

/** What a file is by its first bytes, once unpacked; `text` where only its text can tell. @throws WrongKind */
export function kindOfBytes(head: Buffer): 'sqlite' | 'text' {
  // https://www.sqlite.org/fileformat2.html, "Magic Header String"
  if (startsAt(head, 0, 'SQLite format 3\0')) return 'sqlite';
  const other = others.find(({ at, bytes }) => startsAt(head, at, bytes));
  if (other === undefined) return 'text';
  throw new WrongKind(
    `It is ${other.is}; CSV, line protocol of InfluxDB and SQLite are allowed: ${other.help}.`,
  );
}

/** Lines that must all be points before text is taken for them. */
const judgedLines = 5;

/** What the first text of a file is, whole lines of it. */
export function kindOfText(text: string): Exclude<FileKind, 'sqlite'> {
  // How `influx_inspect export` begins (cmd/influx_inspect/export of InfluxDB 1.8).
  if (/^\uFEFF?# (?:INFLUXDB EXPORT|DDL|DML|CONTEXT-DATABASE)/.test(text)) return 'lines';
  const lines = text.split('\n').filter(line => line.trim() !== '' && !line.startsWith('#'));
  const judged = lines.slice(0, judgedLines);
  const { points, wrong } = readLines(`${judged.join('\n')}\n`, 'ns', Number.POSITIVE_INFINITY);
  return points.length > 0 && wrong === 0 && points.every(({ atMs }) => atMs !== undefined) ? 'lines' : 'csv';
}

/** How times of line protocol are written, by the digits of the first one. */
export function likelyPrecision(text: string): string {
  const digits = / (\d{9,20})\s*$/m.exec(text)?.[1]?.length ?? 19;
  return digits >= 18 ? 'unixNs' : digits >= 15 ? 'unixUs' : digits >= 12 ? 'unixMs' : 'unix';
}
