import type { ExportSlice } from '../export/encode.ts';
import type { EnergySeries, Period, SeriesRef } from './types.ts';

/** Whole lengths that buckets of an export have, s. */
export const bucketLengths = Object.freeze({
  '1min': 60,
  '5min': 300,
  '15min': 900,
  '1h': 3600,
  '6h': 21_600,
} as const);

export type BucketName = keyof typeof bucketLengths;
/** Windows as they came, or buckets; `day` are civil days of the site's zone. */
export type Resolution = 'windows' | BucketName | 'day';
export type ExportForm = 'csv' | 'jsonl' | 'parquet';

/** A series with the texts of its rows: key, gateway, meter, name, quantity, unit. */
export interface ExportSeries {
  readonly ref: SeriesRef;
  readonly texts: readonly string[];
}

/** A meter with the texts of its rows: key, name. */
export interface ExportMeter {
  readonly key: string;
  readonly energy: EnergySeries;
  readonly texts: readonly string[];
}

interface Range {
  readonly form: ExportForm;
  readonly fromMs: number;
  /** Exclusive. */
  readonly toMs: number;
}

export type ExportSpec = Range &
  (
    | { readonly table: 'windows'; readonly series: readonly ExportSeries[] }
    | {
        readonly table: 'buckets';
        readonly series: readonly ExportSeries[];
        readonly bucket: BucketName | 'day';
      }
    | { readonly table: 'totals'; readonly meters: readonly ExportMeter[]; readonly period: Period }
  );

/** Rows as they are made, a bounded number at a time. */
export type Slices = AsyncGenerator<ExportSlice, void, void>;
