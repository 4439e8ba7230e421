import type { ImportCheck, ImportFile } from '../../host/api/contract.ts';

/** What a column of a file is taken for. */
export type ColumnUse =
  | { readonly is: 'skipped' }
  | { readonly is: 'time' }
  | { readonly is: 'value'; readonly quantity: string; readonly factor: number };

/** How a file is read, as far as its first lines tell; to be looked at and changed by people. */
export interface ImportPlan {
  readonly hasHeader: boolean;
  /** `iso`, `unix`, `unixMs` or a pattern. */
  readonly timeFormat: string;
  readonly decimal: '.' | ',';
  readonly uses: readonly ColumnUse[];
}

const timeForms: readonly (readonly [RegExp, string])[] = [
  [/^\d{4}-\d\d-\d\d[T ]\d\d:\d\d/, 'iso'],
  [/^\d\d\.\d\d\.\d{4} \d\d:\d\d:\d\d$/, 'DD.MM.YYYY HH:mm:ss'],
  [/^\d\d\.\d\d\.\d{4} \d\d:\d\d$/, 'DD.MM.YYYY HH:mm'],
  [/^\d{1,2}\.\d{1,2}\.\d{4} \d{1,2}:\d\d$/, 'D.M.YYYY H:mm'],
  [/^\d\d\/\d\d\/\d{4} \d\d:\d\d:\d\d$/, 'DD/MM/YYYY HH:mm:ss'],
  [/^\d\d\/\d\d\/\d{4} \d\d:\d\d$/, 'DD/MM/YYYY HH:mm'],
  [/^\d{4}\/\d\d\/\d\d \d\d:\d\d$/, 'YYYY/MM/DD HH:mm'],
  [/^\d{13}$/, 'unixMs'],
  [/^1\d{9}$/, 'unix'],
];
const dateForms: readonly (readonly [RegExp, string])[] = [
  [/^\d{4}-\d\d-\d\d$/, 'YYYY-MM-DD'],
  [/^\d\d\.\d\d\.\d{4}$/, 'DD.MM.YYYY'],
  [/^\d\d\/\d\d\/\d{4}$/, 'DD/MM/YYYY'],
];
const clockForms: readonly (readonly [RegExp, string])[] = [
  [/^\d\d:\d\d:\d\d$/, 'HH:mm:ss'],
  [/^\d\d:\d\d$/, 'HH:mm'],
];

/** Formats that the page offers; any pattern can be written. */
export const timeFormats: readonly string[] = Object.freeze(timeForms.map(([, format]) => format));

const isNumber = (text: string) => /^-?[\d\s.,']*\d[\d.,]*$/.test(text.trim());
const isTime = (text: string) => timeForms.some(([form]) => form.test(text.trim()));
const isDate = (text: string) => dateForms.some(([form]) => form.test(text.trim()));

/** Words in the names of columns, in the languages of the page and of common files; the first that fits holds. */
const names: readonly (readonly [RegExp, string])[] = [
  [/export|feed|einspeis|fed.?in|inje[cç]|2\.8\.0|liefer/i, 'energyExportWh'],
  [/wh\b|energ|import|bezug|zähler|reading|contador|consum|verbrauch|1\.8\.0/i, 'energyImportWh'],
  [/volt|spannung|tens[aã]o|\[?\bV\]?$/i, 'voltageL1V'],
  [/freq|hz\b/i, 'frequencyHz'],
  [/amp|current|strom\b|corrente|\bA\]?$/i, 'currentL1A'],
  [/power|leistung|pot[eê]ncia|value|wert|state|valor|watt|\b[km]?w\b/i, 'powerW'],
];

/** What the cells of a file's first lines look like. The first value column is power where no name says anything. */
export function guessPlan(lines: readonly (readonly string[])[], delimiter: string): ImportPlan {
  const [first = [], second = first] = lines;
  const hasHeader = lines.length > 1 && !first.some(cell => isTime(cell) || isDate(cell) || isNumber(cell));
  const sample = hasHeader ? second : first;
  const timed = guessTime(sample);
  const uses = sample.map((cell, column): ColumnUse => {
    if (timed.columns.includes(column)) return { is: 'time' };
    const name = hasHeader ? (first[column] ?? '') : '';
    const isFilled = lines.slice(hasHeader ? 1 : 0).some(line => isNumber(line[column] ?? ''));
    if (!isFilled && !isNumber(cell)) return { is: 'skipped' };
    const found = names.find(([form]) => form.test(name));
    if (found === undefined && hasHeader) return { is: 'skipped' };
    return { is: 'value', quantity: found?.[1] ?? 'powerW', factor: factorOf(name) };
  });
  return { hasHeader, timeFormat: timed.format, decimal: guessDecimal(lines, uses, delimiter), uses };
}

/** kW and kWh are thousands of what is stored. */
const factorOf = (name: string): number =>
  /\bk(w|wh|va|var|varh)\b/i.test(name) ? 1000 : /\bmwh?\b/.test(name) ? 0.001 : 1;

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
  readonly means: 'start' | 'end';
  readonly overlap: 'refuse' | 'fill';
  readonly mistakes: 'refuse' | 'leaveOut';
}

/** What the host is asked; undefined where no column is a time or none a value. */
export function importCheckOf(choice: ImportChoice): ImportCheck | undefined {
  const { plan, header, meter } = choice;
  // Names may be there twice or be empty; places are not.
  const nameOf = (column: number) => {
    const name = header[column] ?? '';
    const isOwn = name !== '' && !name.startsWith('#') && header.filter(each => each === name).length === 1;
    return plan.hasHeader && isOwn ? name : `#${column + 1}`;
  };
  const times = plan.uses.flatMap((use, column) => (use.is === 'time' ? [nameOf(column)] : []));
  const columns = plan.uses.flatMap((use, column) =>
    use.is === 'value' ? [{ column: nameOf(column), meter, quantity: use.quantity, factor: use.factor }] : [],
  );
  if (times.length === 0 || times.length > 2 || columns.length === 0) return undefined;
  return {
    file: choice.file,
    format: { ...choice.format, decimal: plan.decimal, header: plan.hasHeader },
    time: { columns: times, format: plan.timeFormat, zone: choice.zone, means: choice.means },
    columns,
    overlap: choice.overlap,
    mistakes: choice.mistakes,
  };
}
