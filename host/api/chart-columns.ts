import type { Readings } from './contract.ts';

/** A chart in memory: what there is once, and columns of equal length. */
export interface ChartColumns {
  readonly head: Readonly<Record<string, string | number>>;
  readonly columns: readonly ChartColumn[];
  readonly rows: number;
}

/**
 * A column as compact as it can be said exactly. Most values are whole multiples of their quantity's last decimal and
 * most times are whole buckets apart: these are cheap to keep, and to write in any form.
 */
export type ChartColumn = { readonly name: string } & (
  | { readonly type: 'all'; readonly value: number | null }
  | { readonly type: 'steps'; readonly from: number; readonly step: number; readonly counts: Uint32Array }
  /** A row is `units / 10 ** decimals`; `nullUnits` is null. */
  | { readonly type: 'units'; readonly decimals: number; readonly units: Int32Array }
  /** NaN is null. */
  | { readonly type: 'numbers'; readonly numbers: Float64Array }
);

export const nullUnits = -2_147_483_648;
const mostUnits = 2_147_483_647;
const mostSteps = 4_294_967_295;

type List = readonly (number | null)[];

/**
 * Readings as columns that can be written in any form; whatever field is a list is a column.
 * @param decimals of the quantity
 */
export function chartColumns(readings: Readings, decimals: number): ChartColumns {
  const head: Record<string, string | number> = {};
  const columns: ChartColumn[] = [];
  for (const [name, value] of Object.entries(readings)) {
    if (typeof value !== 'object') head[name] = value;
    else columns.push(columnOf(name, value, readings.bucketMs, decimals));
  }
  return { head, columns, rows: readings.startMs.length };
}

/** Bytes that a chart takes in memory, about. */
export const chartBytes = ({ columns }: ChartColumns): number =>
  columns.reduce((sum, column) => sum + (rowsOf(column)?.byteLength ?? 0) + 100, 500);

/** The rows as they are kept, where each has its own. */
export function rowsOf(column: ChartColumn): Uint32Array | Int32Array | Float64Array | undefined {
  switch (column.type) {
    case 'all':
      return undefined;
    case 'steps':
      return column.counts;
    case 'units':
      return column.units;
    case 'numbers':
      return column.numbers;
  }
}

function columnOf(name: string, list: List, bucketMs: number, decimals: number): ChartColumn {
  const [first = null] = list;
  if (list.every(value => value === first)) return { name, type: 'all', value: first };
  const counts = name === 'startMs' ? stepsOf(list, bucketMs) : undefined;
  if (counts !== undefined) return { name, type: 'steps', from: first ?? 0, step: bucketMs, counts };
  const units = unitsOf(list, 10 ** decimals);
  if (units !== undefined) return { name, type: 'units', decimals, units };
  return { name, type: 'numbers', numbers: Float64Array.from(list, value => value ?? Number.NaN) };
}

/** Undefined where a start is not a whole number of buckets after the first. */
function stepsOf(list: List, step: number): Uint32Array | undefined {
  const from = list[0] ?? 0;
  const counts = new Uint32Array(list.length);
  for (let row = 0; row < counts.length; row++) {
    const count = ((list[row] ?? 0) - from) / step;
    if (!Number.isInteger(count) || count < 0 || count > mostSteps) return undefined;
    counts[row] = count;
  }
  return counts;
}

/** Undefined where a value is not exactly that of some whole number of units. */
function unitsOf(list: List, perUnit: number): Int32Array | undefined {
  const units = new Int32Array(list.length);
  for (let row = 0; row < units.length; row++) {
    const value = list[row] ?? null;
    const whole = value === null ? nullUnits : Math.round(value * perUnit);
    if (value !== null && (whole / perUnit !== value || whole <= nullUnits || whole > mostUnits)) {
      return undefined;
    }
    units[row] = whole;
  }
  return units;
}
