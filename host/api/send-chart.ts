import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ChartBody } from './charts.ts';
import { isAmong } from './conditional.ts';
import { securityHeaders } from './security-headers.ts';

const always = Object.freeze([
  ...Object.entries(securityHeaders).flat(),
  ...['vary', 'Accept, Accept-Encoding'],
]);

/**
 * Sends a chart, or that what the browser has is still right. Past Fastify's way of answering, which costs more than
 * all else where the chart is kept.
 */
export function sendChart(
  body: ChartBody,
  { headers }: FastifyRequest,
  reply: Pick<FastifyReply, 'hijack' | 'raw'>,
): void {
  reply.hijack();
  const isKnown = body.etag !== undefined && isAmong(headers['if-none-match'], body.etag);
  reply.raw.writeHead(isKnown ? 304 : 200, headOf(body, isKnown));
  reply.raw.end(isKnown ? undefined : body.bytes);
}

/** Names and values in one list, which Node writes as they are. */
function headOf({ bytes, type, isGzip, etag }: ChartBody, isKnown: boolean): string[] {
  const head = [...always];
  // Kept by the browser of this person alone, and asked about each time: it costs a hundred bytes.
  head.push('cache-control', etag === undefined ? 'no-store' : 'private, no-cache');
  if (etag !== undefined) head.push('etag', etag);
  if (isKnown) return head;
  head.push('content-type', type, 'content-length', String(bytes.length));
  if (isGzip) head.push('content-encoding', 'gzip');
  return head;
}

/** Whether a list such as `text/html, gzip;q=0.5` names it, and not with `q=0`. */
export function accepts(list: string | undefined, wanted: string): boolean {
  if (list === undefined || !list.includes(wanted)) return false;
  return list.split(',').some(item => {
    const [name = '', ...parameters] = item.split(';').map(part => part.trim());
    return name.toLowerCase() === wanted && !parameters.some(part => /^q=0(\.0*)?$/i.test(part));
  });
}
