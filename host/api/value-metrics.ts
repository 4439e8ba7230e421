import { currentMeters } from '../current-meters.ts';
import { freshValues } from '../fresh-values.ts';
import { Turns } from '../import/turns.ts';
import { ApiFailure } from './errors.ts';
import { metricsType } from './metrics-text.ts';
import type { Api, ApiParts } from './routes.ts';
import { valueMetrics } from './value-metric-table.ts';

const valuesPath = '/metrics/values';
const infoName = 'joulegate_meter_info';

/** What meters show now, beside what the host counts: off unless a setting says otherwise, for there may be very many. */
export function valueMetricRoutes(api: Api, parts: ApiParts): void {
  api.get(
    valuesPath,
    {
      config: { access: { role: 'viewer', of: 'host' }, isForScrapers: true },
      schema: {
        tags: ['host'],
        summary:
          'What all meters show now, as Prometheus reads it; with a session or the token of the settings',
        produces: [metricsType],
      },
    },
    async (_request, reply) => {
      if (parts.settings.metricsValues !== 'yes') throw new ApiFailure('metrics.noValues');
      return reply.type(metricsType).send(await valuesText(parts));
    },
  );
}

/**
 * Prometheus' text format 0.0.4. A meter that is silent, or a quantity that is old, is left out: Prometheus then ends the series,
 * where a repeated value would look like one of now. Without timestamps, as it asks of what is scraped.
 * https://prometheus.io/docs/instrumenting/writing_exporters/#scheduling
 */
export async function valuesText({
  fleet,
  store,
  sites,
  nowMs,
}: Pick<ApiParts, 'fleet' | 'store' | 'sites' | 'nowMs'>): Promise<string> {
  const turns = new Turns();
  const samples = new Map<string, [labels: string, value: number][]>();
  const info: string[] = [];
  for (const state of fleet.gateways()) {
    for (const { id, name, profile } of currentMeters(state, store)) {
      if (turns.isOver) await turns.next();
      const fresh = freshValues(state, id, store, nowMs());
      if (fresh === undefined) continue;
      const labels = { site: sites.siteOf(state.id), gateway: state.id, meter: id };
      const said = sites.meter(`${state.id}.${id}`)?.name ?? name;
      info.push(`${infoName}${labelText({ ...labels, name: said, profile })} 1`);
      const text = labelText(labels);
      for (const [quantity, value] of fresh.values) {
        const of = samples.get(quantity) ?? [];
        samples.set(quantity, of);
        of.push([text, value]);
      }
    }
  }
  const lines =
    info.length === 0
      ? []
      : [
          `# HELP ${infoName} Meters that are heard now, by their names.`,
          `# TYPE ${infoName} gauge`,
          ...info,
          '',
        ];
  const parts = [lines.join('\n')];
  for (const { quantity, name, type, help, times } of valueMetrics) {
    const of = samples.get(quantity);
    if (of === undefined) continue;
    if (turns.isOver) await turns.next();
    const told = of.map(([labels, value]) => `${name}${labels} ${value * times}\n`);
    parts.push(`# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`, ...told);
  }
  return parts.join('');
}

const labelText = (labels: Readonly<Record<string, string>>): string =>
  `{${Object.entries(labels)
    .map(([name, value]) => `${name}="${escaped(value)}"`)
    .join(',')}}`;

const escaped = (text: string): string =>
  text.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n');
