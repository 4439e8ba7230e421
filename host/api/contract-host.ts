import { type Static, Type } from '../typebox.ts';
import { Why } from './contract-faults.ts';
import { Count, Nullable, open, TimeMs } from './contract-parts.ts';

/** Every error: a code to choose words by, a text that is safe to show, the field it is about and what to do. */
export const ApiError = Type.Object(
  {
    code: Type.String(),
    message: Type.String(),
    field: Type.Optional(Type.String()),
    help: Type.Optional(Type.String()),
    mistakes: Type.Optional(Type.Array(Type.Object({ field: Type.String(), message: Type.String() }, open))),
    /** Of what another side refused: what the message is made of, for texts in other languages. */
    why: Type.Optional(Why),
  },
  { ...open, $id: 'ApiError' },
);

export type { HealthFacts } from '../watch/health.ts';

export const Health = Type.Object(
  {
    status: Type.Union([
      Type.Literal('ok'),
      Type.Literal('degraded'),
      Type.Literal('failing'),
      Type.Literal('starting'),
    ]),
    version: Type.String(),
    setUp: Type.Boolean(),
    /** Why it is not ok, by stable codes; `detail` for those who are signed in. */
    reasons: Type.Array(
      Type.Object(
        {
          code: Type.String(),
          level: Type.Union([Type.Literal('notice'), Type.Literal('degraded'), Type.Literal('failing')]),
          detail: Type.Optional(Type.String()),
          /** What the detail is made of, for texts in other languages; names end in their unit. */
          facts: Type.Optional(Type.Record(Type.String(), Type.Union([Type.Number(), Type.String()]))),
        },
        open,
      ),
    ),
    /** What the host counts, for those who are signed in. */
    counters: Type.Optional(Type.Record(Type.String(), Type.Number())),
  },
  open,
);

/** Whether the host answers is 200 in any case. With `ready` it is 503 while it does not do what it is there for. */
export const HealthQuery = Type.Object({ ready: Type.Optional(Type.String({ maxLength: 5 })) }, open);

/** Something that came in and was refused: counted, kept for a while with its reason. */
export const Problem = Type.Object(
  { atMs: TimeMs, code: Type.String(), detail: Type.String(), count: Count },
  { ...open, $id: 'Problem' },
);

export const TlsCaQuery = Type.Object(
  { form: Type.Optional(Type.Union([Type.Literal('pem'), Type.Literal('der')])) },
  open,
);

export const TlsCaFile = Type.Unsafe<string | Uint8Array>({
  type: 'string',
  description: 'the certificate, by its form',
});

/**
 * What is stored takes room: now, each day, and in a year if as much is measured and as long kept. `archive` are files
 * of months that left the database; the number of months that each part is kept is 0 for ever.
 */
export const Storage = Type.Object(
  {
    atMs: TimeMs,
    /** Database, archive and backups together. */
    bytes: Count,
    bytesPerDay: Count,
    bytesInAYear: Count,
    /** When there is no room left for more; null: not in fifty years. */
    fullMs: Nullable(TimeMs),
    databaseBytes: Count,
    /** Of these, what is free to be used again. */
    databaseFreeBytes: Count,
    backupBytes: Count,
    disk: Type.Object({ sizeBytes: Count, freeBytes: Count }, open),
    archiveAfterMonths: Count,
    parts: Type.Array(
      Type.Object(
        {
          /** raw: windows; arrivals: what tells when they came and what is missing; 60 … day: what is made of them. */
          name: Type.String(),
          bytes: Count,
          rows: Count,
          fromMs: Nullable(TimeMs),
          bytesPerDay: Count,
          bytesInAYear: Count,
          keptMonths: Count,
          /** From when on there is something left, where older rows were removed. */
          keptFromMs: Nullable(TimeMs),
        },
        open,
      ),
    ),
    /** Files of the archive that cannot be read. */
    faults: Type.Array(Type.Object({ file: Type.String(), why: Type.String() }, open)),
  },
  open,
);

/** Counters of the whole host: packets, connections, malformed, duplicates, commits, queue depth and so on. */
export const Counters = Type.Object(
  { counters: Type.Record(Type.String(), Type.Number()), problems: Type.Array(Problem) },
  open,
);

export type ApiError = Static<typeof ApiError>;
export type Health = Static<typeof Health>;
export type Problem = Static<typeof Problem>;
export type Storage = Static<typeof Storage>;
export type Counters = Static<typeof Counters>;
