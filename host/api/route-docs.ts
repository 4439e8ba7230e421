import type { RouteAccess } from '../auth/access.ts';
import { apiErrors } from './error-table.ts';

/** How one proves who one is, as OpenAPI names it. */
export const securitySchemes = {
  session: {
    type: 'apiKey',
    in: 'cookie',
    name: 'joulegate',
    description: 'What POST /api/v1/session gives a browser; over TLS the cookie is called __Host-joulegate.',
  },
  bearer: {
    type: 'http',
    scheme: 'bearer',
    description:
      'A token of POST /api/v1/tokens. Where a request brings one, that alone decides, and no cookie is looked at.',
  },
} as const;

type Proof = Partial<Record<keyof typeof securitySchemes, string[]>>;

/** What a route takes as proof of who comes; none of it where anybody may. */
export function securityOf(access: RouteAccess | undefined): Proof[] {
  if (access === 'public' || access === 'key') return [];
  if (access === 'sender') return [{ bearer: [] }];
  return access === 'account' ? [{ session: [] }] : [{ session: [] }, { bearer: [] }];
}

/** Who may come, in words. */
export function accessText(access: RouteAccess | undefined): string {
  if (access === 'public') return 'Open to everybody.';
  if (access === 'key') return 'For whoever has the key in the address.';
  if (access === 'known') return 'For whoever is signed in or brings a token.';
  if (access === 'account') return 'For a person who is signed in; no token, no link.';
  if (access === 'sender') return 'For a token with the scope ingest.';
  if (access === undefined) return 'For admins of the host.';
  if (access.of === 'host') return `For the role ${access.role} at every site.`;
  if (access.of === 'visible')
    return `For the role ${access.role} at one site at least; tells of what may be seen alone.`;
  const one = access.of === 'site' ? 'the site' : `the site of the ${access.of}`;
  return `For the role ${access.role} at ${one} in ${access.in}; what is of other sites is answered like what is not there.`;
}

/**
 * `GET /api/v1/gateways/:id/settings` as `getGatewaysIdSettings`, `GET /health` as `getRootHealth`: unique, since method and
 * path are.
 */
export function operationIdOf(method: string, url: string): string {
  const path = url.startsWith('/api/') ? url.replace(/^\/api\/v1/, '') : `root${url}`;
  const words = path.split(/[^a-zA-Z0-9]+/);
  const camel = words.map(word => `${word.charAt(0).toUpperCase()}${word.slice(1)}`).join('');
  return `${method.toLowerCase()}${camel}`;
}

/** Every error there is, for whoever writes a program: by code its status, its text and what to do. */
export const errorTable = Object.fromEntries(
  Object.entries(apiErrors).map(([code, row]) => [
    code,
    { status: row.status, message: row.message, ...('help' in row && { help: row.help }) },
  ]),
);
