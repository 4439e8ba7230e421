import { Type } from '../typebox.ts';
import { Id, open, RangeMs } from './contract-parts.ts';
import { TotalsQuery } from './contract-totals.ts';

/** Keys with commas between; how many is bounded by their length. */
const Keys = (description: string) => Type.String({ minLength: 1, maxLength: 8192, description });

const ExportForm = Type.Union([Type.Literal('csv'), Type.Literal('jsonl'), Type.Literal('parquet')]);

export const ExportQuery = Type.Object(
  {
    series: Type.Optional(
      Keys('keys of series, meters or gateways with commas between; without it everything'),
    ),
    from: RangeMs,
    to: RangeMs,
    resolution: Type.Optional(
      Type.Union([
        Type.Literal('windows'),
        Type.Literal('1min'),
        Type.Literal('5min'),
        Type.Literal('15min'),
        Type.Literal('1h'),
        Type.Literal('6h'),
        Type.Literal('day'),
      ]),
    ),
    form: Type.Optional(ExportForm),
    /** Of one site; without it all that may be seen. */
    site: Type.Optional(Id),
  },
  open,
);

export const ExportTotalsQuery = Type.Object(
  {
    meters: Type.Optional(Keys('keys of meters or gateways with commas between; without it everything')),
    from: RangeMs,
    to: RangeMs,
    period: TotalsQuery.properties.period,
    form: Type.Optional(ExportForm),
    /** Of one site; without it all that may be seen. */
    site: Type.Optional(Id),
  },
  open,
);

/** A file that is streamed. */
export const ExportFile = Type.String({ description: 'the file, by its form' });
