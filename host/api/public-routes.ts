import type { RouteOptions } from 'fastify';
import { deepFreeze } from '#core/freeze.ts';

/** All that is answered to anybody: five, and no more. A route that says it is public and is not here stops the start. */
export const publicRoutes: readonly string[] = deepFreeze([
  'GET /api/v1/health',
  'POST /api/v1/session',
  'POST /api/v1/setup',
  'POST /api/v1/pair',
  // The page, which holds no data.
  'GET /*',
]);

/** @throws Error for a route that is open to anybody and not listed. */
export function holdPublic({ method, url, config }: Pick<RouteOptions, 'method' | 'url' | 'config'>): void {
  if (config?.access !== 'public') return;
  for (const name of [method].flat()) {
    const route = `${name === 'HEAD' ? 'GET' : name} ${url}`;
    if (!publicRoutes.includes(route))
      throw new Error(`${route} is open to anybody and not among the public routes`);
  }
}
