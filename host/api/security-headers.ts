import { deepFreeze } from '#core/freeze.ts';
import type { Api } from './routes.ts';

/**
 * Page and documentation load nothing from elsewhere, and neither script nor style stands in their text. (Swagger UI sets its
 * styles through the DOM, which that allows; a test in a browser hears every complaint.)
 */
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
  'base-uri': "'none'",
  'form-action': "'self'",
  'frame-ancestors': "'none'",
} as const;

const textOf = (policy: Readonly<Record<string, string>>): string =>
  Object.entries(policy)
    .map(([name, value]) => `${name} ${value}`)
    .join('; ');

/** The headers of every answer; what is written past Fastify takes them from here. */
export const securityHeaders = deepFreeze({
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'origin-agent-cluster': '?1',
  // Boards are flashed by Web Serial.
  'permissions-policy':
    'accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), hid=(), magnetometer=(), microphone=(), midi=(), payment=(), serial=(self), usb=()',
  'content-security-policy': textOf(pagePolicy),
} as const);

const uncached = deepFreeze({ ...securityHeaders, 'cache-control': 'no-store' });

export const docsPath = '/api/docs';

/**
 * Puts them on every answer. None is cached, unless its route says otherwise: one address can be written in many ways (`/%61pi/`,
 * `http://host/api/`), and a browser would keep the way to TLS (308) beyond the setting that made it.
 */
export function addSecurityHeaders(api: Api): void {
  api.addHook('onRequest', (_request, reply, done) => {
    reply.headers(uncached);
    done();
  });
}
