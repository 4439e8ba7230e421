import { metrics } from './metric-table.ts';
import { metricsText, metricsType } from './metrics-text.ts';
import type { Api, ApiParts, Count } from './routes.ts';

/** Outside /api, where scrapers look for it. */
const metricsPath = '/metrics';

export function metricRoutes(api: Api, { watch }: ApiParts, count: Count): void {
  api.get(
    metricsPath,
    {
      config: { access: { role: 'viewer', of: 'host' }, isForScrapers: true },
      schema: {
        tags: ['host'],
        summary: 'What the host counts, as Prometheus reads it; with a session or the token of the settings',
        produces: [metricsType],
      },
    },
    async (_request, reply) =>
      reply.type(metricsType).send(metricsText(metrics, await count(), watch.histograms())),
  );
}
