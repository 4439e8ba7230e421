import { importLimits } from '../import/limits.ts';
import { type Static, Type } from '../typebox.ts';
import { Why as FaultWhy } from './contract-faults.ts';
import { Count, MeterKey, Nullable, open, pageFields, TimeMs } from './contract-parts.ts';

export const ImportFileQuery = Type.Object(
  {
    name: Type.Optional(
      Type.String({ minLength: 1, maxLength: 200, description: 'name of the file, to be shown' }),
    ),
  },
  open,
);

const FileId = Type.String({ pattern: '^[0-9a-f]{16}$', description: 'id of a file that was sent' });

const ColumnName = Type.String({
  minLength: 1,
  maxLength: 200,
  description: 'name of a column in the first line, or #1 for the first column',
});

const FileEncoding = Type.Union([
  Type.Literal('utf-8'),
  Type.Literal('windows-1252'),
  Type.Literal('utf-16le'),
  Type.Literal('utf-16be'),
]);

const Delimiter = Type.Union([Type.Literal(','), Type.Literal(';'), Type.Literal('\t'), Type.Literal('|')]);

/** How a file is read. Of line protocol and databases only `kind`, `table`, `empty`, `series` and `decimal` mean anything. */
const ImportFormat = Type.Object(
  {
    /** csv; lines: line protocol of InfluxDB, with the columns time, series and value; sqlite: a database. */
    kind: Type.Optional(Type.Union([Type.Literal('csv'), Type.Literal('lines'), Type.Literal('sqlite')])),
    /** Of a database: the table or view. */
    table: Type.Optional(Type.String({ maxLength: 200 })),
    delimiter: Type.Optional(Delimiter),
    /** A comma where the delimiter is a semicolon, else a point. */
    decimal: Type.Optional(Type.Union([Type.Literal('.'), Type.Literal(',')])),
    /** What stands between the thousands of a number; nothing. */
    thousands: Type.Optional(
      Type.Union([Type.Literal('.'), Type.Literal(','), Type.Literal(' '), Type.Literal("'")]),
    ),
    encoding: Type.Optional(FileEncoding),
    /** Whether a line has names of columns; true. */
    header: Type.Optional(Type.Boolean()),
    /** Lines before it, and lines between names and values. */
    skip: Type.Optional(Type.Integer({ minimum: 0, maximum: 100 })),
    under: Type.Optional(Type.Integer({ minimum: 0, maximum: 100 })),
    /** Whether lines that begin with # are comments; false. Those of InfluxDB's annotated CSV are understood. */
    comments: Type.Optional(Type.Boolean()),
    /** Whether lines may end early, with what is missing empty; false. */
    ragged: Type.Optional(Type.Boolean()),
    /** Texts that stand for no value, besides an empty cell. */
    empty: Type.Optional(Type.Array(Type.String({ maxLength: 40 }), { maxItems: 20 })),
    /** Columns that together say of which series a line is; with a blank between they are the column `series`. */
    series: Type.Optional(Type.Array(ColumnName, { minItems: 1, maxItems: 8 })),
  },
  open,
);

/** A file that waits to be imported: what it seems to be, and its first lines as an import would see them. */
export const ImportFile = Type.Object(
  {
    id: FileId,
    name: Type.String(),
    bytes: Count,
    /** How it seems to be read, by all of its bytes and its first lines. */
    format: ImportFormat,
    /** How its times are written, where the kind of file says so. */
    timeFormat: Nullable(Type.String()),
    /** Of a database: what can be read in it. */
    tables: Type.Array(
      Type.Object(
        {
          name: Type.String(),
          isView: Type.Boolean(),
          columns: Type.Array(Type.String()),
          /** At most so many. */
          rows: Nullable(Count),
        },
        open,
      ),
    ),
    /** Names first. */
    lines: Type.Array(Type.Array(Type.String())),
    /** What stands below the names of a CSV, such as units, by column. */
    units: Type.Optional(Type.Array(Type.String())),
  },
  { ...open, $id: 'ImportFile' },
);

/** A closer look at a file: read so, and which series its lines are of where the format says what names them. */
export const ImportLookRequest = Type.Object(
  {
    file: FileId,
    format: Type.Optional(ImportFormat),
    /** Of line protocol: the precision of its times, as in an import. */
    timeFormat: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
  },
  open,
);

export const ImportLook = Type.Object(
  {
    /** The first lines, names first. */
    lines: Type.Array(Type.Array(Type.String())),
    /** Of the whole file, where series were asked for. */
    count: Nullable(Count),
    /**
     * Up to a thousand, in the order of the file: how many lines, the first of them in short, and which of its first two
     * hundred cells are ever filled, from 0.
     */
    series: Type.Array(
      Type.Object(
        {
          name: Type.String(),
          lines: Count,
          example: Type.Array(Type.String()),
          filled: Type.Array(Count),
        },
        open,
      ),
    ),
    /** Lines of further series, and lines that cannot be read. */
    otherLines: Count,
    wrongLines: Count,
  },
  { ...open, $id: 'ImportLook' },
);

export const ImportFilePath = Type.Object({ id: FileId }, open);

/** A file that waits, and how far what is done with it is. */
export const ImportFileState = Type.Object(
  {
    id: FileId,
    name: Type.String(),
    bytes: Count,
    work: Nullable(
      Type.Object(
        {
          is: Type.Union([Type.Literal('look'), Type.Literal('check'), Type.Literal('import')]),
          /** Of the file that is read, 0 to 1; null where it is not known. */
          share: Nullable(Type.Number()),
          lines: Count,
        },
        open,
      ),
    ),
  },
  { ...open, $id: 'ImportFileState' },
);

