import { hash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { ApiFailure } from './errors.ts';
import type { Api } from './routes.ts';

/**
 * What is asked for again and again, and seldom another: it gets a tag, and who has it gets 304. (Charts have tags of their
 * own, in `send-chart.ts`; values and states change with every look.)
 */
const tagged: ReadonlySet<string> = new Set([
  '/api/v1/profiles',
  '/api/v1/profiles/:id/text',
  '/api/v1/firmware',
  '/api/v1/sites',
  '/api/v1/sites/:site',
  '/api/v1/series',
  '/api/v1/gateways/:id/settings',
  '/api/v1/corrections',
  '/api/v1/imports',
  '/api/docs/json',
]);

/** What is no secret of any site: browsers may keep it, and ask about it each time. Of the rest nothing lies on a device. */
const kept: ReadonlySet<string> = new Set(['/api/v1/profiles', '/api/docs/json']);

/** Puts tags on answers of these addresses, and answers 304 to who has them. */
export function addConditional(api: Api): void {
  api.addHook('onSend', (request, reply, payload, done) => {
    const { url = '' } = request.routeOptions;
    const isTagged = request.method === 'GET' && tagged.has(url);
    if (!isTagged || reply.statusCode !== 200 || typeof payload !== 'string') {
      done(null, payload);
      return;
    }
    const tag = tagOf(payload);
    reply.header('etag', tag).header('vary', 'Cookie, Authorization');
    if (kept.has(url)) reply.header('cache-control', 'private, no-cache');
    if (!isAmong(request.headers['if-none-match'], tag)) {
      done(null, payload);
      return;
    }
    reply.code(304).removeHeader('content-type').removeHeader('content-length');
    done(null, null);
  });
}

/**
 * Holds a change to what its sender has seen, where it says so by If-Match: the tag of what GET of the same address tells.
 * @throws ApiFailure version.changed
 */
export function assertMatch({ headers }: Pick<FastifyRequest, 'headers'>, told: object): void {
  const tags = headers['if-match'];
  if (tags === undefined || isAmong(tags, tagOf(JSON.stringify(told)))) return;
  throw new ApiFailure('version.changed', { field: 'if-match' });
}

const tagOf = (text: string): string => `"${hash('sha256', text, 'base64url').slice(0, 22)}"`;

/** Whether a header names a tag; RFC 9110, 13.1.2: a weak one matches the strong one that it was made from. */
export function isAmong(tags: string | undefined, tag: string): boolean {
  if (tags === undefined) return false;
  return tags.split(',').some(one => ['*', tag].includes(one.trim().replace(/^W\//, '')));
}
