import { closeSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import sqlite from 'node-sqlite3-wasm';
import { importLimits } from '../limits.ts';
import { SqliteError } from './sqlite-error.ts';

/** A table or view, its columns in their order, and how many rows it has at most where that is known at once. */
export interface SqliteTable {
  readonly name: string;
  readonly isView: boolean;
  readonly columns: readonly string[];
  readonly rows: number | null;
}

/** Rows as cells, and whether these are the last. */
export interface SqliteRows {
  readonly rows: readonly (readonly string[])[];
  readonly isEnd: boolean;
}

type Cells = Record<string, number | bigint | string | Uint8Array | null>;

/**
 * A file of SQLite, read page by page and never trusted: nothing in it is run but the views that are asked for, without
 * functions that do more than compute (https://www.sqlite.org/security.html, "Untrusted SQLite Database Files").
 * Whatever it does blocks: it belongs into a thread.
 */
export class SqliteFile {
  readonly #database: InstanceType<typeof sqlite.Database>;
  #statement: ReturnType<InstanceType<typeof sqlite.Database>['prepare']> | undefined;
  #rows: Iterator<Cells> | undefined;
  #failure: unknown;

  /** @param path a copy of our own, which nobody else reads: see `leaveLogAside`. @throws SqliteError */
  constructor(path: string) {
    // The library locks by a folder, which a thread that was ended in the middle leaves.
    rmSync(lockOf(path), { recursive: true, force: true });
    leaveLogAside(path);
    this.#database = told(() => new sqlite.Database(path, { readOnly: true, fileMustExist: true }));
    told(() => {
      for (const pragma of [
        'trusted_schema = OFF',
        'cell_size_check = ON',
        'query_only = ON',
        'cache_size = -8192',
      ])
        this.#database.exec(`PRAGMA ${pragma}`);
    });
  }

  /** Tables and views that can be read, in order of their names. @throws SqliteError */
  tables(): SqliteTable[] {
    const list = told(() =>
      this.#database.all(
        `SELECT name, type FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
         ORDER BY type, name LIMIT ${importLimits.tables}`,
      ),
    );
    return list.flatMap(({ name, type }) => {
      const columns = this.#columnsOf(String(name));
      if (columns.length === 0) return [];
      const isView = type === 'view';
      return [{ name: String(name), isView, columns, rows: isView ? null : this.#rowsOf(String(name)) }];
    });
  }

  /** Begins to read a table. @param columns those that are wanted; all where undefined @throws SqliteError */
  begin(table: string, columns: ReadonlySet<string> | undefined): readonly string[] {
    this.#end();
    const names = this.#columnsOf(table);
    if (names.length === 0) {
      const known = this.tables().map(({ name }) => JSON.stringify(name));
      const list = known.length === 0 ? 'the file has no table' : `${known.join(', ')} are allowed`;
      throw new SqliteError(`${JSON.stringify(table)} given; ${list}`, 'format.table');
    }
    if (names.length > importLimits.cells)
      throw new SqliteError(
        `${names.length} columns; at most ${importLimits.cells} are allowed`,
        'format.table',
      );
    const cells = names.map((name, index) => {
      const isWanted = columns === undefined || columns.has(name) || columns.has(`#${index + 1}`);
      return `${isWanted ? cellOf(name) : 'NULL'} AS c${index}`;
    });
    told(() => {
      this.#statement = this.#database.prepare(`SELECT ${cells.join(', ')} FROM ${quoted(table)}`);
      this.#rows = this.#statement.iterate() as Iterator<Cells>;
    });
    return names;
  }

  /** The next rows, fewer where they are long. @throws SqliteError where the file is damaged there */
  next(most: number): SqliteRows {
    const rows: string[][] = [];
    let characters = 0;
    if (this.#failure !== undefined) throw this.#failure;
    while (rows.length < most && characters < importLimits.rowsCharacters) {
      let next: IteratorResult<Cells> | undefined;
      try {
        next = told(() => this.#rows?.next());
      } catch (error) {
        this.#failure = error;
        // What was read before the damage is good, and goes first.
        if (rows.length > 0) return { rows, isEnd: false };
        throw error;
      }
      if (next === undefined || next.done === true) return { rows, isEnd: true };
      const cells = Object.values(next.value).map(textOf);
      for (const cell of cells) characters += cell.length;
      rows.push(cells);
    }
    return { rows, isEnd: false };
  }

  close(): void {
    this.#end();
    this.#database.close();
  }

  #end(): void {
    const statement = this.#statement;
    this.#statement = undefined;
    this.#rows = undefined;
    this.#failure = undefined;
    try {
      statement?.finalize();
    } catch {
      // Tells once more what its last step has told.
    }
  }

  /** Also those that are computed; none of a table that cannot be read, such as one of an unknown module. */
  #columnsOf(table: string): string[] {
    try {
      const rows = this.#database.all('SELECT name FROM pragma_table_xinfo(?) WHERE hidden <> 1', [table]);
      return rows.map(({ name }) => String(name));
    } catch {
      return [];
    }
  }

  /** The largest row number; null where the table has none. */
  #rowsOf(table: string): number | null {
    try {
      const row = this.#database.get(`SELECT max(rowid) AS most FROM ${quoted(table)}`);
      return row?.most === null || row?.most === undefined ? 0 : Math.max(0, Number(row.most));
    } catch {
      return null;
    }
  }
}

/** Where node-sqlite3-wasm keeps the lock of a file. */
const lockOf = (path: string): string => `${path}.lock`;

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** Long texts and bytes are only told of: they are no measurements, and are not read. */
function cellOf(name: string): string {
  const column = quoted(name);
  return `CASE typeof(${column}) WHEN 'blob' THEN '<' || length(${column}) || ' bytes>'
    WHEN 'text' THEN CASE WHEN octet_length(${column}) > ${importLimits.cellCharacters}
      THEN '<text of ' || octet_length(${column}) || ' bytes>' ELSE ${column} END
    ELSE ${column} END`;
}

/** A number as it is written in the shortest exact form. */
const textOf = (value: Cells[string]): string =>
  value === null ? '' : value instanceof Uint8Array ? `<${value.length} bytes>` : String(value);

/**
 * A database in write-ahead mode says so in bytes 18 and 19 of its header, and is then looked for a log beside it, which
 * nobody sent. What it had already taken out of its log is whole without it, so the copy is marked as one that has none
 * (https://www.sqlite.org/fileformat2.html, "File format version numbers").
 */
function leaveLogAside(path: string): void {
  const file = openSync(path, 'r+');
  try {
    const versions = Buffer.alloc(2);
    readSync(file, versions, 0, 2, 18);
    if (versions[0] === 2 || versions[1] === 2) writeSync(file, Buffer.from([1, 1]), 0, 2, 18);
  } finally {
    closeSync(file);
  }
}

/** In words for people. */
function told<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof SqliteError) throw error;
    const message = error instanceof Error ? error.message : String(error);
    if (/malformed|not a database|disk I\/O|short read/i.test(message))
      throw new SqliteError(
        `the database is damaged here (${message}); with sqlite3 OLD .recover makes a new one of what is left`,
      );
    throw new SqliteError(`SQLite says: ${message}`);
  }
}
