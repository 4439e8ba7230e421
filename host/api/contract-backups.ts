import { type Static, Type } from '../typebox.ts';

/** Copies of all that is stored, as the host makes them by the clock and when asked. */
const open = { additionalProperties: false } as const;
const Nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const TimeMs = Type.Integer({ description: 'UTC, ms since 1970' });
const Count = Type.Integer({ minimum: 0 });

/** A finished backup. Each was read back whole and held to the database before it got its name. */
export const Backup = Type.Object(
  {
    /** Of its file in the folder. */
    name: Type.String(),
    atMs: TimeMs,
    /** Of the database; what is in `archiveBytes` lies in files of its own. */
    bytes: Count,
    archiveFiles: Count,
    archiveBytes: Count,
    /** Rows of all tables; null for one whose note is gone: a restore checks it all the same. */
    rows: Nullable(Count),
  },
  { ...open, $id: 'Backup' },
);

export const Backups = Type.Object(
  {
    /** Folder of the host's machine, as the host's setting `dataDir` gives it. */
    folder: Type.String(),
    dataDir: Type.String(),
    /** Hours from one to the next; 0: only when asked. */
    everyHours: Count,
    /** How many of the newest stay. */
    keep: Count,
    nextMs: Nullable(TimeMs),
    /** The one being made; `doneBytes` of `ofBytes` are copied, then the copy is read back. */
    running: Nullable(
      Type.Object(
        {
          sinceMs: TimeMs,
          step: Type.Union([Type.Literal('waiting'), Type.Literal('copying'), Type.Literal('checking')]),
          doneBytes: Count,
          ofBytes: Count,
        },
        open,
      ),
    ),
    /** Why the last one could not be made; null where it could, or none was since the host began. */
    failure: Nullable(Type.Object({ atMs: TimeMs, why: Type.String() }, open)),
    /** The newest first. */
    backups: Type.Array(Backup),
  },
  { ...open, $id: 'Backups' },
);

export const BackupPath = Type.Object(
  {
    name: Type.String({
      pattern: '^joulegate-[0-9TZ-]{1,40}\\.duckdb$',
      description: 'name of a backup, such as joulegate-2026-11-21T06-25-01Z.duckdb',
    }),
  },
  open,
);

/** The database of a backup, as DuckDB reads it. */
export const BackupFile = Type.String({ format: 'binary' });

export type Backup = Static<typeof Backup>;
export type Backups = Static<typeof Backups>;
