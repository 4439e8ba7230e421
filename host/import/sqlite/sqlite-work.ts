import { importLimits } from '../limits.ts';
import { SqliteFile, type SqliteRows, type SqliteTable } from './sqlite-file.ts';

/** What a thread does with one file. */
export interface SqliteWork {
  open: (path: string) => Promise<void>;
  tables: () => Promise<SqliteTable[]>;
  begin: (table: string, columns: readonly string[] | undefined) => Promise<readonly string[]>;
  next: () => Promise<SqliteRows>;
  close: () => Promise<void>;
}

export function sqliteWork(): SqliteWork {
  let file: SqliteFile | undefined;
  const opened = (): SqliteFile => {
    if (file === undefined) throw new Error('no file is open');
    return file;
  };
  return {
    open: async path => {
      file = new SqliteFile(path);
    },
    tables: async () => opened().tables(),
    begin: async (table, columns) => opened().begin(table, columns && new Set(columns)),
    next: async () => opened().next(importLimits.rows),
    close: async () => {
      file?.close();
      file = undefined;
    },
  };
}
