import type { FastifyReply, FastifyRequest } from 'fastify';
import type { SessionState } from '../auth/sessions.ts';
import { hashToken, isTokenOf } from '../auth/tokens.ts';
import { ApiFailure } from './errors.ts';
import type { Api, ApiParts } from './routes.ts';

const cookieName = 'joulegate';

const changing = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

/**
 * Lets nobody in without a session, except where a route says `isPublic`; a route that says nothing is closed.
 * What changes something must come from our own page, or from no page at all.
 */
export function addGuard(api: Api, { auth, settings }: Pick<ApiParts, 'auth' | 'settings'>): void {
  const { metricsToken } = settings;
  const scraperHash = metricsToken === undefined ? undefined : hashToken(metricsToken);
  api.decorateRequest('session', null);
  const refusalOf = (request: FastifyRequest): ApiFailure | undefined => {
    // Outside /api there is nothing but the page, which holds no data.
    const isPage = request.is404 && !request.url.startsWith('/api');
    if (request.session !== null || isPage) return undefined;
    const { isPublic = false, isForScrapers = false } = request.routeOptions.config;
    const isLetIn = isPublic || (isForScrapers && bringsToken(request, scraperHash));
    return isLetIn ? undefined : new ApiFailure('session.missing');
  };
  // Without promises where there is nothing to wait for: this runs at each request.
  api.addHook('onRequest', (request, _reply, done) => {
    if (changing.has(request.method) && isForeign(request)) {
      done(new ApiFailure('origin.foreign', { field: 'origin' }));
      return;
    }
    const token = tokenOf(request);
    const session = token === undefined ? undefined : auth.sessions.use(token);
    if (!(session instanceof Promise)) {
      request.session = session ?? null;
      done(refusalOf(request));
      return;
    }
    session.then(used => {
      request.session = used ?? null;
      done(refusalOf(request));
    }, done);
  });
}

/** What the browser brings as its session, true or not. */
function tokenOf({ headers, server }: FastifyRequest): string | undefined {
  const { cookie } = headers;
  return cookie?.includes(cookieName) ? server.parseCookie(cookie)[cookieName] : undefined;
}

function bringsToken({ headers }: FastifyRequest, hash: string | undefined): boolean {
  const token = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1];
  return hash !== undefined && token !== undefined && isTokenOf(hash, token);
}

/**
 * Whether a browser sent it for another site's page. Browsers always say so, by Origin or Sec-Fetch-Site; a
 * program that is no browser says neither and holds no cookie that it was not given.
 */
function isForeign({ headers }: FastifyRequest): boolean {
  const { origin, host } = headers;
  if (origin !== undefined) return !URL.canParse(origin) || new URL(origin).host !== host;
  const site = headers['sec-fetch-site'];
  return site !== undefined && site !== 'same-origin' && site !== 'none';
}

/** The session of a request that the guard let through. */
export function sessionOf(request: FastifyRequest): SessionState {
  if (request.session === null) throw new ApiFailure('session.missing');
  return request.session;
}

/** Gives the browser its session: not readable by scripts, not sent for other sites, for this host alone. */
export function setSessionCookie(request: FastifyRequest, reply: FastifyReply, token: string): void {
  const options = { ...cookieOptions(request), maxAge: 30 * 24 * 60 * 60 };
  reply.header('set-cookie', request.server.serializeCookie(cookieName, token, options));
}

export function clearSessionCookie(request: FastifyRequest, reply: FastifyReply): void {
  const options = { ...cookieOptions(request), maxAge: 0, expires: new Date(0) };
  reply.header('set-cookie', request.server.serializeCookie(cookieName, '', options));
}

const cookieOptions = (request: FastifyRequest) => ({
  path: '/',
  httpOnly: true,
  sameSite: 'strict' as const,
  // Behind a proxy that ends TLS the request itself is plain. A client that lies only spoils its own cookie.
  secure: request.protocol === 'https' || request.headers['x-forwarded-proto'] === 'https',
});