const importCheck = {
  file: FileId,
  format: Type.Optional(ImportFormat),
  time: Type.Object(
    {
      /** One column, or day and time. */
      columns: Type.Array(ColumnName, { minItems: 1, maxItems: 2 }),
      format: Type.String({
        minLength: 1,
        maxLength: 64,
        description: 'iso, unix, unixMs, unixUs, unixNs or a pattern such as DD.MM.YYYY HH:mm',
      }),
      /** Of times that do not say theirs; the site's. */
      zone: Type.Optional(Type.String({ maxLength: 64 })),
      /**
       * Of the window that a mean is of; a counter's reading is always that of the window's end. instant: a value stands
       * until the next one, or for the length of a window where that comes later than usual.
       */
      means: Type.Optional(Type.Union([Type.Literal('start'), Type.Literal('end'), Type.Literal('instant')])),
    },
    open,
  ),
  columns: Type.Array(
    Type.Object(
      {
        column: ColumnName,
        /** Only lines that say this in another column. */
        where: Type.Optional(
          Type.Object(
            { column: ColumnName, equals: Type.String({ maxLength: importLimits.nameCharacters }) },
            open,
          ),
        ),
        /** Columns of the least and the greatest of a gauge's window. */
        low: Type.Optional(ColumnName),
        high: Type.Optional(ColumnName),
        meter: MeterKey,
        /** A gauge's values are means over the window, a counter's are readings. */
        quantity: Type.String({ maxLength: 64 }),
        /** To the quantity's unit: 1000 for kWh. */
        factor: Type.Optional(Type.Number({ minimum: -1e12, maximum: 1e12 })),
      },
      open,
    ),
    { minItems: 1, maxItems: 200 },
  ),
  /** Length of the windows, s; without it the distance that the lines have most often. */
  windowS: Type.Optional(Type.Integer({ minimum: 1, maximum: 3600 })),
  /** Where there are windows already: import nothing, or only what lies between them. */
  overlap: Type.Optional(Type.Union([Type.Literal('refuse'), Type.Literal('fill')])),
  /** Of what cannot be read: import nothing, or the rest. */
  mistakes: Type.Optional(Type.Union([Type.Literal('refuse'), Type.Literal('leaveOut')])),
} as const;

const Why = Type.String({ minLength: 1, maxLength: 500, description: 'why it is imported' });

/** What is to be imported of a file, and how it is read. `why` is for the import: what is checked can be sent as it is. */
export const ImportCheck = Type.Object({ ...importCheck, why: Type.Optional(Why) }, open);

export const ImportRequest = Type.Object({ ...importCheck, why: Why }, open);

export const ImportsQuery = Type.Object(pageFields, open);

export const ImportPath = Type.Object(
  { id: Type.String({ pattern: '^[1-9][0-9]{0,8}$', description: 'number of an import' }) },
  open,
);

const LineMistakes = Type.Object(
  {
    count: Count,
    /** The first hundred; line 0 is the file as a whole. */
    first: Type.Array(
      Type.Object(
        { line: Count, column: Type.String(), message: Type.String(), why: Type.Optional(FaultWhy) },
        open,
      ),
    ),
  },
  open,
);

export const ImportReport = Type.Object(
  {
    lines: Count,
    windows: Count,
    fromMs: Nullable(TimeMs),
    toMs: Nullable(TimeMs),
    series: Type.Array(
      Type.Object(
        {
          key: Type.String(),
          isNew: Type.Boolean(),
          windows: Count,
          values: Count,
          fromMs: Nullable(TimeMs),
          toMs: Nullable(TimeMs),
          windowS: Nullable(Count),
          overlapping: Count,
        },
        open,
      ),
    ),
    mistakes: LineMistakes,
    /** Values that cannot be true: left out. */
    implausible: LineMistakes,
    /**
     * What may be meant otherwise, and is imported as it was read: numbers such as 1.234 in a file where each might be one
     * thousand, and readings of counters below the one before, as of counters that began anew.
     */
    doubts: LineMistakes,
    /** Lines of series or devices that were not asked for: left out. The first twenty of their names with their lines. */
    others: Type.Object(
      { lines: Count, first: Type.Array(Type.Object({ name: Type.String(), lines: Count }, open)) },
      open,
    ),
    /** Times that clocks show twice in autumn: the order of the lines told which was meant. */
    twice: Count,
    /** Where there are windows already, the first hundred stretches. */
    overlaps: Type.Array(
      Type.Object({ series: Type.String(), fromMs: TimeMs, toMs: TimeMs, windows: Count }, open),
    ),
    /** Why it is not imported as it stands; empty where it is. */
    obstacles: Type.Array(Type.String()),
  },
  { ...open, $id: 'ImportReport' },
);

export const ImportEntry = Type.Object(
  {
    id: Count,
    atMs: TimeMs,
    who: Type.String(),
    why: Type.String(),
    fileName: Type.String(),
    windows: Count,
    fromMs: TimeMs,
    toMs: TimeMs,
    series: Type.Array(Type.String()),
    /** Lines and values that were left out. */
    leftOut: Count,
    undone: Nullable(Type.Object({ atMs: TimeMs, who: Type.String() }, open)),
  },
  { ...open, $id: 'ImportEntry' },
);

export type ImportCheck = Static<typeof ImportCheck>;
export type ImportReport = Static<typeof ImportReport>;
export type ImportEntry = Static<typeof ImportEntry>;
export type ImportFile = Static<typeof ImportFile>;
export type ImportFormat = Static<typeof ImportFormat>;
export type ImportLook = Static<typeof ImportLook>;
export type ImportFileState = Static<typeof ImportFileState>;
