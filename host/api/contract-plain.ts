import { type Static, Type } from '../typebox.ts';
import { Id, MeterKey, Nullable, open } from './contract-parts.ts';

/** What simple dashboards read: short addresses, flat answers, times as texts. */

const Instant = (what: string) =>
  Type.String({
    minLength: 1,
    maxLength: 32,
    description: `${what}: a day such as 2026-03-29 (its first second by the site's clocks), a time with its offset such as 2026-03-29T12:00:00Z, or UTC milliseconds`,
  });
const Time = Type.String({ description: 'ISO 8601' });
const Form = Type.Optional(Type.Union([Type.Literal('json'), Type.Literal('csv')], { default: 'json' }));

const span = {
  from: Type.Optional(Instant('from when')),
  to: Type.Optional(Instant('until when, exclusive; now without it')),
  last: Type.Optional(
    Type.String({
      pattern: '^[1-9]\\d{0,3}(min|h|d)$',
      description: 'instead of from: so long before to, such as 90min, 24h or 7d',
    }),
  ),
};

export const LatestPath = Type.Object({ meter: MeterKey }, open);
export const LatestQuery = Type.Object({ site: Type.Optional(Id) }, open);

/**
 * One meter, flat: beside what is named here each quantity that it measures, by its id with the unit at its end
 * (`powerW`), as a number; null where it is older than counts as now.
 */
export const Latest = Type.Object(
  {
    meter: MeterKey,
    name: Type.String(),
    site: Id,
    /** Of the newest value; null where there never was one. */
    time: Nullable(Time),
    /** Whether the meter is heard now. Where it is not, all its values are null. */
    isFresh: Type.Boolean(),
  },
  { additionalProperties: Nullable(Type.Number()), $id: 'Latest' },
);
export type Latest = Static<typeof Latest>;

export const RangeQuery = Type.Object(
  {
    series: Type.String({ minLength: 5, maxLength: 256, description: 'gateway.meter.quantity' }),
    ...span,
    step: Type.Optional(
      Type.Union(
        ['1min', '5min', '15min', '1h', '6h'].map(name => Type.Literal(name)) as [
          Type.TLiteral<'1min'>,
          Type.TLiteral<'5min'>,
          Type.TLiteral<'15min'>,
          Type.TLiteral<'1h'>,
          Type.TLiteral<'6h'>,
        ],
      ),
    ),
    form: Form,
  },
  open,
);
export type RangeQuery = Static<typeof RangeQuery>;

/** Rows without a hole: where nothing was measured, the values are null and `missing` says why. */
export const RangeRow = Type.Object(
  {
    start: Time,
    end: Time,
    /** Gauges: the mean. Counters: what they grew. */
    value: Nullable(Type.Number()),
    min: Nullable(Type.Number()),
    max: Nullable(Type.Number()),
    /** The last value, or a counter's reading. */
    last: Nullable(Type.Number()),
    unit: Type.String(),
    /** Share that was measured, 0 to 1. */
    coverage: Type.Number(),
    /** Share of a counter's growth that was shared out over gaps or concluded, 0 to 1. */
    estimated: Type.Number(),
    /** Why there is nothing, or not all; null where all was measured. */
    missing: Nullable(Type.String()),
  },
  { ...open, $id: 'RangeRow' },
);
export type RangeRow = Static<typeof RangeRow>;

export const DailyQuery = Type.Object(
  {
    meter: MeterKey,
    ...span,
    quantity: Type.Optional(
      Type.String({ maxLength: 64, description: 'of min, max and mean; powerW without it' }),
    ),
    form: Form,
  },
  open,
);
export type DailyQuery = Static<typeof DailyQuery>;

/** A civil day of the site's zone, of 23, 24 or 25 hours. What is not known is null. */
export const DailyRow = Type.Object(
  {
    day: Type.String({ description: 'such as 2026-03-29' }),
    start: Time,
    end: Time,
    importWh: Nullable(Type.Number()),
    exportWh: Nullable(Type.Number()),
    /** How much of both was shared out over gaps or concluded. */
    estimatedWh: Nullable(Type.Number()),
    min: Nullable(Type.Number()),
    max: Nullable(Type.Number()),
    mean: Nullable(Type.Number()),
    /** Of min, max and mean. */
    unit: Type.String(),
    coverage: Type.Number(),
  },
  { ...open, $id: 'DailyRow' },
);
export type DailyRow = Static<typeof DailyRow>;
