import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Access, RouteAccess } from '../auth/access.ts';
import type { SessionState } from '../auth/sessions.ts';
import { hashToken, isTokenOf } from '../auth/tokens.ts';
import { ApiFailure } from './errors.ts';
import { refusedAtDoor, refusedForSites } from './route-access.ts';
import type { Api, ApiParts } from './routes.ts';

const cookieName = 'joulegate';

const changing = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

/**
 * Lets in whom the route's `access` allows: by role at the door, and by the site of what the request names once its inputs
 * are valid. A route that says nothing is closed. What changes something must come from our own page, or from no page at all.
 */
export function addGuard(
  api: Api,
  { auth, settings, sites }: Pick<ApiParts, 'auth' | 'settings' | 'sites'>,
): void {
  const { metricsToken } = settings;
  const scraperHash = metricsToken === undefined ? undefined : hashToken(metricsToken);
  api.decorateRequest('session', null);
  api.decorateRequest('access', null);
  const refusalOf = (request: FastifyRequest): ApiFailure | undefined => {
    // Outside /api there is nothing but the page, which holds no data.
    if (request.is404 && !request.url.startsWith('/api')) return undefined;
    const { access, isForScrapers = false } = request.routeOptions.config;
    if (isForScrapers && bringsToken(request, scraperHash)) return undefined;
    // What is not there is refused to strangers like what is.
    return refusedAtDoor(access ?? (request.is404 ? 'known' : closed), request.access);
  };
  const letIn = (request: FastifyRequest, session: SessionState | undefined) => {
    request.session = session ?? null;
    request.access = session === undefined ? null : auth.accessOf(session);
    return refusalOf(request);
  };
  // Without promises where there is nothing to wait for: this runs at each request.
  api.addHook('onRequest', (request, _reply, done) => {
    if (request.access?.kind === 'host') {
      done(refusalOf(request));
      return;
    }
    if (changing.has(request.method) && isForeign(request)) {
      done(new ApiFailure('origin.foreign', { field: 'origin' }));
      return;
    }
    const token = tokenOf(request);
    const session = token === undefined ? undefined : auth.sessions.use(token);
    if (session instanceof Promise) session.then(used => done(letIn(request, used)), done);
    else done(letIn(request, session));
  });
  api.addHook('preHandler', (request, _reply, done) => {
    const { access } = request.routeOptions.config;
    done(access === undefined ? undefined : refusedForSites(access, request.access, request, sites));
  });
}

/** Of a route that does not say who may come. */
const closed: RouteAccess = Object.freeze({ role: 'admin', of: 'host' });

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

/** Who asks, of a request that the guard let through. */
export function accessOf(request: FastifyRequest): Access {
  if (request.access === null) throw new ApiFailure('session.missing');
  return request.access;
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
