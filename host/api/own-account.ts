import type { FastifyRequest } from 'fastify';
import type { SessionState } from '../auth/sessions.ts';
import { Type } from '../typebox.ts';
import { recordChange } from './audited.ts';
import {
  OwnSession,
  PasswordChange,
  PasswordProof,
  SecondFactorOffer,
  SecondFactorProof,
  SessionPath,
  SpareCodes,
} from './contract.ts';
import { ApiFailure } from './errors.ts';
import { accessNowOf, sessionOf } from './guard.ts';
import { checkPassword } from './new-password.ts';
import type { ApiParts, Routes } from './routes.ts';
import { refusalOf } from './session.ts';

const shownIdLength = 16;
/** Ids of sessions are hashes of their tokens; a part of one is enough to tell them apart. */
const shownId = ({ id }: SessionState): string => id.slice(0, shownIdLength);

/** What somebody who is signed in sees and changes of themself. */
export const ownAccountRoutes: Routes = (api, parts) => {
  const { auth } = parts;
  const tags = ['account'];
  const config = { access: 'account', isBeforePasswordChange: true } as const;

  api.get(
    '/api/v1/account/sessions',
    {
      config,
      schema: {
        tags,
        summary: 'Where one is signed in, the newest first',
        response: { 200: Type.Array(OwnSession) },
      },
    },
    async request => {
      const own = sessionOf(request);
      return auth.sessions
        .of(own.user)
        .map(session => {
          const { createdMs, seenMs, expiresMs, address, agent } = session;
          const isThis = session.id === own.id;
          return { id: shownId(session), createdMs, seenMs, expiresMs, address, agent, isThis };
        })
        .reverse();
    },
  );

  api.delete(
    '/api/v1/account/sessions/:id',
    {
      config,
      schema: {
        tags,
        summary: 'Sign out one of them',
        params: SessionPath,
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const { user } = sessionOf(request);
      const session = auth.sessions.of(user).find(one => shownId(one) === id);
      if (session === undefined)
        throw new ApiFailure('session.unknown', { message: `You have no session ${id}.`, field: 'id' });
      await auth.sessions.end(session.id);
      record(request, 'session.end', { before: { address: session.address, agent: session.agent } });
      return reply.code(204).send(null);
    },
  );

  api.delete(
    '/api/v1/account/sessions',
    { config, schema: { tags, summary: 'Sign out everywhere else', response: { 204: Type.Null() } } },
    async (request, reply) => {
      const { user, id } = sessionOf(request);
      const ended = await auth.sessions.endAll(user, id);
      record(request, 'session.end', { before: { others: ended } });
      return reply.code(204).send(null);
    },
  );

  api.put(
    '/api/v1/account/password',
    {
      config,
      schema: {
        tags,
        summary: 'Another password of one’s own; all other sessions end',
        body: PasswordChange,
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) => {
      const { user, id } = sessionOf(request);
      const { password, newPassword } = request.body;
      checkPassword(parts, newPassword, user, 'newPassword');
      const mark = auth.accounts.passwordMark(user);
      await provePassword(parts, request, password);
      if (password === newPassword) throw new ApiFailure('password.same', { field: 'newPassword' });
      await auth.accounts.setPassword(user, newPassword, false, () => {
        accessNowOf(parts, request);
        // An admin has chosen another one while this one was hashed: theirs stands.
        if (auth.accounts.passwordMark(user) !== mark)
          throw new ApiFailure('account.wrongPassword', { field: 'password' });
      });
      await auth.sessions.endAll(user, id);
      record(request, 'account.password', {});
      return reply.code(204).send(null);
    },
  );

  api.post(
    '/api/v1/account/second-factor',
    {
      config,
      schema: {
        tags,
        summary: 'A secret for an app that makes codes; it counts once a code of it was given back',
        body: PasswordProof,
        response: { 200: SecondFactorOffer },
      },
    },
    async request => {
      await provePassword(parts, request, request.body.password);
      return auth.secondFactors.offer(sessionOf(request).user);
    },
  );

  api.put(
    '/api/v1/account/second-factor',
    {
      config,
      schema: {
        tags,
        summary:
          'Ask for a code at each sign-in from now on; all other sessions end. Gives spare codes, this once',
        body: SecondFactorProof,
        response: { 200: SpareCodes },
      },
    },
    async request => {
      const { user, id } = sessionOf(request);
      const { password, code } = request.body;
      if (!auth.secondFactors.hasOffer(user)) throw new ApiFailure('secondFactor.noOffer');
      await provePassword(parts, request, password);
      const before = { hasSecondFactor: auth.secondFactors.has(user) };
      const codes = await auth.secondFactors.accept(user, code);
      if (codes === undefined) throw new ApiFailure('secondFactor.wrongCode', { field: 'code' });
      await auth.sessions.endAll(user, id);
      // One put in the place of another is a change, too.
      record(request, 'account.secondFactor', {
        before,
        after: { hasSecondFactor: true, spareCodes: codes.length },
      });
      return { codes: [...codes] };
    },
  );

  api.post(
    '/api/v1/account/second-factor/off',
    {
      config,
      schema: {
        tags,
        summary: 'The password is enough from now on',
        body: PasswordProof,
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) => {
      await provePassword(parts, request, request.body.password);
      await auth.secondFactors.remove(sessionOf(request).user);
      record(request, 'account.secondFactor', {
        before: { hasSecondFactor: true },
        after: { hasSecondFactor: false },
      });
      return reply.code(204).send(null);
    },
  );

  function record(
    request: FastifyRequest,
    action: string,
    change: { before?: object; after?: object },
  ): void {
    recordChange(parts, request, { action, subject: sessionOf(request).user, site: null, ...change });
  }
};

/** @throws ApiFailure where it is not the password of who is signed in, or too many were tried */
async function provePassword(parts: ApiParts, request: FastifyRequest, password: string): Promise<void> {
  const { user } = sessionOf(request);
  const outcome = await parts.auth.signIn.prove({ user, password, address: request.ip });
  if (outcome.state !== 'right') throw refusalOf(outcome, 'account.wrongPassword', 'password');
  // Who was signed out while it was checked changes nothing more.
  accessNowOf(parts, request);
}
