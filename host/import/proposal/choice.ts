import type { ImportCheck, ImportFile } from '../../api/contract.ts';
import { hasValues, type ImportDevice } from './devices.ts';
import type { ImportName } from './names.ts';

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
