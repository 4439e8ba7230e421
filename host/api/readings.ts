import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyReply } from 'fastify';
import { binaryType } from './chart-binary.ts';
import type { ChartBody, Charts } from './charts.ts';
import { Readings, ReadingsQuery } from './contract.ts';
import { assertRange } from './ranges.ts';
import type { Api, ApiParts } from './routes.ts';
import { knownSeries } from './series.ts';

const pointsByDefault = 1000;

export function readingRoutes(api: Api, { store }: ApiParts, charts: Charts): void {
  api.get(
    '/api/v1/readings',
    {
      schema: {
        tags: ['readings'],
        summary: 'One series over a range, in buckets as fine as `points` allows',
        description: `By columns as JSON, or in less than half the bytes as ${binaryType} where that is accepted. An answer that nothing new can change has an ETag.`,
        querystring: ReadingsQuery,
        response: { 200: Readings },
      },
    },
    async ({ query, headers }, reply) => {
      const { series, from, to, points = pointsByDefault } = query;
      assertRange(query);
      const info = knownSeries(store, series);
      const form = accepts(headers.accept, binaryType) ? 'binary' : 'json';
      const mayGzip = accepts(headers['accept-encoding'], 'gzip');
      const body = await charts.body(info, { series, fromMs: from, toMs: to, points }, form, mayGzip);
      return send(body, headers, reply);
    },
  );
}

/** The body, or that what the browser has is still right. */
function send(body: ChartBody, headers: IncomingHttpHeaders, reply: FastifyReply): FastifyReply {
  reply.header('vary', 'Accept, Accept-Encoding');
  if (body.etag !== undefined) {
    // Kept by the browser of this person alone, and asked about each time: it costs a hundred bytes.
    reply.header('cache-control', 'private, no-cache').header('etag', body.etag);
    if (isAmong(headers, body.etag)) return reply.code(304).send();
  }
  if (body.isGzip) reply.header('content-encoding', 'gzip');
  return reply.type(body.type).send(body.bytes);
}

/** Whether a list such as `text/html, gzip;q=0.5` names it, and not with `q=0`. */
function accepts(list: string | undefined, wanted: string): boolean {
  if (list === undefined || !list.includes(wanted)) return false;
  return list.split(',').some(item => {
    const [name = '', ...parameters] = item.split(';').map(part => part.trim());
    return name.toLowerCase() === wanted && !parameters.some(part => /^q=0(\.0*)?$/i.test(part));
  });
}

/** RFC 9110, 13.1.2: a weak tag matches the strong one that it was made from. */
function isAmong({ 'if-none-match': tags }: IncomingHttpHeaders, etag: string): boolean {
  if (tags === undefined) return false;
  return tags.split(',').some(tag => ['*', etag].includes(tag.trim().replace(/^W\//, '')));
}
