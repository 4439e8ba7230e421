import { quantities } from '#core/quantities.ts';
import type { ExportForm, ExportMeter, ExportSeries, ExportSpec, Resolution } from './export-types.ts';
import type { SeriesBook } from './series-book.ts';
import type { Period } from './types.ts';

/** What of the store is exported, by keys. */
export interface ExportSelection {
  readonly form: ExportForm;
  readonly fromMs: number;
  /** Exclusive. */
  readonly toMs: number;
  readonly of:
    | { readonly series: readonly string[]; readonly resolution: Resolution }
    | { readonly meters: readonly string[]; readonly period: Period };
  /** The name that people gave a meter `gateway.meter`. */
  readonly nameOf: (meterKey: string) => string;
}

/** The selection by numbers, as the store's thread takes it; keys without windows are left out. */
export function specOf({ form, fromMs, toMs, of, nameOf }: ExportSelection, book: SeriesBook): ExportSpec {
  const range = { form, fromMs, toMs };
  if ('meters' in of) {
    return {
      ...range,
      table: 'totals',
      period: of.period,
      meters: of.meters.map(key => meterOf(key, nameOf(key), book)),
    };
  }
  const series = of.series.flatMap(key => seriesOf(key, nameOf, book));
  return of.resolution === 'windows'
    ? { ...range, table: 'windows', series }
    : { ...range, table: 'buckets', bucket: of.resolution, series };
}

function seriesOf(key: string, nameOf: ExportSelection['nameOf'], book: SeriesBook): ExportSeries[] {
  const [ref, info] = [book.ref(key), book.info(key)];
  if (ref === undefined || info === undefined) return [];
  const { gateway, meter, meterKey, quantity } = info;
  return [{ ref, texts: [key, gateway, meter, nameOf(meterKey), quantity, quantities[quantity].unit] }];
}

function meterOf(key: string, name: string, book: SeriesBook): ExportMeter {
  const meter = book.meter(key);
  const energy = {
    meter: key,
    imported: book.refIn(meter, 'energyImportWh'),
    exported: book.refIn(meter, 'energyExportWh'),
    power: book.refIn(meter, 'powerW'),
  };
  return { key, energy, texts: [key, name] };
}
