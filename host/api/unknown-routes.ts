import { ApiFailure } from './errors.ts';
import { sendFailure } from './faults.ts';
import type { Api } from './routes.ts';

/** Answers what no route takes: 405 with the methods the address knows, or 404. To be added before the routes. */
export function addUnknownRoutes(api: Api): void {
  const known: { readonly segments: readonly string[]; readonly method: string }[] = [];
  api.addHook('onRoute', ({ url, method }) => {
    if (url.includes('*') || url === '/api') return;
    for (const name of [method].flat()) known.push({ segments: url.split('/'), method: name });
  });
  const failureOf = (url: string, given: string): ApiFailure => {
    const path = url.replace(/[?#].*$/, '').split('/');
    const methods = known.filter(({ segments }) => fits(segments, path)).map(({ method }) => method);
    if (methods.length === 0 || methods.includes(given)) {
      return new ApiFailure('route.unknown', { message: `There is nothing at ${show(url)}.` });
    }
    return new ApiFailure('route.method', {
      message: `${given} given; ${show(url)} allows ${[...new Set(methods)].join(', ')}.`,
      field: 'method',
      allow: [...new Set(methods)],
    });
  };
  // GET would otherwise be the page's.
  for (const path of ['/api', '/api/*']) {
    api.get(path, { config: { access: 'known' }, schema: { hide: true } }, async ({ url, method }) => {
      throw failureOf(url, method);
    });
  }
  api.setNotFoundHandler(({ url, method }, reply) => sendFailure(failureOf(url, method), reply));
}

const fits = (segments: readonly string[], path: readonly string[]): boolean =>
  segments.length === path.length &&
  segments.every((segment, index) => segment.startsWith(':') || segment === path[index]);

const show = (url: string): string => (url.length > 120 ? `${url.slice(0, 120)}…` : url);
