import { amountColumns, isCounter, powerOfAmount } from './amounts.ts';
import { blanks } from './blanks.ts';
import type { ColumnUse, ImportPlan } from './choice.ts';
import { countedPower } from './counted-power.ts';
import { deviceColumns, tellingColumn } from './device-columns.ts';
import { besideTheGrid } from './sides.ts';
import { clockS, guessTime, isDate, isTime, sideOf, stepOf, type TimeGuess } from './times.ts';
import {
  factorOf,
  idWords,
  metricWords,
  nameWords,
  quantityOf,
  quantityOfUnit,
  unitColumn,
  valueWords,
} from './words.ts';

/** How a file is read, and what its times are of, as far as its first lines tell. */
export interface PlanGuess extends ImportPlan {
  readonly means: 'start' | 'end' | 'instant';
  readonly thousands: '.' | ',' | undefined;
}

const isNumber = (text: string) => /\d/.test(text) && /^-?[\d\s.,']*[\d.,]$/.test(text.trim());
const isBlank = (text: string) => text.trim() === '' || blanks.includes(text.trim());

/** What the cells of a file's first lines look like. `units` stand below the names. The first value column is power where no name says anything. */
export function guessPlan(
  lines: readonly (readonly string[])[],
  format: { readonly kind?: string; readonly delimiter?: string },
  units: readonly string[] = [],
): PlanGuess {
  const [first = []] = lines;
  const isNamed = format.kind === 'sqlite' || format.kind === 'lines';
  const hasHeader =
    isNamed || (lines.length > 1 && !first.some(cell => isTime(cell) || isDate(cell) || isNumber(cell)));
  const rows = lines.slice(hasHeader ? 1 : 0);
  const nameAt = (column: number) => (hasHeader ? (first[column] ?? '') : '');
  const timed = guessTime(rows.length > 0 ? rows : lines, nameAt);
  // Names of series are words, and are told apart from what they name by the column beside them.
  const isName = (column: number) =>
    hasHeader &&
    nameWords.test(nameAt(column).trim()) &&
    (idWords.test(nameAt(column).trim()) ||
      rows.every(line => (line[column] ?? '') === '' || !isNumber(line[column] ?? '')));
  const isValue = (column: number) => valueWords.test(nameAt(column).trim());
  const columns = first.map((_, column) => column);
  const titleOf = (column: number) => [nameAt(column), units[column] ?? ''].join(' ').trim();
  const filled = columns.map(
    column =>
      rows.some(line => isNumber(line[column] ?? '')) &&
      !isCode(rows.map(line => (line[column] ?? '').trim())),
  );
  const isEmpty = (column: number) => rows.every(line => isBlank(line[column] ?? ''));
  const measures = columns.map(column => quantityOf(titleOf(column)));
  const isMeasured = (column: number) =>
    !isValue(column) && filled[column] === true && measures[column] !== undefined;
  const others = columns.filter(column => !timed.columns.includes(column));
  const measured = others.filter(isMeasured);
  const words = others.filter(column => !isMeasured(column) && !isValue(column));
  const named = columns.filter(isName);
  // A value beside quantities is one of theirs, unless something says what it measures.
  const isOfNames =
    hasHeader &&
    others.some(isValue) &&
    (measured.length === 0 || named.some(column => metricWords.test(nameAt(column).trim())));
  const isFree = (column: number) => !named.includes(column);
  const names = isOfNames
    ? [...named, ...tellingColumn(rows, words.filter(isFree), [...timed.columns, ...named])]
    : [];
  const isLong = names.length > 0;
  const devices =
    isLong || (hasHeader ? measured.length === 0 : others.length < 2)
      ? []
      : deviceColumns(rows, words, timed.columns, column => nameAt(column).trim());
  const beside = besideTheGrid(
    measured.map(column => ({ column, title: titleOf(column), quantity: measures[column] ?? '' })),
  );
  const unit = saidUnit(
    rows,
    columns.find(column => unitColumn.test(nameAt(column).trim())),
  );
  const told = new Set<string>();
  // Of several that may be one quantity one that has values is taken.
  const hasValues = new Set(measured.map(column => measures[column]));
  const taken = columns.map((column): ColumnUse => {
    if (timed.columns.includes(column)) return { is: 'time' };
    if (names.includes(column)) return { is: 'name' };
    if (devices.includes(column)) return { is: 'device' };
    if (isLong) return isValue(column) ? { is: 'value', quantity: 'powerW', factor: 1 } : { is: 'skipped' };
    const isEmptyNow = hasHeader && rows.length > 0 && isEmpty(column) && !hasValues.has(measures[column]);
    if (!filled[column] && !isEmptyNow) return { is: 'skipped' };
    const isOnly = measured.length === 1 && measured.includes(column);
    const ofUnit = isValue(column) || isOnly ? quantityOfUnit(unit, titleOf(column)) : undefined;
    const found = ofUnit?.quantity ?? measures[column];
    if ((found === undefined && hasHeader) || beside.has(column)) return { is: 'skipped' };
    const quantity = found ?? 'powerW';
    if (devices.length > 0 && isValue(column)) return { is: 'skipped' };
    // All of a line go into one meter: which of two it is only a person knows.
    if (told.has(quantity)) return { is: 'skipped' };
    told.add(quantity);
    return { is: 'value', quantity, factor: ofUnit?.factor ?? factorOf(titleOf(column)) };
  });
  const cells = lines.flatMap(line => line.filter((_, column) => taken[column]?.is === 'value'));
  const thousands = isNamed ? undefined : guessThousands(cells);
  const written = thousands === '.' ? ',' : guessDecimal(cells, format.delimiter ?? ',');
  const decimal = isNamed || thousands === ',' ? '.' : written;
  // Of several devices one goes on from line to line.
  const ofOne = rows.filter(line => devices.every(column => line[column] === rows[0]?.[column]));
  const uses = counted(
    withPowers(ofOne, timed, decimal, taken, column => /wh\b/i.test(`${titleOf(column)} ${unit}`)),
  );
  return {
    hasHeader,
    timeFormat: timed.format,
    decimal,
    uses,
    means: guessMeans(rows, timed, titleOf, uses),
    thousands,
  };
}

/** Amounts of single intervals are told as the power that they are a mean of; what has no such is left out. Without a unit they may be power. */
function withPowers(
  rows: readonly (readonly string[])[],
  timed: TimeGuess,
  decimal: '.' | ',',
  uses: readonly ColumnUse[],
  isOfUnit: (column: number) => boolean,
): readonly ColumnUse[] {
  const stepS = stepOf(rows, timed);
  if (stepS === undefined) return uses;
  const ordered = stepS < 0 ? rows.toReversed() : rows;
  const numberOf = (text: string) =>
    Number(decimal === ',' ? text.replaceAll('.', '').replace(',', '.') : text.replaceAll(',', ''));
  const counters = uses.flatMap((use, column) => {
    if (use.is !== 'value' || !isCounter(use.quantity) || !isOfUnit(column)) return [];
    const cells = ordered.map(line => (line[column] ?? '').trim()).filter(isNumber);
    return [[column, cells.map(numberOf)] as const];
  });
  const amounts = amountColumns(new Map(counters));
  const told = new Set(uses.flatMap(use => (use.is === 'value' ? [use.quantity] : [])));
  return uses.map((use, column): ColumnUse => {
    if (use.is !== 'value' || !amounts.has(column)) return use;
    const power = powerOfAmount(use, Math.abs(stepS));
    return power === undefined || told.has(power.quantity) ? { is: 'skipped' } : { is: 'value', ...power };
  });
}

/** All of them are one meter's. */
function counted(uses: readonly ColumnUse[]): readonly ColumnUse[] {
  const power = countedPower(uses.flatMap(use => (use.is === 'value' ? [use.quantity] : [])));
  return uses.map(use => (use.is === 'value' ? power(use) : use));
}

/**
 * What a time is of, where the lines tell: a table of the quarters of an hour of a day begins with 00:15 where times are those of their ends.
 */
function guessMeans(
  rows: readonly (readonly string[])[],
  timed: TimeGuess,
  titleOf: (column: number) => string,
  uses: readonly ColumnUse[],
): PlanGuess['means'] {
  // A meter's display is read at a moment; only where there are means beside it does a line stand for an interval.
  const read = uses.flatMap(use => (use.is === 'value' ? [use.quantity] : []));
  if (read.length > 0 && read.every(isCounter)) return 'instant';
  if (timed.columns.some(column => sideOf(titleOf(column)) === 'end')) return 'end';
  const stepS = stepOf(rows, timed) ?? 0;
  // Whole hours may be those of a file that begins later, or of another zone.
  const isOfDay = stepS >= 300 && (stepS < 3600 || (stepS === 3600 && timed.columns.length === 2));
  const firstS = timed.format.startsWith('unix') ? Number.NaN : clockS(rows[0] ?? [], timed);
  return isOfDay && firstS === stepS ? 'end' : 'start';
}

function guessDecimal(cells: readonly string[], delimiter: string): '.' | ',' {
  if (cells.some(cell => /\d,\d+$/.test(cell.trim()))) return ',';
  if (cells.some(cell => /\d\.\d+$/.test(cell.trim()))) return '.';
  return delimiter === ';' ? ',' : '.';
}

/** Where a number has both signs, or one of them twice, it is told what stands between thousands. */
function guessThousands(cells: readonly string[]): '.' | ',' | undefined {
  const has = (form: RegExp) => cells.some(cell => form.test(cell.trim()));
  if (has(/^-?\d{1,3}(?:\.\d{3})+,\d+$|^-?\d{1,3}(?:\.\d{3}){2,}$/)) return '.';
  return has(/^-?\d{1,3}(?:,\d{3})+\.\d+$|^-?\d{1,3}(?:,\d{3}){2,}$/) ? ',' : undefined;
}

/** A number that is none: of a meter or a contract, which begins with 0 or is long and the same in all lines. */
function isCode(cells: readonly string[]): boolean {
  const filled = cells.filter(cell => !isBlank(cell));
  const isSame = filled.length > 1 && filled.every(cell => cell === filled[0]);
  return filled.every(cell => /^0\d{3,}$/.test(cell)) || (isSame && /^\d{10,}$/.test(filled[0] ?? ''));
}

/** What a column of units says in all lines. */
function saidUnit(rows: readonly (readonly string[])[], column: number | undefined): string {
  const [unit = '', ...others] = column === undefined ? [] : rows.map(line => (line[column] ?? '').trim());
  return others.every(other => other === unit) ? unit : '';
}
