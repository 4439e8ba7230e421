import { quantities } from '#core/quantities.ts';
import { columnIndex, noColumn } from './column-names.ts';
import type { CsvLine } from './csv-reader.ts';
import { decimalOf, stepsReader } from './decimal-steps.ts';
import { importLimits } from './limits.ts';
import type { ImportOrder, LineMistake, Mistakes } from './order.ts';
import { type TimeReader, timeReader } from './time-reader.ts';

/** Takes what is read: a value of `order.columns[slot]` in whole numbers of its quantity's last decimal. */
export type TakeValue = (slot: number, line: number, atS: number, steps: number) => void;

/** Counts mistakes and keeps the first ones. */
export class MistakeList implements Mistakes {
  count = 0;
  readonly first: LineMistake[] = [];

  add(line: number, column: string, message: string): void {
    this.count++;
    if (this.first.length < importLimits.toldMistakes) this.first.push({ line, column, message });
  }

  /** So many more of those that were told. */
  addUntold(count: number): void {
    this.count += count;
  }
}

/** The file has another shape than the order says: nothing of it can be read. `field` is that of the order. */
export class OrderError extends Error {
  readonly field: string;

  constructor(field: string, message: string) {
    super(message);
    this.name = 'OrderError';
    this.field = field;
  }
}

interface Column {
  readonly name: string;
  readonly index: number;
  readonly where: { readonly index: number; readonly equals: string } | undefined;
  readonly read: (text: string) => number | undefined;
  readonly least: number;
  readonly most: number;
  readonly range: string;
}

/** Reads the values out of the lines of a file, by an order. What is wrong is counted and told by line and column. */
export class ValueReader {
  readonly mistakes = new MistakeList();
  /** Values outside their quantity's range: they cannot be true. */
  readonly implausible = new MistakeList();
  lines = 0;
  values = 0;
  readonly #order: ImportOrder;
  readonly #take: TakeValue;
  readonly #readTime: TimeReader;
  readonly #empty: ReadonlySet<string>;
  #columns: readonly Column[] | undefined;
  #times: readonly number[] = [];
  #width = 0;

  constructor(order: ImportOrder, take: TakeValue) {
    this.#order = order;
    this.#take = take;
    this.#readTime = timeReader(order.time);
    this.#empty = new Set(['', ...order.format.empty]);
  }

  /** @throws OrderError where a column of the order is not in the file */
  read({ line, cells }: CsvLine): void {
    if (this.#columns === undefined) {
      this.#begin(cells);
      if (this.#order.format.hasHeader) return;
    }
    this.lines++;
    if (cells.length !== this.#width) {
      this.mistakes.add(line, '', `${cells.length} cells; ${this.#width}, as in the first line, are allowed`);
      return;
    }
    this.#readLine(line, cells, this.#columns ?? []);
  }

  #readLine(line: number, cells: readonly string[], columns: readonly Column[]): void {
    const text = this.#times.map(index => (cells[index] ?? '').trim()).join(' ');
    // Lines of several series go their own ways through time: each has its own order.
    const times = new Map<string, number | undefined>();
    for (const [slot, column] of columns.entries()) {
      const { where } = column;
      if (where !== undefined && cells[where.index] !== where.equals) continue;
      const series = where?.equals ?? '';
      if (!times.has(series)) times.set(series, this.#timeOf(line, text, series));
      const atS = times.get(series);
      if (atS === undefined) return;
      this.#readCell(slot, column, line, atS, (cells[column.index] ?? '').trim());
    }
  }

  #timeOf(line: number, text: string, series: string): number | undefined {
    const read = this.#readTime(text, series);
    if ('atS' in read) return read.atS;
    this.mistakes.add(line, this.#order.time.columns.join(' '), read.wrong);
    return undefined;
  }

  #readCell(slot: number, column: Column, line: number, atS: number, cell: string): void {
    if (this.#empty.has(cell)) return;
    const { decimal } = this.#order.format;
    const isWritten = decimal === ',' ? !cell.includes('.') : !cell.includes(',');
    const steps = isWritten ? column.read(decimal === ',' ? cell.replace(',', '.') : cell) : undefined;
    if (steps === undefined) {
      const example = decimal === ',' ? '1234,5' : '1234.5';
      const allowed = `a number such as ${example} without separators of thousands is allowed`;
      this.mistakes.add(line, column.name, `${show(cell)} given; ${allowed}`);
    } else if (steps < column.least || steps > column.most) {
      this.implausible.add(line, column.name, `${show(cell)} given; ${column.range} is allowed`);
    } else {
      this.values++;
      this.#take(slot, line, atS, steps);
    }
  }

  #begin(cells: readonly string[]): void {
    const { time, columns, format } = this.#order;
    const header = format.hasHeader ? cells.map(cell => cell.trim()) : cells.map(() => '');
    this.#width = cells.length;
    const indexOf = (name: string, field: string): number => {
      const index = name === '' ? undefined : columnIndex(name, header);
      if (index !== undefined && index < cells.length) return index;
      throw new OrderError(field, noColumn(name, header, format.hasHeader));
    };
    this.#times = time.columns.map((name, index) => indexOf(name, `time.columns[${index}]`));
    this.#columns = columns.map(({ column, where, quantity, factor }, index) => {
      const field = `columns[${index}]`;
      const { min, max, unit, decimals } = quantities[quantity];
      const exact = decimalOf(factor);
      if (exact === undefined)
        throw new OrderError(`${field}.factor`, `${factor} given; a number is allowed`);
      return {
        name: column,
        index: indexOf(column, `${field}.column`),
        where: where && { index: indexOf(where.column, `${field}.where.column`), equals: where.equals },
        read: stepsReader(exact, decimals),
        least: Math.round(min * 10 ** decimals),
        most: Math.round(max * 10 ** decimals),
        range: `${min} to ${max} ${unit} (after the factor ${factor})`,
      };
    });
  }
}

const show = (text: string): string => JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
