import type { ByteText } from './byte-text.ts';

/** A value for people. */
export interface ValueRow {
  readonly code: string;
  readonly value: string;
  readonly unit: string;
  readonly name: string;
}

/** A text longer than this does not widen the column that numbers stand in. */
const widestNumber = 24;

/** Rows under each other, numbers to the right so that their units begin in one column; an empty line at the end. */
export function writeRows(out: ByteText, rows: readonly ValueRow[]): void {
  const widest = (texts: readonly string[]): number =>
    Math.max(0, ...texts.filter(({ length }) => length <= widestNumber).map(({ length }) => length));
  const codeWidth = widest(rows.map(({ code }) => code));
  const valueWidth = widest(rows.map(({ value }) => value));
  const unitWidth = widest(rows.map(({ unit }) => unit));
  for (const { code, value, unit, name } of rows) {
    out.line(
      `  ${code.padEnd(codeWidth)}  ${value.padStart(valueWidth)} ${unit.padEnd(unitWidth)}  ${name}`.trimEnd(),
    );
  }
  out.line('');
}
