import { type Static, Type } from '../typebox.ts';
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

/** A file that waits to be imported, and its first lines as cells by the delimiter it seems to have. */
const FileEncoding = Type.Union([
  Type.Literal('utf-8'),
  Type.Literal('windows-1252'),
  Type.Literal('utf-16le'),
]);

export const ImportFile = Type.Object(
  {
    id: FileId,
    name: Type.String(),
    bytes: Count,
    /** What it seems to be by all of its bytes. */
    encoding: FileEncoding,
    delimiter: Type.String(),
    lines: Type.Array(Type.Array(Type.String())),
  },
  open,
);

const ColumnName = Type.String({
  minLength: 1,
  maxLength: 200,
  description: 'name of a column in the first line, or #1 for the first column',
});

const importCheck = {
  file: FileId,
  format: Type.Optional(
    Type.Object(
      {
        delimiter: Type.Optional(
          Type.Union([Type.Literal(','), Type.Literal(';'), Type.Literal('\t'), Type.Literal('|')]),
        ),
        /** A comma where the delimiter is a semicolon, else a point. */
        decimal: Type.Optional(Type.Union([Type.Literal('.'), Type.Literal(',')])),
        encoding: Type.Optional(FileEncoding),
        /** Whether the first line has names of columns; true. */
        header: Type.Optional(Type.Boolean()),
        /** Texts that stand for no value, besides an empty cell. */
        empty: Type.Optional(Type.Array(Type.String({ maxLength: 40 }), { maxItems: 20 })),
      },
      open,
    ),
  ),
  time: Type.Object(
    {
      /** One column, or day and time. */
      columns: Type.Array(ColumnName, { minItems: 1, maxItems: 2 }),
      format: Type.String({
        minLength: 1,
        maxLength: 64,
        description: 'iso, unix, unixMs or a pattern such as DD.MM.YYYY HH:mm',
      }),
      /** Of times that do not say theirs; the site's. */
      zone: Type.Optional(Type.String({ maxLength: 64 })),
      /** Of the window that a mean is of; a counter's reading is always that of the window's end. */
      means: Type.Optional(Type.Union([Type.Literal('start'), Type.Literal('end')])),
    },
    open,
  ),
  columns: Type.Array(
    Type.Object(
      {
        column: ColumnName,
        /** Only lines that say this in another column. */
        where: Type.Optional(
          Type.Object({ column: ColumnName, equals: Type.String({ maxLength: 200 }) }, open),
        ),
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

/** What is to be imported of a file, and how it is read. */
export const ImportCheck = Type.Object(importCheck, open);

export const ImportRequest = Type.Object(
  { ...importCheck, why: Type.String({ minLength: 1, maxLength: 500, description: 'why it is imported' }) },
  open,
);

export const ImportsQuery = Type.Object(pageFields, open);

export const ImportPath = Type.Object(
  { id: Type.String({ pattern: '^[1-9][0-9]{0,8}$', description: 'number of an import' }) },
  open,
);

const LineMistakes = Type.Object(
  {
    count: Count,
    /** The first hundred; line 0 is the file as a whole. */
    first: Type.Array(Type.Object({ line: Count, column: Type.String(), message: Type.String() }, open)),
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
