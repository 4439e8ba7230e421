import { type Static, Type } from '../typebox.ts';
import { Count, Counts, Id, MeterKey, Nullable, open, TimeMs } from './contract-parts.ts';
import { MeterRole } from './contract-site.ts';

export const MeterState = Type.Union(
  ['well', 'failing', 'silent', 'waiting', 'unknown'].map(state => Type.Literal(state)) as [
    Type.TLiteral<'well'>,
    Type.TLiteral<'failing'>,
    Type.TLiteral<'silent'>,
    Type.TLiteral<'waiting'>,
    Type.TLiteral<'unknown'>,
  ],
);

export const Meter = Type.Object(
  {
    key: MeterKey,
    gateway: Id,
    id: Id,
    /** What people call it: the site's name for it, else its gateway's. */
    name: Type.String(),
    /** As somebody said it of the site; null: nobody did, and the page guesses. */
    role: Nullable(MeterRole),
    below: Nullable(MeterKey),
    profile: Type.String(),
    /** The line of its gateway that it hangs on, as far as the gateway has told. */
    line: Type.Optional(Type.String()),
    /** What it says of itself, once it was read. */
    identity: Type.Optional(
      Type.Object(
        {
          serial: Type.Optional(Type.String()),
          model: Type.Optional(Type.String()),
          firmware: Type.Optional(Type.String()),
        },
        open,
      ),
    ),
    windowS: Count,
    quantities: Type.Array(Type.String()),
    state: MeterState,
    /** Why it fails, where it does. */
    reason: Nullable(Type.String()),
    samples: Count,
    failures: Counts,
    /** End of the newest window on disk. */
    lastWindowMs: Nullable(TimeMs),
    /** The newest values known, live or stored. */
    latest: Nullable(Type.Object({ atMs: TimeMs, values: Type.Record(Type.String(), Type.Number()) }, open)),
    /** Energy since midnight of the site's zone, from its counters or integrated; null where there is none. */
    today: Type.Object({ importWh: Nullable(Type.Number()), exportWh: Nullable(Type.Number()) }, open),
  },
  { ...open, $id: 'Meter' },
);

export const MeterPath = Type.Object({ key: MeterKey }, open);

export const Series = Type.Object(
  {
    key: Type.String(),
    meter: MeterKey,
    quantity: Type.String(),
    unit: Type.String(),
    kind: Type.Union([Type.Literal('gauge'), Type.Literal('counter')]),
    firstMs: Nullable(TimeMs),
    lastMs: Nullable(TimeMs),
    /** Numbers of the imports that it has windows of. */
    imports: Type.Array(Count),
  },
  { ...open, $id: 'Series' },
);

export type Meter = Static<typeof Meter>;
export type Series = Static<typeof Series>;
