import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { makeFolder } from '../make-folder.ts';
import { isGzip, kindOfBytes, kindOfText, likelyPrecision } from './file-kind.ts';
import { firstRows, shownCells, shownLines } from './first-rows.ts';
import { EncodingGuess, type FileEncoding } from './likely-encoding.ts';
import { firstLines, likelyLayout, unitsBelow } from './likely-layout.ts';
import { importLimits } from './limits.ts';
import type { FileFormat } from './order.ts';
import { SqliteError } from './sqlite/sqlite-error.ts';
import type { SqliteTable } from './sqlite/sqlite-file.ts';
import { SqliteThread } from './sqlite/sqlite-thread.ts';

/** A file that waits to be imported, what it seems to be, and its first lines as an import would see them. */
export interface WaitingFile {
  readonly id: string;
  readonly name: string;
  readonly bytes: number;
  readonly format: FileFormat;
  /** How its times are written, where the kind of file says so. */
  readonly timeFormat: string | null;
  /** Of a database: what can be read in it. */
  readonly tables: readonly SqliteTable[];
  readonly lines: readonly (readonly string[])[];
  /** What stands below the names of a CSV, by column. */
  readonly units?: readonly string[];
}

/** More bytes than a file may have. */
export class FileTooLarge extends Error {}

const headBytes = 64 * 1024;

/** Files that wait to be imported: a few, until the host ends or newer ones need their place. */
export class ImportFiles {
  readonly #dir: string;
  /** The oldest first. */
  readonly #files = new Map<string, { readonly name: string; readonly bytes: number }>();
  #isTidy = false;

  constructor(dir: string) {
    this.#dir = dir;
  }

  /**
   * Takes a file as it comes, packed with gzip or not, whatever its name says.
   * @param isPacked it is said to be packed: where it is not, that is a mistake
   * @throws FileTooLarge; WrongKind; SqliteError; Error of the disk, or of broken gzip
   */
  async take(name: string, stream: Readable, { isPacked = false } = {}): Promise<WaitingFile> {
    await this.#tidy();
    const id = randomBytes(8).toString('hex');
    const path = this.#pathOf(id);
    const guess = new EncodingGuess();
    const first = new FirstBytes(piece => guess.add(piece));
    try {
      const { head, whole } = await peeked(stream);
      if (isPacked || isGzip(head)) await pipeline(whole, createGunzip(), first, createWriteStream(path));
      else await pipeline(whole, first, createWriteStream(path));
      const kind = kindOfBytes(first.head);
      const seen =
        kind === 'sqlite' ? await seenInDatabase(path) : await seenInText(path, guess.end(), first.head);
      this.#files.set(id, { name, bytes: first.bytes });
      await this.#makeRoom();
      return { id, name, bytes: first.bytes, ...seen };
    } catch (error) {
      await removeFile(path);
      throw error;
    }
  }

