import type { Meter, Series } from '../../host/api/contract.ts';
import type { Span } from '../history/ranges.ts';

export const resolutions = Object.freeze(['windows', '1min', '5min', '15min', '1h', '6h', 'day'] as const);
export type Resolution = (typeof resolutions)[number];
export const periods = Object.freeze(['hour', 'day', 'month', 'all'] as const);
export type ExportPeriod = (typeof periods)[number];
export const exportForms = Object.freeze(['csv', 'jsonl', 'parquet'] as const);
export type ExportForm = (typeof exportForms)[number];

/** What is to be exported. Empty sets: everything. */
export interface ExportChoice extends Span {
  readonly what: 'readings' | 'totals';
  readonly meters: ReadonlySet<string>;
  readonly quantities: ReadonlySet<string>;
  readonly resolution: Resolution;
  readonly period: ExportPeriod;
  readonly form: ExportForm;
}

/** The series that a choice is of, in the host's order. */
export const seriesOf = (
  { meters, quantities }: Pick<ExportChoice, 'meters' | 'quantities'>,
  series: readonly Series[],
): readonly Series[] =>
  series.filter(
    ({ meter, quantity }) =>
      (meters.size === 0 || meters.has(meter)) && (quantities.size === 0 || quantities.has(quantity)),
  );

/** Path of the export at the API, without its base; null where it would have nothing. */
export function exportPath(choice: ExportChoice, series: readonly Series[]): string | null {
  const { what, meters, quantities, fromMs, toMs, resolution, period, form } = choice;
  const chosen = seriesOf(choice, series);
  if (toMs <= fromMs || (what === 'readings' && chosen.length === 0)) return null;
  const query = new URLSearchParams({ from: String(fromMs), to: String(toMs), form });
  if (what === 'totals') {
    if (meters.size > 0) query.set('meters', [...meters].join(','));
    query.set('period', period);
  } else {
    query.set('resolution', resolution);
    // A whole meter is one key: addresses are not endless.
    if (quantities.size > 0) query.set('series', chosen.map(({ key }) => key).join(','));
    else if (meters.size > 0) query.set('series', [...meters].join(','));
  }
  return `exports/${what}?${query}`;
}

const lengthsS: Readonly<Record<Exclude<Resolution, 'windows'>, number>> = Object.freeze({
  '1min': 60,
  '5min': 300,
  '15min': 900,
  '1h': 3600,
  '6h': 21_600,
  day: 86_400,
});
const periodS: Readonly<Record<ExportPeriod, number>> = Object.freeze({
  hour: 3600,
  day: 86_400,
  month: 2_629_800,
  all: Number.POSITIVE_INFINITY,
});

/** Bytes of a row as it is mostly, by form; Parquet packs. */
const rowBytes: Readonly<Record<ExportForm, number>> = Object.freeze({ csv: 165, jsonl: 310, parquet: 8 });

/** About how many rows and bytes it will be at the most: gaps make it less. */
export function expected(
  choice: ExportChoice,
  series: readonly Series[],
  meters: readonly Pick<Meter, 'key' | 'windowS'>[],
): { readonly rows: number; readonly bytes: number } {
  const windowS = new Map(meters.map(({ key, windowS }) => [key, windowS]));
  const overlapS = (each: Series) => {
    const fromMs = Math.max(choice.fromMs, each.firstMs ?? Number.POSITIVE_INFINITY);
    const toMs = Math.min(choice.toMs, each.lastMs ?? 0);
    return Math.max(toMs - fromMs, 0) / 1000;
  };
  const chosen = seriesOf(choice.what === 'totals' ? { ...choice, quantities: new Set() } : choice, series);
  let rows = 0;
  if (choice.what === 'totals') {
    const spans = new Map<string, number>();
    for (const each of chosen) spans.set(each.meter, Math.max(spans.get(each.meter) ?? 0, overlapS(each)));
    for (const spanS of spans.values()) if (spanS > 0) rows += Math.ceil(spanS / periodS[choice.period]) || 1;
  } else {
    for (const each of chosen) {
      const lengthS =
        choice.resolution === 'windows' ? windowS.get(each.meter) || 10 : lengthsS[choice.resolution];
      rows += Math.ceil(overlapS(each) / lengthS);
    }
  }
  return { rows, bytes: rows * rowBytes[choice.form] };
}
