import { type ChartColumn, type ChartColumns, nullUnits } from './chart-columns.ts';

/** A number takes at most 24 characters, and a comma. */
const numberBytes = 25;
const [zero, comma, point, minus] = [48, 44, 46, 45] as const;
/** `00` to `99` one after the other: two digits at a time are written. */
const pairs = Uint8Array.from({ length: 200 }, (_, index) =>
  index % 2 === 0 ? zero + Math.floor(index / 20) : zero + (Math.floor(index / 2) % 10),
);

/** Room to write in, kept: a chart of the most points needs 2 MB of it. */
let scratch = Buffer.allocUnsafe(64 * 1024);

/** A chart as JSON, byte for byte what `JSON.stringify` makes of the same readings, five times as fast. */
export function chartJson({ head, columns, rows }: ChartColumns): Buffer {
  const start = JSON.stringify(head).slice(0, -1);
  const most = Buffer.byteLength(start) + columns.length * (rows * numberBytes + 64) + 2;
  if (scratch.length < most) scratch = Buffer.allocUnsafe(most);
  let at = scratch.write(start, 0, 'utf8');
  for (const column of columns) {
    at += scratch.write(`${at > 1 ? ',' : ''}"${column.name}":[`, at, 'latin1');
    // Behind each number a comma; the last one is written over.
    at = writeColumn(scratch, at, column, rows);
    if (rows > 0) at--;
    scratch[at++] = 93;
  }
  scratch[at++] = 125;
  return Buffer.from(scratch.subarray(0, at));
}

function writeColumn(out: Buffer, at: number, column: ChartColumn, rows: number): number {
  switch (column.type) {
    case 'all': {
      const text = `${column.value},`;
      out.fill(text, at, at + rows * text.length, 'latin1');
      return at + rows * text.length;
    }
    case 'steps':
      return writeSteps(out, at, column.counts, column.from, column.step);
    case 'units':
      return writeUnits(out, at, column.units, column.decimals);
    case 'numbers':
      return writeNumbers(out, at, column.numbers);
  }
}

/** Of a number of 13 digits each half is a whole number of the processor. */
const half = 10_000_000;

function writeSteps(out: Buffer, from: number, counts: Uint32Array, first: number, step: number): number {
  let at = from;
  for (let row = 0; row < counts.length; row++) {
    const value = first + (counts[row] as number) * step;
    const high = Math.floor(value / half) | 0;
    const low = (value - high * half) | 0;
    if (high === 0) at = writeWhole(out, at, low, 1);
    else at = writeWhole(out, writeWhole(out, at, high, 1), low, 7);
    out[at++] = comma;
  }
  return at;
}

function writeUnits(out: Buffer, from: number, units: Int32Array, decimals: number): number {
  const perUnit = 10 ** decimals;
  let at = from;
  for (let row = 0; row < units.length; row++) {
    const value = units[row] as number;
    if (value === nullUnits) {
      at += out.write('null', at, 'latin1');
    } else {
      if (value < 0) out[at++] = minus;
      const size = value < 0 ? -value : value;
      const whole = (size / perUnit) | 0;
      const rest = size - whole * perUnit;
      at = writeWhole(out, at, whole, 1);
      if (rest > 0) {
        out[at++] = point;
        at = writeWhole(out, at, rest, decimals);
        // 230.10 is told as 230.1.
        while (out[at - 1] === zero) at--;
      }
    }
    out[at++] = comma;
  }
  return at;
}

function writeNumbers(out: Buffer, from: number, numbers: Float64Array): number {
  let at = from;
  for (const value of numbers) {
    at += out.write(Number.isFinite(value) ? `${value},` : 'null,', at, 'latin1');
  }
  return at;
}

/** A whole number from 0 to 2^31 - 1 in at least so many digits; gives the place behind it. */
function writeWhole(out: Buffer, from: number, value: number, digitsLeast: number): number {
  const digits = Math.max(digitsLeast, digitsOf(value));
  let at = from + digits;
  let rest = value | 0;
  while (at - from >= 2) {
    const tens = (rest / 100) | 0;
    const pair = (rest - tens * 100) << 1;
    out[--at] = pairs[pair + 1] as number;
    out[--at] = pairs[pair] as number;
    rest = tens;
  }
  if (at > from) out[from] = zero + rest;
  return from + digits;
}

function digitsOf(value: number): number {
  if (value < 100_000) {
    if (value < 100) return value < 10 ? 1 : 2;
    return value < 1000 ? 3 : value < 10_000 ? 4 : 5;
  }
  if (value < 10_000_000) return value < 1_000_000 ? 6 : 7;
  return value < 100_000_000 ? 8 : value < 1_000_000_000 ? 9 : 10;
}
