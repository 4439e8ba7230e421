import { quantities } from '#core/quantities.ts';
import { columnIndex, noColumn } from './column-names.ts';
import type { CsvLine } from './csv-reader.ts';
import { DayDoubt } from './day-doubt.ts';
import { DecimalDoubt } from './decimal-doubt.ts';
import { decimalOf, stepsReader } from './decimal-steps.ts';
import { importLimits } from './limits.ts';
import { nameIndexes, nameOf } from './names.ts';
import { type ImportOrder, type LineMistake, type Mistakes, seriesColumn } from './order.ts';
import { OrderError } from './order-error.ts';
import { OtherLines } from './other-lines.ts';
import { withoutThousands } from './thousands.ts';
import { type TimeReader, timeReader } from './time-reader.ts';
import { ZoneDoubt } from './zone-doubt.ts';

/**
 * Takes what is read: a value of `order.columns[slot]` in whole numbers of its quantity's last decimal, with the least and
 * the greatest of its window, which are the value itself where the file has none.
 */
export type TakeValue = (
  slot: number,
  line: number,
  atS: number,
  steps: number,
  low: number,
  high: number,
) => void;

/** Counts mistakes and keeps the first ones. */
export class MistakeList implements Mistakes {
  count = 0;
  readonly first: LineMistake[] = [];

  add(line: number, column: string, message: string): void {
    this.tell({ line, column, message });
  }

  tell(told: LineMistake): void {
    this.count++;
    if (this.first.length < importLimits.toldMistakes) this.first.push(told);
  }

  /** So many more of those that were told. */
  addUntold(count: number): void {
    this.count += count;
  }
}

interface Column {
  readonly slot: number;
  readonly name: string;
  readonly index: number;
  readonly low: number | undefined;
  readonly high: number | undefined;
  readonly read: (text: string) => number | undefined;
  readonly least: number;
  readonly most: number;
  readonly range: string;
}

/** Columns that are read of each line, or of those that say something in one cell or by their series. */
interface Group {
  /** -1: the column that `format.series` makes; undefined: of each line. */
  readonly at: number | undefined;
  readonly byText: Map<string, Column[]>;
}

/** Reads the values out of the lines of a file, by an order. What is wrong is counted and told by line and column. */
export class ValueReader {
  readonly mistakes = new MistakeList();
  /** Values outside their quantity's range: they cannot be true. */
  readonly implausible = new MistakeList();
  /** Lines of series that the order does not ask for. */
  readonly others = new OtherLines();
  lines = 0;
  values = 0;
  readonly decimals: DecimalDoubt;
  readonly days: DayDoubt;
  readonly zones: ZoneDoubt;
  /** Times that clocks show twice; the order of the lines told which was meant. */
  twice = 0;
  readonly #order: ImportOrder;
  readonly #take: TakeValue;
  readonly #readTime: TimeReader;
  readonly #empty: ReadonlySet<string>;
  /** Undefined before the names; null behind names that have not what the order says. */
  #groups: readonly Group[] | null | undefined;
  #times: readonly number[] = [];
  #series: readonly number[] = [];
  /** Names of the first table. */
  #header: readonly string[] | undefined;
  #width = 0;
  #needed = 0;

  constructor(order: ImportOrder, take: TakeValue) {
    this.#order = order;
    this.#take = take;
    // Points have been read with their precision, and are told in milliseconds.
    const format = order.format.kind === 'lines' ? 'unixMs' : order.time.format;
    this.#readTime = timeReader({ ...order.time, format });
    this.#empty = new Set(['', ...order.format.empty]);
    this.decimals = new DecimalDoubt(order.format);
    this.days = new DayDoubt(format);
    this.zones = new ZoneDoubt(order);
  }

