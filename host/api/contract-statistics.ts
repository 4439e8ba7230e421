import { type Static, Type } from '../typebox.ts';

/** What a stretch of one series comes to. */
const open = { additionalProperties: false } as const;
const Nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const RangeMs = Type.Integer({
  minimum: 0,
  maximum: 4_294_967_295_000,
  description: 'UTC milliseconds since 1970',
});
const Count = Type.Integer({ minimum: 0 });

export const StatisticsQuery = Type.Object(
  {
    series: Type.String({ minLength: 5, maxLength: 256, description: 'gateway.meter.quantity' }),
    from: RangeMs,
    to: RangeMs,
  },
  open,
);

/**
 * Of all windows that start within the range, to the last decimal and not by the buckets of a chart. A gauge has mean
 * (weighted by time), min, max and, where its unit times hours is one (W, VA, var), `positive` and `negative`: what it
 * comes to above zero and below, in unit hours, by the signs of its windows' means. A counter has `growth`, and
 * `estimated`: the share of that which was shared out over gaps or concluded instead of read. What does not apply, or of
 * which there is nothing, is null.
 */
export const Statistics = Type.Object(
  {
    series: Type.String(),
    unit: Type.String(),
    kind: Type.Union([Type.Literal('gauge'), Type.Literal('counter')]),
    mean: Nullable(Type.Number()),
    min: Nullable(Type.Number()),
    max: Nullable(Type.Number()),
    positive: Nullable(Type.Number()),
    negative: Nullable(Type.Number()),
    growth: Nullable(Type.Number()),
    estimated: Nullable(Type.Number()),
    /** Share of the range that was measured, 0 to 1. */
    coverage: Type.Number(),
    /** Windows, and the samples that they were made of; null where not all of the range is kept as windows. */
    windows: Nullable(Count),
    samples: Nullable(Count),
  },
  { ...open, $id: 'Statistics' },
);

export type StatisticsQuery = Static<typeof StatisticsQuery>;
export type Statistics = Static<typeof Statistics>;
