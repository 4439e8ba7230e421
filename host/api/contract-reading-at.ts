import { type Static, Type } from '../typebox.ts';

/** What a counter showed at an instant. */
const open = { additionalProperties: false } as const;
const Nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const TimeMs = Type.Integer({ minimum: 0, maximum: 8.64e15, description: 'UTC milliseconds since 1970' });

export const ReadingAtQuery = Type.Object(
  {
    series: Type.String({
      minLength: 5,
      maxLength: 256,
      description: 'a counter: gateway.meter.quantity',
    }),
    at: Type.Integer({ minimum: 0, maximum: 4_294_967_295_000, description: 'UTC milliseconds since 1970' }),
  },
  open,
);

const KnownReading = Type.Object({ atMs: TimeMs, value: Type.Number() }, open);

/**
 * `read`: a window ended just then, or a person told the reading of that instant; both neighbours are that reading.
 * `interpolated`: on the straight line between the neighbours, which are the nearest readings that count; a glitch is none.
 * `unknown`: `value` is null and `why` tells it: `beforeFirst`, `afterLast`, or what happened between the neighbours at a
 * time that nobody knows: `reset`, `swap`, `slip`. Over a roll-over it goes on through the display's end.
 */
export const ReadingAt = Type.Object(
  {
    series: Type.String(),
    unit: Type.String(),
    atMs: TimeMs,
    is: Type.Union([Type.Literal('read'), Type.Literal('interpolated'), Type.Literal('unknown')]),
    value: Nullable(Type.Number()),
    before: Nullable(KnownReading),
    after: Nullable(KnownReading),
    why: Nullable(
      Type.Union([
        Type.Literal('beforeFirst'),
        Type.Literal('afterLast'),
        Type.Literal('reset'),
        Type.Literal('swap'),
        Type.Literal('slip'),
      ]),
    ),
  },
  { ...open, $id: 'ReadingAt' },
);

export type ReadingAt = Static<typeof ReadingAt>;
