import { type Static, Type } from '../typebox.ts';
import { Count, MeterKey, Nullable, open, RangeMs, TimeMs } from './contract-parts.ts';

export const ReadingsQuery = Type.Object(
  {
    series: Type.String({ minLength: 5, maxLength: 256, description: 'gateway.meter.quantity' }),
    from: RangeMs,
    to: RangeMs,
    points: Type.Optional(
      Type.Integer({
        minimum: 2,
        maximum: 10_000,
        default: 1000,
        description: 'at most this many; sets the resolution',
      }),
    ),
  },
  open,
);

/**
 * One series by columns, each as long as `startMs`. A bucket without data is absent: where the distance of two
 * starts is more than `bucketMs`, there is a gap. Counters have `last` and `deltaWh`-like `delta` instead of mean, min, max;
 * in a bucket that was not read, and over which growth was shared out, `last` is null, `coverage` 0 and `estimated` 1. The
 * sum of `delta` is what `/totals` tells of the same time.
 */
export const Readings = Type.Object(
  {
    series: Type.String(),
    unit: Type.String(),
    kind: Type.Union([Type.Literal('gauge'), Type.Literal('counter')]),
    bucketMs: Count,
    startMs: Type.Array(TimeMs),
    mean: Type.Array(Nullable(Type.Number())),
    min: Type.Array(Nullable(Type.Number())),
    max: Type.Array(Nullable(Type.Number())),
    last: Type.Array(Nullable(Type.Number())),
    /** Counters: growth within the bucket, never negative. Gauges: null. */
    delta: Type.Array(Nullable(Type.Number())),
    /** Share of `delta` that was shared out over gaps or concluded instead of read, 0 to 1. */
    estimated: Type.Array(Type.Number()),
    /** Share of the bucket that was measured, 0 to 1. */
    coverage: Type.Array(Type.Number()),
  },
  open,
);

export const MissingQuery = Type.Object({ meter: MeterKey, from: RangeMs, to: RangeMs }, open);

/** Windows that came without values, joined where they touch, with the reason the gateway gave. */
export const Missing = Type.Array(
  Type.Object(
    {
      startMs: TimeMs,
      endMs: TimeMs,
      reason: Type.String(),
      /** Where it is about one quantity alone: a correction left it out. */
      quantity: Type.Optional(Type.String()),
    },
    open,
  ),
);

export type ReadingsQuery = Static<typeof ReadingsQuery>;
export type Readings = Static<typeof Readings>;
export type Missing = Static<typeof Missing>;
