import type { Histogram } from '../watch/histogram.ts';
import type { Metric } from './metric-table.ts';

export const metricsType = 'text/plain; version=0.0.4; charset=utf-8';

/**
 * Metrics as Prometheus' text format 0.0.4; one whose counter or histogram is not there is left out.
 * https://prometheus.io/docs/instrumenting/exposition_formats/
 */
export function metricsText(
  table: readonly Metric[],
  counters: Readonly<Record<string, number>>,
  histograms: Readonly<Record<string, Histogram>>,
): string {
  const lines: string[] = [];
  for (const { name, type, help, from, times = 1 } of table) {
    const value = counters[from];
    const samples =
      type === 'histogram' ? bucketsOf(name, histograms[from]) : sampleOf(name, value && value * times);
    if (samples.length === 0) continue;
    lines.push(`# HELP ${name} ${escaped(help)}`, `# TYPE ${name} ${type}`, ...samples);
  }
  return `${lines.join('\n')}\n`;
}

const sampleOf = (name: string, value: number | undefined): string[] =>
  value === undefined ? [] : [`${name} ${value}`];

function bucketsOf(name: string, histogram: Histogram | undefined): string[] {
  if (histogram === undefined) return [];
  const { bounds, count, sum } = histogram;
  const below = histogram.cumulative();
  return [
    ...bounds.map((bound, index) => `${name}_bucket{le="${bound}"} ${below[index]}`),
    `${name}_bucket{le="+Inf"} ${count}`,
    `${name}_sum ${sum}`,
    `${name}_count ${count}`,
  ];
}

const escaped = (text: string): string => text.replace(/\\/g, '\\\\').replace(/\n/g, '\\n');
