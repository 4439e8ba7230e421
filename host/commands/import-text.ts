import type { ImportFile, ImportLook, ImportReport } from '../api/contract.ts';
import { plain, tableLines, timeText } from './text-table.ts';

const mostTold = 10;
const cellCharacters = 40;

/** What a file seems to be, and how it goes on from there. */
export const foundLines = ({ name, bytes, format, timeFormat, tables, lines }: ImportFile): string[] => [
  `${plain(name)}: ${bytes} bytes`,
  `"format": ${plain(JSON.stringify(format))}`,
  ...(timeFormat === null ? [] : [`times are ${timeFormat}`]),
  ...tables.map(
    table =>
      `${table.isView ? 'view' : 'table'} ${plain(table.name)}: ${table.columns.map(plain).join(', ')}${table.rows === null ? '' : `; ${table.rows} rows`}`,
  ),
  '',
  ...cellLines(lines),
  '',
  'Nothing is imported. Say in a file what to import (--propose makes one to begin with), and name it with --mapping.',
];

/** What a closer look found. */
export const lookLines = ({ lines, count, series, otherLines, wrongLines }: ImportLook): string[] => [
  ...cellLines(lines),
  ...(count === null
    ? []
    : [
        '',
        `${count} lines; ${otherLines} of further series, ${wrongLines} that cannot be read`,
        '',
        ...tableLines(
          ['series', 'lines', 'first'],
          series.map(each => [each.name, String(each.lines), each.example.join(' | ')]),
        ),
      ]),
];

/** What an import would do, or has just done. */
export const reportLines = (report: ImportReport): string[] => [
  `${report.lines} lines, ${report.windows} windows, ${timeText(report.fromMs)} to ${timeText(report.toMs)}`,
  ...(report.twice === 0 ? [] : [`${report.twice} times that clocks show twice, told apart by their order`]),
  '',
  ...tableLines(
    ['series', 'windows', 'values', 'from', 'to', 'of s', 'there already'],
    report.series.map(each => [
      `${each.key}${each.isNew ? ' (not there yet)' : ''}`,
      String(each.windows),
      String(each.values),
      timeText(each.fromMs),
      timeText(each.toMs),
      each.windowS === null ? '' : String(each.windowS),
      String(each.overlapping),
    ]),
  ),
  ...otherText(report.others),
  ...toldLines('cannot be read', report.mistakes),
  ...toldLines('cannot be true, and are left out', report.implausible),
  ...toldLines('may be meant otherwise', report.doubts),
  '',
];

/** Lines that a mapping does not ask for, such as those of a device that has come since it was made. */
function otherText({ lines, first }: ImportReport['others']): string[] {
  if (lines === 0) return [];
  const told = first.map(({ name, lines: own }) => `${JSON.stringify(shortCell(name))} (${own})`);
  const isAll = first.reduce((sum, each) => sum + each.lines, 0) === lines;
  return ['', plain(`${lines} lines of others are left out: ${told.join(', ')}${isAll ? '' : ', …'}`)];
}

function toldLines(what: string, { count, first }: ImportReport['mistakes']): string[] {
  if (count === 0) return [];
  const told = first
    .slice(0, mostTold)
    .map(({ line, column, message }) => `  line ${line}${column === '' ? '' : `, ${column}`}: ${message}`);
  const more = count > told.length ? [`  and ${count - told.length} more`] : [];
  return ['', `${count} ${what}:`, ...told.map(plain), ...more];
}

export const shortCell = (cell: string): string => cell.slice(0, cellCharacters);

/** The first lines of a file, names first. */
export function cellLines(lines: readonly (readonly string[])[]): string[] {
  const [names = [], ...rows] = lines.map(cells => cells.map(shortCell));
  return tableLines(names, rows);
}
