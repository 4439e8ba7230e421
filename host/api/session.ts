import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { SessionState } from '../auth/sessions.ts';
import type { SignInOutcome } from '../auth/sign-in.ts';
import { Credentials, Session } from './contract.ts';
import { type ApiErrorCode, ApiFailure } from './errors.ts';
import { clearSessionCookie, sessionOf, setSessionCookie } from './guard.ts';
import type { ApiParts, Routes } from './routes.ts';

export const sessionRoutes: Routes = (api, parts) => {
  const { auth } = parts;
  const tags = ['session'];

  api.post(
    '/api/v1/session',
    {
      config: { access: 'public' },

      schema: { tags, summary: 'Sign in', body: Credentials, response: { 201: Session } },
    },
    async (request, reply) => {
      const { user, password } = request.body;
      if (!auth.accounts.exist) throw new ApiFailure('setup.needed');
      const outcome = await auth.signIn.check(user, password, request.ip);
      if (outcome.state !== 'right') throw refusalOf(outcome, 'signIn.wrong');
      return reply.code(201).send(await startSession(parts, request, reply, user));
    },
  );

  api.get(
    '/api/v1/session',
    {
      config: { access: 'known' },
      schema: { tags, summary: 'Who is signed in', response: { 200: Session } },
    },
    async request => told(parts, sessionOf(request)),
  );

  api.delete(
    '/api/v1/session',
    { config: { access: 'known' }, schema: { tags, summary: 'Sign out', response: { 204: Type.Null() } } },
    async (request, reply) => {
      await auth.sessions.end(sessionOf(request).id);
      clearSessionCookie(request, reply);
      return reply.code(204).send(null);
    },
  );
};

/** Begins a session for a user who has proved to be one. The one the browser had before ends. */
export async function startSession(
  parts: ApiParts,
  request: FastifyRequest,
  reply: FastifyReply,
  user: string,
): Promise<Session> {
  const { auth } = parts;
  if (request.session !== null) await auth.sessions.end(request.session.id);
  const { token, session } = await auth.sessions.begin(user);
  setSessionCookie(request, reply, token);
  return told(parts, session);
}

function told({ auth }: ApiParts, session: SessionState): Session {
  const { user, roles } = auth.accessOf(session);
  return {
    kind: 'account',
    user,
    expiresMs: session.expiresMs,
    roles: { ...roles },
    meters: null,
    view: null,
    hasSecondFactor: false,
    mustChangePassword: false,
  };
}

/** Why somebody was not let in. */
export function refusalOf(
  outcome: Exclude<SignInOutcome, { state: 'right' }>,
  wrong: ApiErrorCode,
  field?: string,
): ApiFailure {
  if (outcome.state === 'wrong') return new ApiFailure(wrong, field === undefined ? {} : { field });
  const retryAfterS = Math.ceil(outcome.waitMs / 1000);
  return new ApiFailure('signIn.tooMany', {
    message: `Too many tries; the next one is allowed in ${retryAfterS} s.`,
    retryAfterS,
  });
}
