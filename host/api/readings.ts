import { binaryType } from './chart-binary.ts';
import type { Charts } from './charts.ts';
import { Readings, ReadingsQuery } from './contract.ts';
import { assertRange } from './ranges.ts';
import type { Api, ApiParts } from './routes.ts';
import { accepts, sendChart } from './send-chart.ts';
import { knownSeries } from './series.ts';

const pointsByDefault = 1000;

export function readingRoutes(api: Api, { store }: ApiParts, charts: Charts): void {
  api.get(
    '/api/v1/readings',
    {
      config: { access: { role: 'viewer', of: 'series', in: 'query.series' } },
      schema: {
        tags: ['readings'],
        summary: 'One series over a range, in buckets as fine as `points` allows',
        description: `By columns as JSON, or in less than half the bytes as ${binaryType} where that is accepted. An answer that nothing new can change has an ETag.`,
        querystring: ReadingsQuery,
        response: { 200: Readings },
      },
    },
    (request, reply) => {
      const { series, from, to, points = pointsByDefault } = request.query;
      assertRange(request.query);
      const info = knownSeries(store, series);
      const form = accepts(request.headers.accept, binaryType) ? 'binary' : 'json';
      const mayGzip = accepts(request.headers['accept-encoding'], 'gzip');
      const body = charts.body(info, { series, fromMs: from, toMs: to, points }, form, mayGzip);
      if (!(body instanceof Promise)) sendChart(body, request, reply);
      else body.then(made => sendChart(made, request, reply)).catch(error => reply.send(error));
    },
  );
}
