import type { Missing, Readings } from '../../host/api/contract.ts';
import type { EnergyBar } from '../charts/columns.ts';
import { csvOf, localText, utcText } from '../csv.ts';
import { differenceOf } from './compare.ts';
import { type OtherColumn, shownRows } from './shown-rows.ts';

/** The headings, in the words of the page. */
export interface CsvWords {
  readonly startUtc: string;
  readonly endUtc: string;
  readonly startLocal: string;
  readonly lowest: string;
  readonly highest: string;
  readonly measured: string;
  readonly missing: string;
  readonly estimated: string;
  readonly before: string;
  readonly beforeStart: string;
  readonly change: string;
}

type Cell = string | number | null;

/** What a chart shows, oldest first: a line for each bucket, and one for each stretch that is missing. */
export function readingsCsv(
  name: string,
  readings: Readings,
  missing: Missing,
  others: readonly OtherColumn[],
  zone: string,
  words: CsvWords,
): string {
  const coverage = new Map(
    readings.startMs.map((startMs, index) => [startMs, readings.coverage[index] ?? null]),
  );
  const isGauge = readings.kind === 'gauge';
  const head: Cell[] = [
    words.startUtc,
    words.endUtc,
    words.startLocal,
    `${name} [${readings.unit}]`,
    ...(isGauge ? [words.lowest, words.highest] : []),
    words.measured,
    words.missing,
    ...others.flatMap(other =>
      other.shift === null
        ? [`${other.name} [${other.readings.unit}]`]
        : [words.beforeStart, `${words.before} [${other.readings.unit}]`, words.change],
    ),
  ];
  const lines = shownRows(readings, missing, others, zone)
    .toReversed()
    .map(({ row, others: values }): Cell[] => {
      const isBucket = row.is === 'bucket';
      const endMs = isBucket ? row.startMs + readings.bucketMs : row.endMs;
      const middle = isBucket ? row.middle : null;
      return [
        utcText(row.startMs),
        utcText(endMs),
        localText(row.startMs, zone),
        middle,
        ...(isGauge ? [isBucket ? row.low : null, isBucket ? row.high : null] : []),
        isBucket ? (coverage.get(row.startMs) ?? null) : 0,
        isBucket ? null : (row.reason ?? 'unknown'),
        ...values.flatMap(({ value, startMs }, index): Cell[] =>
          others[index]?.shift == null
            ? [value]
            : [isBucket ? utcText(startMs) : null, value, differenceOf(middle, value)?.by ?? null],
        ),
      ];
    });
  return csvOf([head, ...lines]);
}

/** Energy by period as it is shown. */
export function barsCsv(
  bars: readonly EnergyBar[],
  others: readonly (EnergyBar | null)[],
  names: { readonly taken: string; readonly fedIn: string },
  zone: string,
  words: CsvWords,
): string {
  const wh = (name: string) => `${name} [Wh]`;
  const isCompared = others.length > 0;
  const head: Cell[] = [
    words.startUtc,
    words.endUtc,
    words.startLocal,
    ...[
      names.taken,
      `${names.taken}, ${words.estimated}`,
      names.fedIn,
      `${names.fedIn}, ${words.estimated}`,
    ].map(wh),
    words.measured,
    ...(isCompared
      ? [
          words.beforeStart,
          ...[names.taken, names.fedIn].flatMap(name => [
            wh(`${name}, ${words.before}`),
            wh(`${name}, ${words.change}`),
          ]),
        ]
      : []),
  ];
  const lines = bars.map((bar, index): Cell[] => {
    const other = others[index] ?? null;
    const change = (of: 'importWh' | 'exportWh') => differenceOf(bar[of], other?.[of] ?? null)?.by ?? null;
    return [
      utcText(bar.startMs),
      utcText(bar.endMs),
      localText(bar.startMs, zone),
      bar.importWh,
      bar.importEstimatedWh,
      bar.exportWh,
      bar.exportEstimatedWh,
      bar.coverage,
      ...(isCompared
        ? [
            other === null ? null : utcText(other.startMs),
            other?.importWh ?? null,
            change('importWh'),
            other?.exportWh ?? null,
            change('exportWh'),
          ]
        : []),
    ];
  });
  return csvOf([head, ...lines]);
}

/** `joulegate-attic.main-powerW-2026-11-21.csv` */
export const csvName = (what: string, fromMs: number, zone: string): string =>
  `joulegate-${what}-${localText(fromMs, zone).slice(0, 10)}.csv`.replaceAll(/[^\w.-]/g, '_');
