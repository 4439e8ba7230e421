import { LineCursor } from './line-cursor.ts';
import { type LinePrecision, timeOf } from './line-time.ts';

export type FieldValue = number | boolean | string;

/** One line as it was meant. */
export interface LinePoint {
  /** Its number, from 1. */
  readonly line: number;
  readonly measurement: string;
  readonly tags: ReadonlyMap<string, string>;
  readonly fields: ReadonlyMap<string, FieldValue>;
  /** UTC, ms; undefined where the line has no time. */
  readonly atMs: number | undefined;
}

/** What is wrong with one line: where, what is allowed. */
export interface LineMistake {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

export interface LinesRead {
  readonly points: readonly LinePoint[];
  /** The first of them, one of each line. */
  readonly mistakes: readonly LineMistake[];
  /** Lines that were not understood. */
  readonly wrong: number;
  /** More fields than are taken at once: what is behind was not read. */
  readonly isTooLong: boolean;
  /** Where the first line begins of which a text has no end: it may go on behind what was read. */
  readonly openAt: number | undefined;
}

const partsMost = 256;
const nameMost = 1024;

/**
 * Reads InfluxDB's line protocol (documentation of InfluxDB 2, "Line protocol"): `measurement,tag=a field=1,other=2i TIME`.
 * Lines that are wrong are told and passed over. Never throws; stops behind `fieldsMost` fields.
 */
export function readLines(
  text: string,
  precision: LinePrecision,
  fieldsMost: number,
  mistakesMost = 50,
): LinesRead {
  const cursor = new LineCursor(text);
  const points: LinePoint[] = [];
  const mistakes: LineMistake[] = [];
  let [wrong, fields] = [0, 0];
  let openAt: number | undefined;
  while (!cursor.isAtEnd && fields <= fieldsMost) {
    cursor.skipBlanks();
    if (cursor.isAtLineEnd || cursor.peek() === '#') {
      cursor.skipLine();
      continue;
    }
    const { at } = cursor;
    const read = readPoint(cursor, precision);
    if (typeof read === 'string') {
      wrong++;
      // Read from its quote to the end of all, and no other quote found.
      if (cursor.peek() === '"' && text[cursor.at - 1] === '=') openAt ??= at;
      if (mistakes.length < mistakesMost)
        mistakes.push({ line: cursor.line, column: cursor.column, message: read });
    } else {
      points.push(read);
      fields += read.fields.size;
    }
    cursor.skipLine();
  }
  return { points, mistakes, wrong, isTooLong: fields > fieldsMost, openAt };
}

/** The point that begins here, or what is wrong where the cursor stands then. */
function readPoint(cursor: LineCursor, precision: LinePrecision): LinePoint | string {
  const { line } = cursor;
  const measurement = cursor.name(', ', ', ');
  if (measurement === '') return 'the name of the measurement is missing';
  if (measurement.length > nameMost) return tooLong;
  const tags = new Map<string, string>();
  while (cursor.peek() === ',') {
    cursor.at++;
    const key = cursor.name('=, ');
    if (key === '' || cursor.peek() !== '=') return 'a tag is written name=value';
    cursor.at++;
    const value = cursor.name(', =');
    if (value === '') return `the tag ${show(key)} has no value`;
    if (cursor.peek() === '=')
      return `the tag ${show(key)} has a second =; write \\= where it is part of the value`;
    if (key.length > nameMost || value.length > nameMost) return tooLong;
    if (tags.size >= partsMost) return `more than ${partsMost} tags`;
    tags.set(key, value);
  }
  if (cursor.peek() !== ' ') return 'a blank and fields are needed behind the measurement';
  cursor.skipBlanks();
  const fields = new Map<string, FieldValue>();
  const wrong = readFields(cursor, fields);
  if (wrong !== undefined) return wrong;
  cursor.skipBlanks();
  if (cursor.isAtLineEnd) return { line, measurement, tags, fields, atMs: undefined };
  const at = cursor.at;
  const digits = cursor.name(' ');
  const endAt = cursor.at;
  cursor.skipBlanks();
  if (!cursor.isAtLineEnd) return 'the line goes on behind its time';
  const atMs = timeOf(digits, precision);
  if (atMs !== undefined) return { line, measurement, tags, fields, atMs };
  cursor.at = Math.min(at, endAt);
  return `${show(digits)} is no time; a whole number of ${precision} since 1970 is allowed`;
}

function readFields(cursor: LineCursor, fields: Map<string, FieldValue>): string | undefined {
  for (;;) {
    const key = cursor.name('=, ');
    if (key === '' || cursor.peek() !== '=') return 'a field is written name=value';
    if (key.length > nameMost) return tooLong;
    cursor.at++;
    const value = cursor.peek() === '"' ? readText(cursor) : readBare(cursor);
    if (value === undefined)
      return `the value of the field ${show(key)}: a number, a whole number with i or u, true, false or "text" is allowed`;
    if (fields.size >= partsMost && !fields.has(key)) return `more than ${partsMost} fields`;
    fields.set(key, value);
    if (cursor.peek() !== ',') break;
    cursor.at++;
  }
  return cursor.isAtLineEnd || cursor.peek() === ' '
    ? undefined
    : 'a comma or a blank is needed behind a field';
}

/** A text in quotes, which may go over lines. Undefined, and the cursor where it was, where its end is missing. */
function readText(cursor: LineCursor): string | undefined {
  const { text, at } = cursor;
  let read = '';
  let index = at + 1;
  for (; index < text.length && text[index] !== '"'; index++) {
    const isEscape = text[index] === '\\' && (text[index + 1] === '"' || text[index + 1] === '\\');
    if (isEscape) index++;
    read += text[index];
  }
  if (index >= text.length) return undefined;
  while (cursor.at <= index) cursor.step();
  return read;
}

const words: ReadonlyMap<string, boolean> = new Map([
  ...['t', 'T', 'true', 'True', 'TRUE'].map(word => [word, true] as const),
  ...['f', 'F', 'false', 'False', 'FALSE'].map(word => [word, false] as const),
]);

const [leastInteger, mostInteger, mostUnsigned] = [-(2n ** 63n), 2n ** 63n - 1n, 2n ** 64n - 1n];

/** A number or a boolean. Undefined, and the cursor where it was, where it is neither. */
function readBare(cursor: LineCursor): FieldValue | undefined {
  const { at } = cursor;
  const bare = cursor.name(', ');
  const value = words.get(bare) ?? numberOf(bare);
  if (value === undefined) cursor.at = at;
  return value;
}

function numberOf(bare: string): number | undefined {
  if (bare.length > 400) return undefined;
  if (/^-?\d{1,20}i$/.test(bare)) return within(BigInt(bare.slice(0, -1)), leastInteger, mostInteger);
  if (/^\d{1,20}u$/.test(bare)) return within(BigInt(bare.slice(0, -1)), 0n, mostUnsigned);
  // No digit can be read in two ways, or a long one that is wrong would take the square of its length.
  if (!/^[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d{1,4})?$/.test(bare)) return undefined;
  const value = Number(bare);
  return Number.isFinite(value) ? value : undefined;
}

const within = (value: bigint, least: bigint, most: bigint): number | undefined =>
  value >= least && value <= most ? Number(value) : undefined;

const tooLong = `a name of more than ${nameMost} characters`;

const show = (text: string): string => JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