  /** The oldest make way, but never the newest. */
  async #makeRoom(): Promise<void> {
    for (const oldest of [...this.#files.keys()].slice(0, -1)) {
      const bytes = [...this.#files.values()].reduce((sum, file) => sum + file.bytes, 0);
      if (this.#files.size <= importLimits.files && bytes <= importLimits.filesBytes) break;
      await this.remove(oldest);
    }
  }

  /** Where a file is, and its name; undefined for one that is not there any more. */
  find(id: string): { readonly path: string; readonly name: string; readonly bytes: number } | undefined {
    const file = this.#files.get(id);
    return file === undefined ? undefined : { path: this.#pathOf(id), ...file };
  }

  async remove(id: string): Promise<void> {
    if (this.#files.delete(id)) await removeFile(this.#pathOf(id));
  }

  /** What a host before left. */
  async #tidy(): Promise<void> {
    if (this.#isTidy) return;
    this.#isTidy = true;
    await rm(this.#dir, { recursive: true, force: true });
    await makeFolder(this.#dir);
  }

  #pathOf(id: string): string {
    return join(this.#dir, `${id}.file`);
  }
}

/** With the lock that a database may have left. */
async function removeFile(path: string): Promise<void> {
  await rm(path, { force: true });
  await rm(`${path}.lock`, { recursive: true, force: true });
}

/** Counts bytes up to the bound, and keeps the first of them. */
class FirstBytes extends Transform {
  readonly #add: (piece: Buffer) => void;
  bytes = 0;
  head = Buffer.alloc(0);

  constructor(add: (piece: Buffer) => void) {
    super();
    this.#add = add;
  }

  override _transform(piece: Buffer, _encoding: string, done: (error?: Error, piece?: Buffer) => void): void {
    this.bytes += piece.length;
    if (this.bytes > importLimits.fileBytes) {
      done(new FileTooLarge());
      return;
    }
    if (this.head.length < headBytes) this.head = Buffer.concat([this.head, piece]).subarray(0, headBytes);
    this.#add(piece);
    done(undefined, piece);
  }
}

/** The first bytes of a stream, and all of it with them. */
async function peeked(
  stream: Readable,
): Promise<{ readonly head: Buffer; readonly whole: AsyncIterable<Buffer> }> {
  const pieces = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  let head = Buffer.alloc(0);
  let isEnd = false;
  while (head.length < 2 && !isEnd) {
    const { value, done } = await pieces.next();
    if (done === true) isEnd = true;
    else head = Buffer.concat([head, value]);
  }
  async function* whole(): AsyncGenerator<Buffer> {
    if (head.length > 0) yield head;
    for (;;) {
      const { value, done } = await pieces.next();
      if (done === true) return;
      yield value;
    }
  }
  return { head, whole: whole() };
}

type Seen = Pick<WaitingFile, 'format' | 'timeFormat' | 'tables' | 'lines' | 'units'>;

const plain = { delimiter: ',', decimal: '.', encoding: 'utf-8', hasHeader: true, empty: [] } as const;

async function seenInText(path: string, encoding: FileEncoding, head: Buffer): Promise<Seen> {
  const text = new TextDecoder(encoding).decode(head);
  if (kindOfText(text.slice(0, text.lastIndexOf('\n') + 1) || `${text}\n`) === 'lines') {
    const format: FileFormat = { ...plain, kind: 'lines', encoding, series: ['series'] };
    const timeFormat = likelyPrecision(text);
    return { format, timeFormat, tables: [], lines: await firstRows(path, { format, timeFormat }) };
  }
  const layout = likelyLayout(text);
  const { delimiter } = layout;
  const format: FileFormat = {
    ...{ kind: 'csv', encoding, empty: [], ...layout },
    decimal: delimiter === ';' ? ',' : '.',
  };
  return {
    format,
    timeFormat: null,
    tables: [],
    lines: firstLines(text, layout, shownLines).map(cells => shownCells(cells)),
    ...(layout.under > 0 && { units: unitsBelow(text, layout) }),
  };
}

/** @throws SqliteError where it cannot be read, or has no tables */
async function seenInDatabase(path: string): Promise<Seen> {
  const thread = await SqliteThread.open(path);
  let tables: SqliteTable[];
  try {
    tables = await thread.call('tables', []);
  } finally {
    await thread.end();
  }
  const [first] = tables;
  if (first === undefined) throw new SqliteError('the database has no tables');
  // Values are where the times are, and where most rows are.
  const timed = tables.filter(({ columns }) => columns.some(name => timeName.test(name)));
  const likely = timed.reduce(
    (most, each) => ((each.rows ?? 0) > (most.rows ?? 0) ? each : most),
    timed[0] ?? first,
  );
  const format: FileFormat = { ...plain, kind: 'sqlite', table: likely.name };
  return { format, timeFormat: null, tables, lines: await firstOf(path, format, likely.columns) };
}

/** Of a view that gives no rows the names alone: the file may have a table that is to be chosen instead. */
async function firstOf(path: string, format: FileFormat, names: readonly string[]): Promise<string[][]> {
  try {
    return await firstRows(path, { format, timeFormat: 'iso' });
  } catch (error) {
    if (error instanceof SqliteError && error.field === 'format.table') return [shownCells(names)];
    throw error;
  }
}

const timeName = /time|date|stamp|zeit|datum|hora|data|^(?:ts|at|t|when|created.*)$/i;
