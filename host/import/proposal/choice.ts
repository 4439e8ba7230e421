import type { ImportCheck, ImportFile } from '../../api/contract.ts';
import { deviceColumns } from './device-columns.ts';
import { hasValues, type ImportDevice } from './devices.ts';
import type { ImportName } from './names.ts';
import { factorOf, idWords, metricWords, nameWords, quantityOf, valueWords } from './words.ts';

/**
 * What a column of a file is taken for. Where some name series, quantities are those of the series; where some name the
 * device, those of the columns hold for each of them.
 */
export type ColumnUse =
  | { readonly is: 'skipped' }
  | { readonly is: 'time' }
  | { readonly is: 'name' }
  | { readonly is: 'device' }
  | { readonly is: 'value'; readonly quantity: string; readonly factor: number };

/** How a file is read, as far as its first lines tell; to be looked at and changed by people. */
export interface ImportPlan {
  readonly hasHeader: boolean;
  /** `iso`, a count since 1970 such as `unixMs`, or a pattern. */
  readonly timeFormat: string;
  readonly decimal: '.' | ',';
  readonly uses: readonly ColumnUse[];
}

const timeForms: readonly (readonly [RegExp, string])[] = [
  [/^\d{4}-\d\d-\d\d[T ]\d\d:\d\d/, 'iso'],
  [/^\d\d\.\d\d\.\d\d \d\d:\d\d:\d\d$/, 'DD.MM.YY HH:mm:ss'],
  [/^\d\d\.\d\d\.\d\d \d\d:\d\d$/, 'DD.MM.YY HH:mm'],
  [/^\d\d\.\d\d\.\d{4} \d\d:\d\d:\d\d$/, 'DD.MM.YYYY HH:mm:ss'],
  [/^\d\d\.\d\d\.\d{4} \d\d:\d\d$/, 'DD.MM.YYYY HH:mm'],
  [/^\d{1,2}\.\d{1,2}\.\d{4} \d{1,2}:\d\d$/, 'D.M.YYYY H:mm'],
  [/^\d\d\/\d\d\/\d{4} \d\d:\d\d:\d\d$/, 'DD/MM/YYYY HH:mm:ss'],
  [/^\d\d\/\d\d\/\d{4} \d\d:\d\d$/, 'DD/MM/YYYY HH:mm'],
  [/^\d{1,2}\/\d{1,2}\/\d{4} \d{1,2}:\d\d:\d\d [AP]M$/i, 'M/D/YYYY h:mm:ss A'],
  [/^\d{1,2}\/\d{1,2}\/\d{4} \d{1,2}:\d\d [AP]M$/i, 'M/D/YYYY h:mm A'],
  [/^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d$/, 'YYYY/MM/DD HH:mm:ss'],
  [/^\d{4}\/\d\d\/\d\d \d\d:\d\d$/, 'YYYY/MM/DD HH:mm'],
  [/^\d{4}\.\d\d\.\d\d \d\d:\d\d$/, 'YYYY.MM.DD HH:mm'],
  [/^1\d{18}$/, 'unixNs'],
  [/^1\d{15}$/, 'unixUs'],
  [/^1\d{12}(?:\.\d+)?$/, 'unixMs'],
  [/^1\d{9}(?:\.\d+)?$/, 'unix'],
];
const dateForms: readonly (readonly [RegExp, string])[] = [
  [/^\d{4}-\d\d-\d\d$/, 'YYYY-MM-DD'],
  [/^\d\d\.\d\d\.\d{4}$/, 'DD.MM.YYYY'],
  [/^\d\d\/\d\d\/\d{4}$/, 'DD/MM/YYYY'],
  [/^\d{4}\/\d\d\/\d\d$/, 'YYYY/MM/DD'],
];
const clockForms: readonly (readonly [RegExp, string])[] = [
  [/^\d\d:\d\d:\d\d$/, 'HH:mm:ss'],
  [/^\d\d:\d\d$/, 'HH:mm'],
];

/** Formats that the page offers; any pattern can be written. */
export const timeFormats: readonly string[] = Object.freeze(timeForms.map(([, format]) => format));