  /** @throws OrderError where a column of the order is not in the file */
  read({ line, cells, isNames }: CsvLine): void {
    if (this.#groups === undefined) {
      this.#begin(cells);
      if (this.#order.format.hasHeader) return;
    } else if (isNames) {
      this.#beginAgain(line, cells);
      return;
    }
    this.lines++;
    if (this.#groups === null || this.#groups === undefined) {
      this.mistakes.add(line, '', 'of a table without the columns of the order');
      return;
    }
    const mistake = this.#widthMistake(cells);
    if (mistake === undefined) this.#readLine(line, cells, this.#groups);
    else this.mistakes.add(line, '', mistake);
  }

  /** Empty cells behind the last one are nothing; missing ones are damage, but where lines may end early. */
  #widthMistake(cells: readonly string[]): string | undefined {
    const { length } = cells;
    if (length === this.#width) return undefined;
    if (length > this.#width && cells.slice(this.#width).every(cell => cell.trim() === '')) return undefined;
    if (this.#order.format.isRagged && length < this.#width && length >= this.#needed) return undefined;
    return `${length} cells; ${this.#width}, as in the first line, are allowed`;
  }

  #readLine(line: number, cells: readonly string[], groups: readonly Group[]): void {
    const text = this.#times.map(index => (cells[index] ?? '').trim()).join(' ');
    // Lines of several series go their own ways through time: each has its own order.
    const times = new Map<string, number | undefined>();
    let other = '';
    let isAsked = false;
    for (const { at, byText } of groups) {
      const series = at === undefined ? '' : at < 0 ? nameOf(cells, this.#series) : (cells[at] ?? '');
      const columns = byText.get(series);
      if (columns === undefined) {
        other ||= series;
        continue;
      }
      isAsked = true;
      if (!times.has(series)) times.set(series, this.#timeOf(line, text, series));
      const atS = times.get(series);
      if (atS === undefined) return;
      for (const column of columns) this.#readValue(column, line, atS, cells);
    }
    if (!isAsked) this.others.add(other);
  }

  #timeOf(line: number, text: string, series: string): number | undefined {
    const read = this.#readTime(text, series);
    const column = this.#order.time.columns.join(' ');
    if ('atS' in read) {
      if (read.ofTwo !== undefined) this.twice++;
      this.days.add(line, column, text);
      this.zones.add(line, column, text, read);
      return read.atS;
    }
    this.mistakes.add(line, column, read.wrong);
    return undefined;
  }

  #readValue(column: Column, line: number, atS: number, cells: readonly string[]): void {
    const steps = this.#readCell(column, line, (cells[column.index] ?? '').trim());
    if (steps === undefined) return;
    const bound = (index: number | undefined): number | undefined => {
      const cell = index === undefined ? '' : (cells[index] ?? '').trim();
      return this.#empty.has(cell) ? steps : this.#readCell(column, line, cell);
    };
    const [one, other] = [bound(column.low), bound(column.high)];
    // One that cannot be read is told: its value is left out with it, not kept with bounds that nobody measured.
    if (one === undefined || other === undefined) return;
    // By a factor below 0 the greatest becomes the least.
    const [low, high] = [Math.min(one, other), Math.max(one, other)];
    if (steps >= low && steps <= high) {
      this.values++;
      this.#take(column.slot, line, atS, steps, low, high);
      return;
    }
    this.mistakes.add(line, column.name, 'a mean that is not between its least and greatest value');
  }

  /** Undefined for an empty one, and for one that is told. */
  #readCell(column: Column, line: number, cell: string): number | undefined {
    if (this.#empty.has(cell)) return undefined;
    const { decimal, thousands } = this.#order.format;
    const text = thousands === undefined ? cell : withoutThousands(cell, thousands);
    const isWritten = decimal === ',' ? !text.includes('.') : !text.includes(',');
    const steps = isWritten ? column.read(decimal === ',' ? text.replace(',', '.') : text) : undefined;
    if (steps === undefined) {
      const example = decimal === ',' ? '1234,5' : '1234.5';
      const without = thousands === undefined ? ' without separators of thousands' : '';
      this.mistakes.add(
        line,
        column.name,
        `${show(cell)} given; a number such as ${example}${without} is allowed`,
      );
      return undefined;
    }
    this.decimals.add(line, column.name, text);
    if (steps >= column.least && steps <= column.most) return steps;
    this.implausible.add(line, column.name, `${show(cell)} given; ${column.range} is allowed`);
    return undefined;
  }

  /** Further names, of another table of the file. */
  #beginAgain(line: number, cells: readonly string[]): void {
    try {
      this.#begin(cells);
    } catch (error) {
      if (!(error instanceof OrderError)) throw error;
      this.#groups = null;
      this.mistakes.add(line, '', `another table begins here: ${error.message}`);
    }
  }

  #begin(cells: readonly string[]): void {
    const { time, columns, format } = this.#order;
    const header = format.hasHeader ? cells.map(cell => cell.trim()) : cells.map(() => '');
    this.#width = cells.length;
    const indexOf = (name: string, field: string): number => {
      const index = name === '' ? undefined : columnIndex(name, header);
      const was = index === undefined ? undefined : this.#header?.[index];
      if (index !== undefined && was !== undefined && was !== header[index] && !header.includes(name))
        throw new OrderError(field, `${name} is ${show(header[index] ?? '')} here, and ${show(was)} before`);
      if (index !== undefined && index < cells.length) return index;
      throw new OrderError(field, noColumn(name, header, format.hasHeader));
    };
    this.#times = time.columns.map((name, index) => indexOf(name, `time.columns[${index}]`));
    this.#series = nameIndexes(format.series ?? [], header, format.hasHeader);
    this.#needed = Math.max(...this.#times, ...this.#series) + 1;
    const groups = new Map<number | undefined, Group>();
    for (const [slot, column] of columns.entries()) {
      const { where, quantity, factor } = column;
      const field = `columns[${slot}]`;
      const { min, max, unit, decimals } = quantities[quantity];
      const exact = decimalOf(factor);
      if (exact === undefined)
        throw new OrderError(`${field}.factor`, `${factor} given; a number is allowed`);
      const isOfSeries = where?.column === seriesColumn && format.series !== undefined;
      const at =
        where === undefined ? undefined : isOfSeries ? -1 : indexOf(where.column, `${field}.where.column`);
      const group = groups.get(at) ?? { at, byText: new Map() };
      groups.set(at, group);
      const text = where?.equals ?? '';
      const own = group.byText.get(text) ?? [];
      group.byText.set(text, own);
      own.push({
        slot,
        name: column.column,
        index: indexOf(column.column, `${field}.column`),
        low: column.low === undefined ? undefined : indexOf(column.low, `${field}.low`),
        high: column.high === undefined ? undefined : indexOf(column.high, `${field}.high`),
        read: stepsReader(exact, decimals),
        least: Math.round(min * 10 ** decimals),
        most: Math.round(max * 10 ** decimals),
        range: `${min} to ${max} ${unit} (after the factor ${factor})`,
      });
    }
    this.#groups = [...groups.values()];
    this.#header ??= header;
  }
}

const show = (text: string): string => JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
