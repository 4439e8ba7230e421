import { type Static, Type } from '../typebox.ts';
import { Id, MeterKey, Nullable, open, RangeMs, TimeMs } from './contract-parts.ts';

export const TotalsQuery = Type.Object(
  {
    meter: MeterKey,
    from: RangeMs,
    to: RangeMs,
    period: Type.Union([
      Type.Literal('hour'),
      Type.Literal('day'),
      Type.Literal('month'),
      Type.Literal('all'),
    ]),
  },
  open,
);

/**
 * Energy by civil period in the site's zone. `coverage` is the share of the period that was measured; where an end of it
 * lies within a counter's window, of that window the part in it. Windows that overlap count each, up to the whole; the ledger
 * counts each second once. Energy is null where the meter does not count it, and in a period of which nothing is known.
 */
export const Totals = Type.Object(
  {
    meter: MeterKey,
    zone: Type.String(),
    periods: Type.Array(
      Type.Object(
        {
          startMs: TimeMs,
          endMs: TimeMs,
          importWh: Nullable(Type.Number()),
          exportWh: Nullable(Type.Number()),
          /** How much of it was shared out over gaps or concluded instead of read. */
          importEstimatedWh: Nullable(Type.Number()),
          exportEstimatedWh: Nullable(Type.Number()),
          coverage: Type.Number(),
        },
        open,
      ),
    ),
  },
  open,
);

export const EnergyQuery = Type.Object(
  {
    from: RangeMs,
    to: RangeMs,
    period: Type.Union([
      Type.Literal('hour'),
      Type.Literal('day'),
      Type.Literal('month'),
      Type.Literal('all'),
    ]),
    /** Of one site; without it all that may be seen. */
    site: Type.Optional(Id),
  },
  open,
);

/** The same of all meters, by columns: each list is as long as `startMs`. */
export const EnergyTable = Type.Object(
  {
    zone: Type.String(),
    startMs: Type.Array(TimeMs),
    endMs: Type.Array(TimeMs),
    meters: Type.Array(
      Type.Object(
        {
          meter: MeterKey,
          importWh: Type.Array(Nullable(Type.Number())),
          exportWh: Type.Array(Nullable(Type.Number())),
          importEstimatedWh: Type.Array(Nullable(Type.Number())),
          exportEstimatedWh: Type.Array(Nullable(Type.Number())),
          coverage: Type.Array(Type.Number()),
        },
        open,
      ),
    ),
  },
  open,
);

export type TotalsQuery = Static<typeof TotalsQuery>;
export type Totals = Static<typeof Totals>;
export type EnergyTable = Static<typeof EnergyTable>;
