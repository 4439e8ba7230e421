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
  'worker-src': "'self'",
  'manifest-src': "'self'",
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

export const docsPath = '/api/docs';

const policies = {
  page: deepFreeze({ ...headers, 'content-security-policy': textOf(pagePolicy) }),
  docs: deepFreeze({ ...headers, 'content-security-policy': textOf(docsPolicy) }),
};
const uncached = {
  page: deepFreeze({ ...policies.page, 'cache-control': 'no-store' }),
  docs: deepFreeze({ ...policies.docs, 'cache-control': 'no-store' }),
};

/** The headers of every answer; what is written past Fastify takes them from here. */
export const securityHeaders = (url: string): Readonly<Record<string, string>> =>
  url.startsWith(docsPath) ? policies.docs : policies.page;

/** Puts them on every answer; what the API says is never cached, unless a route says otherwise. */
export function addSecurityHeaders(api: Api): void {
  api.addHook('onRequest', ({ url }, reply, done) => {
    const table = /^\/(api|metrics)\b/.test(url) ? uncached : policies;
    reply.headers(url.startsWith(docsPath) ? table.docs : table.page);
    done();
  });
}
