import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Access } from '../auth/access.ts';
import { addressKey, Throttle } from '../auth/throttle.ts';
import type { Session } from './contract.ts';
import { ApiFailure } from './errors.ts';
import { setSessionCookie } from './guard.ts';
import type { ApiParts } from './routes.ts';

const wrongMost = { tries: 100, withinMs: 5 * 60 * 1000 };
const hourMs = 60 * 60 * 1000;

/** Signing in by a link: the browser keeps the link's own secret, so that the link's end is the session's. */
export class ShareSessions {
  readonly #parts: ApiParts;
  readonly #wrong: Throttle;

  constructor(parts: ApiParts) {
    this.#parts = parts;
    this.#wrong = new Throttle(wrongMost, parts.nowMs);
  }

  /** The session the browser had before ends. @throws ApiFailure where the link is not good, or too many were not */
  async begin(request: FastifyRequest, reply: FastifyReply, secret: string): Promise<Session> {
    const { auth, audit, nowMs } = this.#parts;
    const before = auth.shares.secrets.find(secret)?.lastUsedMs ?? 0;
    const found = auth.shares.check(secret);
    if (found === undefined) throw this.#refusal(request);
    const { share, access } = found;
    if (request.session !== null) await auth.sessions.end(request.session.id);
    // A page that stands on a wall opens its link again and again: once an hour tells enough.
    if (Math.floor(before / hourMs) !== Math.floor(nowMs() / hourMs)) {
      const { site } = share.body;
      const entry = { action: 'share.open', subject: share.id, site, before: null, after: null };
      audit.record({ access, address: request.ip, ...entry });
    }
    const lifeS = Math.floor((share.expiresMs - nowMs()) / 1000);
    setSessionCookie(request, reply, secret, lifeS);
    return toldAccess(this.#parts, access);
  }

  #refusal(request: FastifyRequest): ApiFailure {
    const key = addressKey(request.ip);
    const waitMs = this.#wrong.waitMs(key);
    if (waitMs > 0) return new ApiFailure('signIn.tooMany', { retryAfterS: Math.ceil(waitMs / 1000) });
    this.#wrong.tried(key);
    const { audit } = this.#parts;
    const action = 'share.wrong';
    audit.recordRefusal({ access: null, address: request.ip, action, subject: '', site: null });
    return new ApiFailure('share.wrong', { field: 'share' });
  }
}

/** What a token or a link is, as the session of who brings it. @throws ApiFailure where it has just ended */
export function toldAccess({ auth }: Pick<ApiParts, 'auth'>, access: Access): Session {
  const { kind, user, id, roles, meters } = access;
  const share = kind === 'share' ? auth.shares.secrets.get(id) : undefined;
  const kept = share ?? auth.apiTokens.secrets.get(id);
  if (kept === undefined) throw new ApiFailure('session.missing');
  return {
    kind: share === undefined ? 'token' : 'share',
    user,
    expiresMs: kept.expiresMs,
    roles: { ...roles },
    meters: meters === null ? null : [...meters],
    view: share?.body.view ?? null,
    hasSecondFactor: false,
    mustChangePassword: false,
  };
}
