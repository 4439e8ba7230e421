import type { FastifyRequest } from 'fastify';
import type { SignInOutcome } from '../auth/sign-in.ts';
import { addressKey, Throttle } from '../auth/throttle.ts';
import type { ApiParts } from './routes.ts';

/** Of one address that comes too often, one entry in so long. */
const oftenMs = 5 * 60 * 1000;

/** Takes down who was not let in: the name only where it is one of ours, since people type passwords there, too. */
export class SignInLog {
  readonly #parts: Pick<ApiParts, 'auth' | 'audit'>;
  readonly #told: Throttle;

  constructor({ auth, audit, nowMs }: Pick<ApiParts, 'auth' | 'audit' | 'nowMs'>) {
    this.#parts = { auth, audit };
    this.#told = new Throttle({ tries: 1, withinMs: oftenMs }, nowMs);
  }

  refused({ ip }: FastifyRequest, { state }: SignInOutcome, user: string): void {
    const { auth, audit } = this.#parts;
    const subject = auth.accounts.find(user) === undefined ? '' : user;
    const entry = { access: null, address: ip, subject, site: null };
    if (state === 'wrong' || state === 'factorWrong')
      audit.recordRefusal({ ...entry, action: state === 'wrong' ? 'session.wrong' : 'session.wrongCode' });
    if (state !== 'throttled') return;
    const key = `${addressKey(ip)} ${subject}`;
    if (this.#told.waitMs(key) > 0) return;
    this.#told.tried(key);
    audit.recordRefusal({ ...entry, action: 'session.throttled' });
  }
}
