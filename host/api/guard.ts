import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Access, RouteAccess } from '../auth/access.ts';
import { type SessionState, sessionMostMs } from '../auth/sessions.ts';
import { isShareSecret } from '../auth/shares.ts';
import { Bearers, bearerOf, senderSecretOf } from './bearer.ts';
import { ApiFailure } from './errors.ts';
import { holdPublic } from './public-routes.ts';
import { refusedAtDoor, refusedForSites } from './route-access.ts';
import type { Api, ApiParts } from './routes.ts';

/**
 * A browser takes a cookie of the first name over TLS alone, from this host alone, for all its paths: no neighbour below
 * the same domain and nobody on the line can put their own in its place.
 */
const cookieNames = Object.freeze({ tls: '__Host-joulegate', plain: 'joulegate' });
const cookieNameOf = (request: FastifyRequest): string =>
  isByTls(request) ? cookieNames.tls : cookieNames.plain;

const changing = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

/**
 * Lets in whom the route's `access` allows: by role at the door, and by the site of what the request names once its inputs
 * are valid. A route that says nothing is closed. What changes something must come from our own page, or from no page at all.
 */
export function addGuard(
  api: Api,
  parts: Pick<ApiParts, 'auth' | 'audit' | 'settings' | 'nowMs' | 'sites' | 'fleet' | 'store'>,
): void {
  const { auth } = parts;
  const bearers = new Bearers(parts);
  api.addHook('onRoute', holdPublic);
  api.decorateRequest('session', null);
  api.decorateRequest('access', null);
  const refusalOf = (request: FastifyRequest): ApiFailure | undefined => {
    // Outside /api there is nothing but the page, which holds no data.
    if (request.is404 && !request.url.startsWith('/api')) return undefined;
    const { access, isForCommands = false } = request.routeOptions.config;
    if (isForCommands && request.access?.kind === 'host') return undefined;
    // What is not there is refused to strangers like what is.
    const rule = access ?? (request.is404 ? 'known' : closed);
    return refusedAtDoor(rule, request.access) ?? refusedBeforePasswordChange(rule, request, auth);
  };
  const letIn = (request: FastifyRequest, session: SessionState | undefined) => {
    request.session = session ?? null;
    request.access = session === undefined ? null : auth.accessOf(session);
    return refusalOf(request);
  };
  const letInProgram = (request: FastifyRequest, token: string) => {
    const outcome = bearers.letIn(request, token);
    if (!(outcome instanceof ApiFailure) && outcome.isScraper) return undefined;
    const refusal = refusalOf(request);
    // What is open to everybody is so to programs with a wrong token, too.
    return refusal !== undefined && outcome instanceof ApiFailure ? outcome : refusal;
  };
  // A body may have taken its time: what counts is what who sent it may once it is here.
  const refusedMeanwhile = (request: FastifyRequest): ApiFailure | undefined => {
    if (request.access === null || !changing.has(request.method)) return undefined;
    request.access = auth.accessNow(request.access) ?? null;
    return refusalOf(request);
  };
  // Without promises where there is nothing to wait for: this runs at each request.
  api.addHook('onRequest', (request, _reply, done) => {
    if (request.access?.kind === 'host') {
      done(refusalOf(request));
      return;
    }
    // Browsers add no token by themselves, so no foreign page can have them send one.
    const bearer = bearerOf(request);
    if (bearer !== undefined) {
      done(letInProgram(request, bearer));
      return;
    }
    if (changing.has(request.method) && isForeign(request)) {
      done(new ApiFailure('origin.foreign', { field: 'origin' }));
      return;
    }
    const senders = request.routeOptions.config.access === 'sender' ? senderSecretOf(request) : undefined;
    if (senders !== undefined) {
      done(letInProgram(request, senders));
      return;
    }
    const token = tokenOf(request);
    if (token !== undefined && isShareSecret(token)) {
      request.access = auth.shares.check(token)?.access ?? null;
      done(refusalOf(request));
      return;
    }
    const session = token === undefined ? undefined : auth.sessions.use(token);
    if (session instanceof Promise) session.then(used => done(letIn(request, used)), done);
    else done(letIn(request, session));
  });
  api.addHook('preHandler', (request, _reply, done) => {
    const { access } = request.routeOptions.config;
    done(
      refusedMeanwhile(request) ??
        (access === undefined ? undefined : refusedForSites(access, request.access, request, parts)),
    );
  });
}

/** Who has a password that somebody else chose may change it, and nothing else. */
function refusedBeforePasswordChange(
  rule: RouteAccess,
  { access, routeOptions }: FastifyRequest,
  { accounts }: ApiParts['auth'],
): ApiFailure | undefined {
  if (access?.kind !== 'account' || accounts.find(access.user)?.mustChangePassword !== true) return undefined;
  const isAnswered = rule === 'public' || rule === 'key' || routeOptions.config.isBeforePasswordChange;
  return isAnswered ? undefined : new ApiFailure('account.mustChange');
}

/** Of a route that does not say who may come. */
const closed: RouteAccess = Object.freeze({ role: 'admin', of: 'host' });

/** What the browser brings as its session, true or not. */
function tokenOf(request: FastifyRequest): string | undefined {
  const { cookie } = request.headers;
  return cookie?.includes(cookieNames.plain)
    ? request.server.parseCookie(cookie)[cookieNameOf(request)]
    : undefined;
}

/**
 * Whether a browser sent it for another site's page. Browsers always say so, by Origin or Sec-Fetch-Site; a
 * program that is no browser says neither and holds no cookie that it was not given.
 */
function isForeign({ headers, host, protocol }: FastifyRequest): boolean {
  const { origin } = headers;
  if (origin !== undefined) {
    if (!URL.canParse(origin)) return true;
    const from = new URL(origin);
    // Of other schemes the host is not to be compared: that of any file is empty.
    if (from.protocol !== 'https:' && from.protocol !== 'http:') return true;
    const own = `${from.protocol}//${host}`;
    if (!URL.canParse(own) || new URL(own).host !== from.host) return true;
    // What came in plain may be anybody's page. (Where a proxy does not say how it was reached, its page is not held against it.)
    return protocol === 'https' && from.protocol !== 'https:';
  }
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

/** What who asks may by now, after something that took its time. @throws ApiFailure session.missing */
export function accessNowOf({ auth }: Pick<ApiParts, 'auth'>, request: FastifyRequest): Access {
  const now = auth.accessNow(accessOf(request));
  if (now === undefined) throw new ApiFailure('session.missing');
  return now;
}

const cookieMostS = sessionMostMs / 1000;

/** Gives the browser its session: not readable by scripts, not sent for other sites, for this host alone. */
export function setSessionCookie(
  request: FastifyRequest,
  reply: FastifyReply,
  token: string,
  lifeS = cookieMostS,
): void {
  const options = { ...cookieOptions(request), maxAge: Math.min(lifeS, cookieMostS) };
  reply.header('set-cookie', request.server.serializeCookie(cookieNameOf(request), token, options));
}

export function clearSessionCookie(request: FastifyRequest, reply: FastifyReply): void {
  const options = { ...cookieOptions(request), maxAge: 0, expires: new Date(0) };
  reply.header('set-cookie', request.server.serializeCookie(cookieNameOf(request), '', options));
}

const cookieOptions = (request: FastifyRequest) => ({
  path: '/',
  httpOnly: true,
  sameSite: 'strict' as const,
  secure: isByTls(request),
});

/** To this host, or to a proxy that it trusts and that says so. */
const isByTls = ({ protocol }: FastifyRequest): boolean => protocol === 'https';
