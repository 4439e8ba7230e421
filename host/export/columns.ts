import { deepFreeze } from '#core/freeze.ts';

/**
 * How a column is written: `text` is a name, quoted and neutralised; `utc` and `local` are ISO 8601 of an instant in
 * seconds; `steps` are whole numbers of the quantity's last decimal, `wh` those of energy, `whole` numbers as they are,
 * `share` from 0 to 1.
 */
export type CellKind = 'text' | 'utc' | 'local' | 'steps' | 'wh' | 'whole' | 'share';

export interface ExportColumn {
  readonly name: string;
  readonly is: CellKind;
  /** For the documentation: what it is, and its unit. */
  readonly about: string;
}

const ofSeries = [
  { name: 'series', is: 'text', about: 'key of the series, gateway.meter.quantity' },
  { name: 'gateway', is: 'text', about: 'id of the gateway' },
  { name: 'meter', is: 'text', about: 'id of the meter within its gateway' },
  { name: 'meter_name', is: 'text', about: 'the name that people gave the meter' },
  { name: 'quantity', is: 'text', about: 'what is measured' },
  { name: 'unit', is: 'text', about: 'unit of mean, min, max, last and growth' },
  { name: 'start_utc', is: 'utc', about: 'start, UTC' },
  { name: 'start_local', is: 'local', about: "start, by the site's clocks with their offset from UTC" },
] as const satisfies readonly ExportColumn[];

/** The columns of each kind of export, in order. The name of a column with a fixed unit ends in it: `window_s`. */
export const exportColumns = deepFreeze({
  windows: [
    ...ofSeries,
    { name: 'window_s', is: 'whole', about: 'length of the window, s' },
    { name: 'samples', is: 'whole', about: 'samples in the window' },
    { name: 'mean', is: 'steps', about: 'mean over time; empty for counters' },
    { name: 'min', is: 'steps', about: 'least; empty for counters' },
    { name: 'max', is: 'steps', about: 'most; empty for counters' },
    { name: 'last', is: 'steps', about: "last value; a counter's reading at the window's end" },
  ],
  buckets: [
    ...ofSeries,
    { name: 'bucket_s', is: 'whole', about: 'length of the bucket, s; civil days have 23, 24 or 25 hours' },
    { name: 'mean', is: 'steps', about: 'mean over the measured time; empty for counters' },
    { name: 'min', is: 'steps', about: 'least; empty for counters' },
    { name: 'max', is: 'steps', about: 'most; empty for counters' },
    { name: 'last', is: 'steps', about: 'last value or reading' },
    { name: 'growth', is: 'steps', about: 'what a counter grew in the bucket; empty for gauges' },
    { name: 'estimated_share', is: 'share', about: 'share of the growth that is estimated, 0 to 1' },
    { name: 'coverage_share', is: 'share', about: 'share of the bucket that was measured, 0 to 1' },
  ],
  totals: [
    { name: 'meter', is: 'text', about: 'key of the meter, gateway.meter' },
    { name: 'meter_name', is: 'text', about: 'the name that people gave the meter' },
    { name: 'start_utc', is: 'utc', about: 'start of the period, UTC' },
    { name: 'start_local', is: 'local', about: "start, by the site's clocks with their offset from UTC" },
    { name: 'end_utc', is: 'utc', about: 'end of the period, UTC' },
    { name: 'end_local', is: 'local', about: 'end, local' },
    { name: 'import_wh', is: 'wh', about: 'energy taken, Wh; empty where it is not measured' },
    { name: 'export_wh', is: 'wh', about: 'energy fed in, Wh; empty where it is not measured' },
    { name: 'import_estimated_wh', is: 'wh', about: 'how much of the energy taken is estimated, Wh' },
    { name: 'export_estimated_wh', is: 'wh', about: 'how much of the energy fed in is estimated, Wh' },
    { name: 'coverage_share', is: 'share', about: 'share of the period that was measured, 0 to 1' },
  ],
} as const satisfies Record<string, readonly ExportColumn[]>);

export type ExportTable = keyof typeof exportColumns;

/** The columns as a list in Markdown, for the API's documentation. */
export const columnsText = (table: ExportTable): string =>
  exportColumns[table].map(({ name, about }) => `- \`${name}\`: ${about}`).join('\n');
