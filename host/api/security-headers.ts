import { deepFreeze } from '#core/freeze.ts';
import type { Api } from './routes.ts';

/** The page loads nothing from elsewhere and runs no script of its own making. */
const pagePolicy = {
  'default-src': "'self'",
  'script-src': "'self'",
  'style-src': "'self'",
  'img-src': "'self' data:",
  'font-src': "'self'",
  'connect-src': "'self'",
  'object-src': "'none'",
  'base-uri': "'self'",
  'form-action': "'self'",
  'frame-ancestors': "'none'",
} as const;

/** Swagger UI draws with style attributes; it stays behind the login, and its scripts are under the same rule. */
const docsPolicy = { ...pagePolicy, 'style-src': "'self' 'unsafe-inline'" } as const;

const textOf = (policy: Readonly<Record<string, string>>): string =>
  Object.entries(policy)
    .map(([name, value]) => `${name} ${value}`)
    .join('; ');

const headers = deepFreeze({
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
} as const);

const policies = { page: textOf(pagePolicy), docs: textOf(docsPolicy) };

export const docsPath = '/api/docs';

/** The headers of every answer; event streams are written past Fastify and take them from here. */
export const securityHeaders = (url: string): Readonly<Record<string, string>> => ({
  ...headers,
  'content-security-policy': url.startsWith(docsPath) ? policies.docs : policies.page,
});

/** Puts them on every answer; what the API says is never cached. */
export function addSecurityHeaders(api: Api): void {
  api.addHook('onRequest', async (request, reply) => {
    reply.headers(securityHeaders(request.url));
    if (/^\/(api|metrics)\b/.test(request.url)) reply.header('cache-control', 'no-store');
  });
}