const isNumber = (text: string) => /\d/.test(text) && /^-?[\d\s.,']*[\d.,]$/.test(text.trim());
const isTime = (text: string) => timeForms.some(([form]) => form.test(text.trim()));
const isDate = (text: string) => dateForms.some(([form]) => form.test(text.trim()));

/** What the cells of a file's first lines look like. `units` stand below the names. The first value column is power where no name says anything. */
export function guessPlan(
  lines: readonly (readonly string[])[],
  format: { readonly kind?: string; readonly delimiter?: string },
  units: readonly string[] = [],
): ImportPlan {
  const [first = [], second = first] = lines;
  const isNamed = format.kind === 'sqlite' || format.kind === 'lines';
  const hasHeader =
    isNamed || (lines.length > 1 && !first.some(cell => isTime(cell) || isDate(cell) || isNumber(cell)));
  const sample = hasHeader ? second : first;
  const rows = lines.slice(hasHeader ? 1 : 0);
  const timed = guessTime(sample);
  const nameAt = (column: number) => (hasHeader ? (first[column] ?? '') : '');
  // Names of series are words, and are told apart from what they name by the column beside them.
  const isName = (column: number) =>
    hasHeader &&
    nameWords.test(nameAt(column).trim()) &&
    (idWords.test(nameAt(column).trim()) ||
      rows.every(line => (line[column] ?? '') === '' || !isNumber(line[column] ?? '')));
  const isValue = (column: number) => valueWords.test(nameAt(column).trim());
  const columns = first.map((_, column) => column);
  const titleOf = (column: number) => [nameAt(column), units[column] ?? ''].join(' ').trim();
  const isFilled = (column: number) => rows.some(line => isNumber(line[column] ?? ''));
  const isMeasured = (column: number) =>
    !isValue(column) && isFilled(column) && quantityOf(titleOf(column)) !== undefined;
  const others = columns.filter(column => !timed.columns.includes(column));
  const names = columns.filter(isName);
  // A value beside quantities is one of theirs, unless something says what it measures.
  const isLong =
    names.length > 0 &&
    others.some(isValue) &&
    (!others.some(isMeasured) || names.some(column => metricWords.test(nameAt(column).trim())));
  const devices =
    isLong || (hasHeader ? !others.some(isMeasured) : others.length < 2)
      ? []
      : deviceColumns(
          rows,
          others.filter(column => !isMeasured(column) && !isValue(column)),
          timed.columns,
          column => nameAt(column).trim(),
        );
  const told = new Set<string>();
  const uses = columns.map((column): ColumnUse => {
    const cell = sample[column] ?? '';
    if (timed.columns.includes(column)) return { is: 'time' };
    if (isLong && isName(column)) return { is: 'name' };
    if (devices.includes(column)) return { is: 'device' };
    const name = titleOf(column);
    if (isLong) return isValue(column) ? { is: 'value', quantity: 'powerW', factor: 1 } : { is: 'skipped' };
    if (!isFilled(column) && !isNumber(cell)) return { is: 'skipped' };
    const found = quantityOf(name);
    if (found === undefined && hasHeader) return { is: 'skipped' };
    const quantity = found ?? 'powerW';
    if (devices.length > 0 && isValue(column)) return { is: 'skipped' };
    // All of a line go into one meter: which of two it is only a person knows.
    if (told.has(quantity)) return { is: 'skipped' };
    told.add(quantity);
    return { is: 'value', quantity, factor: factorOf(name) };
  });
  const decimal = isNamed ? '.' : guessDecimal(lines, uses, format.delimiter ?? ',');
  return { hasHeader, timeFormat: timed.format, decimal, uses };
}

function guessTime(cells: readonly string[]): {
  readonly columns: readonly number[];
  readonly format: string;
} {
  for (const [column, cell] of cells.entries()) {
    const text = cell.trim();
    const whole = timeForms.find(([form]) => form.test(text));
    if (whole !== undefined) return { columns: [column], format: whole[1] };
    const date = dateForms.find(([form]) => form.test(text));
    if (date === undefined) continue;
    const clock = clockForms.find(([form]) => form.test((cells[column + 1] ?? '').trim()));
    if (clock !== undefined) return { columns: [column, column + 1], format: `${date[1]} ${clock[1]}` };
    return { columns: [column], format: date[1] };
  }
  return { columns: [], format: 'iso' };
}

function guessDecimal(
  lines: readonly (readonly string[])[],
  uses: readonly ColumnUse[],
  delimiter: string,
): '.' | ',' {
  const cells = lines.flatMap(line => line.filter((_, column) => uses[column]?.is === 'value'));
  if (cells.some(cell => /\d,\d+$/.test(cell.trim()))) return ',';
  if (cells.some(cell => /\d\.\d+$/.test(cell.trim()))) return '.';
  return delimiter === ';' ? ',' : '.';
}

export interface ImportChoice {
  readonly file: string;
  readonly format: ImportFile['format'];
  readonly plan: ImportPlan;
  readonly header: readonly string[];
  readonly meter: string;
  readonly zone: string;
  readonly means: 'start' | 'end' | 'instant';
  /** Length of the windows, s; null: as far as values are apart. */
  readonly windowS: number | null;
  readonly overlap: 'refuse' | 'fill';
  readonly mistakes: 'refuse' | 'leaveOut';
  /** Of a file whose lines name series: what becomes of each. */
  readonly names: readonly ImportName[];
  /** Of a file whose lines name devices: into which meter each goes. */
  readonly devices: readonly ImportDevice[];
}

/** What lines are of: one meter, a series that they name, or a device that they name. */
export function linesAreOf({ uses }: ImportPlan): 'meter' | 'series' | 'devices' {
  if (uses.some(({ is }) => is === 'name')) return 'series';
  return uses.some(({ is }) => is === 'device') ? 'devices' : 'meter';
}

/** How a column is named: names may be there twice or be empty; places are not. */
export function columnName({ plan, header }: Pick<ImportChoice, 'plan' | 'header'>, column: number): string {
  const name = header[column] ?? '';
  const isOwn = name !== '' && !name.startsWith('#') && header.filter(each => each === name).length === 1;
  return plan.hasHeader && isOwn && name.length <= 200 ? name : `#${column + 1}`;
}

/** Columns that name the series or the device of a line; none where all lines are of one meter. */
export const seriesColumns = (choice: Pick<ImportChoice, 'plan' | 'header'>): string[] =>
  choice.plan.uses.flatMap(({ is }, column) =>
    is === 'name' || is === 'device' ? [columnName(choice, column)] : [],
  );

/** How the file is read as a whole. */
export function formatOfChoice(choice: ImportChoice): ImportFile['format'] {
  const { series: _, ...format } = choice.format;
  const { plan } = choice;
  const series = seriesColumns(choice);
  return {
    ...format,
    decimal: plan.decimal,
    header: plan.hasHeader,
    ...(series.length > 0 && { series }),
  };
}

/** What the host is asked; undefined where no column is a time or none a value. */
export function importCheckOf(choice: ImportChoice): ImportCheck | undefined {
  const { plan, windowS } = choice;
  const times = plan.uses.flatMap((use, column) => (use.is === 'time' ? [columnName(choice, column)] : []));
  const columns = columnsOf[linesAreOf(plan)](choice);
  if (times.length === 0 || times.length > 2 || columns.length === 0) return undefined;
  return {
    file: choice.file,
    format: formatOfChoice(choice),
    time: { columns: times, format: plan.timeFormat, zone: choice.zone, means: choice.means },
    columns,
    ...(windowS !== null && { windowS }),
    overlap: choice.overlap,
    mistakes: choice.mistakes,
  };
}

const ownColumns = (choice: ImportChoice, isWanted = (_column: number) => true): ImportCheck['columns'] =>
  choice.plan.uses.flatMap((use, column) =>
    use.is === 'value' && isWanted(column)
      ? [
          {
            column: columnName(choice, column),
            meter: choice.meter,
            quantity: use.quantity,
            factor: use.factor,
          },
        ]
      : [],
  );

const namedColumns = ({ names }: ImportChoice): ImportCheck['columns'] =>
  names.flatMap(({ name, column, low, high, use }) => {
    if (use === null) return [];
    const { isGauge, ...target } = use;
    const bounds = { ...(low !== undefined && { low }), ...(high !== undefined && { high }) };
    return [{ column, where: { column: 'series', equals: name }, ...target, ...(isGauge && bounds) }];
  });

const deviceValues = (choice: ImportChoice): ImportCheck['columns'] =>
  choice.devices.flatMap(device => {
    const { name, meter, isUsed } = device;
    if (!isUsed) return [];
    const own = ownColumns({ ...choice, meter }, column => hasValues(device, column));
    return own.map(({ column, ...rest }) => ({ column, where: { column: 'series', equals: name }, ...rest }));
  });

const columnsOf = {
  meter: (choice: ImportChoice) => ownColumns(choice),
  series: namedColumns,
  devices: deviceValues,
} as const;
