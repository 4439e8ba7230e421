import type { FastifyReply, FastifyRequest } from 'fastify';
import type { SessionState } from '../auth/sessions.ts';
import type { SignInOutcome } from '../auth/sign-in.ts';
import { Type } from '../typebox.ts';
import { recordChange } from './audited.ts';
import { Session, SignIn } from './contract.ts';
import type { ApiErrorCode } from './error-table.ts';
import { ApiFailure } from './errors.ts';
import { accessOf, clearSessionCookie, sessionOf, setSessionCookie } from './guard.ts';
import type { ApiParts, Routes } from './routes.ts';
import { ShareSessions, toldAccess } from './share-session.ts';
import { SignInLog } from './sign-in-log.ts';

export const sessionRoutes: Routes = (api, parts) => {
  const { auth } = parts;
  const tags = ['session'];
  const shareSessions = new ShareSessions(parts);
  const signInLog = new SignInLog(parts);

  api.post(
    '/api/v1/session',
    {
      config: { access: 'public' },

      schema: { tags, summary: 'Sign in, or open a link', body: SignIn, response: { 201: Session } },
    },
    async (request, reply) => {
      if ('share' in request.body)
        return reply.code(201).send(await shareSessions.begin(request, reply, request.body.share));
      const { password, secondFactor } = request.body;
      const user = auth.accounts.nameOf(request.body.user);
      if (!auth.accounts.exist) throw new ApiFailure('setup.needed');
      const outcome = await auth.signIn.check({ user, password, secondFactor, address: request.ip });
      if (outcome.state !== 'right') {
        signInLog.refused(request, outcome, user);
        throw refusalOf(outcome, 'signIn.wrong');
      }
      return reply.code(201).send(await startSession(parts, request, reply, user));
    },
  );

  api.get(
    '/api/v1/session',
    {
      config: { access: 'known', isBeforePasswordChange: true },
      schema: { tags, summary: 'Who is signed in', response: { 200: Session } },
    },
    async request => {
      const access = accessOf(request);
      return access.kind === 'account' ? told(parts, sessionOf(request)) : toldAccess(parts, access);
    },
  );

  api.delete(
    '/api/v1/session',
    {
      config: { access: 'known', isBeforePasswordChange: true },
      schema: { tags, summary: 'Sign out', response: { 204: Type.Null() } },
    },
    async (request, reply) => {
      const { kind, user } = accessOf(request);
      if (kind === 'token') throw new ApiFailure('access.account');
      // What a link shows ends with the link; here it is forgotten.
      if (kind === 'account') await auth.sessions.end(sessionOf(request).id);
      // Who has a link is nobody, and can come as often as they like.
      if (kind === 'account')
        recordChange(parts, request, { action: 'session.end', subject: user, site: null });
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
  // Removed while the password was checked.
  if (auth.accounts.find(user) === undefined) throw new ApiFailure('signIn.wrong');
  const agent = request.headers['user-agent'] ?? '';
  const { token, session } = await auth.sessions.begin(user, { address: request.ip, agent });
  if (request.session !== null) await auth.sessions.end(request.session.id);
  await auth.accounts.signedIn(user);
  parts.audit.record({
    access: auth.accessOf(session),
    address: request.ip,
    action: 'session.signIn',
    subject: user,
    site: null,
    before: null,
    after: null,
  });
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
    hasSecondFactor: auth.secondFactors.has(user),
    mustChangePassword: auth.accounts.find(user)?.mustChangePassword === true,
  };
}

/** Why somebody was not let in. `wrong`: what a wrong password or setup code is called. */
export function refusalOf(
  outcome: Exclude<SignInOutcome, { state: 'right' }>,
  wrong: ApiErrorCode,
  field?: string,
): ApiFailure {
  switch (outcome.state) {
    case 'wrong':
      return new ApiFailure(wrong, field === undefined ? {} : { field });
    case 'factorMissing':
      return new ApiFailure('signIn.secondFactor', { field: 'secondFactor' });
    case 'factorWrong':
      return new ApiFailure('signIn.wrongSecondFactor', { field: 'secondFactor' });
    case 'throttled': {
      const retryAfterS = Math.ceil(outcome.waitMs / 1000);
      const message = `Too many tries; the next one is allowed in ${retryAfterS} s.`;
      return new ApiFailure('signIn.tooMany', { message, retryAfterS });
    }
  }
}
