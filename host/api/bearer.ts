import type { FastifyRequest } from 'fastify';
import { addressKey, Throttle } from '../auth/throttle.ts';
import { hashToken, isTokenOf } from '../auth/tokens.ts';
import { ApiFailure } from './errors.ts';
import type { ApiParts } from './routes.ts';

/** Guessing 256 bits is hopeless and checking costs next to nothing: this only keeps what is broken from asking all day. */
const wrongMost = { tries: 100, withinMs: 5 * 60 * 1000 };

/** What a program brings as its token; where it brings one, that alone decides, and no cookie is looked at. */
export const bearerOf = ({ headers }: Pick<FastifyRequest, 'headers'>): string | undefined =>
  /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1];

/**
 * The token where programs written for InfluxDB have it: `Authorization: Token …` of version 2, the password of version 1,
 * as Basic or as `p` of the address; its user is not looked at.
 */
export function senderSecretOf({
  headers,
  query,
}: Pick<FastifyRequest, 'headers' | 'query'>): string | undefined {
  const { authorization = '' } = headers;
  const token = /^Token +(\S+)$/i.exec(authorization)?.[1];
  const basic = /^Basic +([A-Za-z0-9+/=_-]+)$/i.exec(authorization)?.[1];
  // Some send version 1's user and password as `Token user:password`.
  if (token !== undefined) return token.slice(token.indexOf(':') + 1);
  if (basic !== undefined) {
    const pair = Buffer.from(basic, 'base64').toString();
    return pair.slice(pair.indexOf(':') + 1);
  }
  const given: unknown = typeof query === 'object' && query !== null ? Reflect.get(query, 'p') : undefined;
  return typeof given === 'string' && given !== '' ? given : undefined;
}

/** Lets programs in by their tokens. */
export class Bearers {
  readonly #parts: Pick<ApiParts, 'auth' | 'audit'>;
  readonly #scraperHash: string | undefined;
  readonly #wrong: Throttle;

  constructor({ settings, nowMs, ...parts }: Pick<ApiParts, 'auth' | 'audit' | 'settings' | 'nowMs'>) {
    this.#parts = parts;
    const { metricsToken } = settings;
    this.#scraperHash = metricsToken === undefined ? undefined : hashToken(metricsToken);
    this.#wrong = new Throttle(wrongMost, nowMs);
  }

  /**
   * Sets what a token lets a request do; `isScraper`: it may have what is for scrapers, whatever else it may. A failure where
   * it is none, or has expired; a right one is taken however many wrong ones came before.
   */
  letIn(request: FastifyRequest, token: string): { readonly isScraper: boolean } | ApiFailure {
    const { isForScrapers = false } = request.routeOptions.config;
    if (isForScrapers && this.#scraperHash !== undefined && isTokenOf(this.#scraperHash, token))
      return { isScraper: true };
    const outcome = this.#parts.auth.apiTokens.check(token);
    if (outcome.state !== 'right') return this.#refusal(request, outcome.state);
    request.access = outcome.access;
    return { isScraper: isForScrapers && outcome.mayScrape };
  }

  #refusal(request: FastifyRequest, state: 'unknown' | 'expired'): ApiFailure {
    const key = addressKey(request.ip);
    const waitMs = this.#wrong.waitMs(key);
    if (waitMs > 0) return new ApiFailure('token.tooMany', { retryAfterS: Math.ceil(waitMs / 1000) });
    this.#wrong.tried(key);
    const action = state === 'expired' ? 'token.expired' : 'token.wrong';
    this.#parts.audit.recordRefusal({ access: null, address: request.ip, action, subject: '', site: null });
    return new ApiFailure(state === 'expired' ? 'token.expired' : 'token.invalid');
  }
}
