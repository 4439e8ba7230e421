import { Session, Setup } from './contract.ts';
import { ApiFailure } from './errors.ts';
import { checkPassword } from './new-password.ts';
import type { Routes } from './routes.ts';
import { refusalOf, startSession } from './session.ts';
import { SignInLog } from './sign-in-log.ts';

export const setupRoutes: Routes = (api, parts) => {
  const signInLog = new SignInLog(parts);
  api.post(
    '/api/v1/setup',
    {
      config: { access: 'public' },

      schema: {
        tags: ['session'],
        summary: 'Make the first account and sign in, by the code the host printed at its start',
        body: Setup,
        response: { 201: Session },
      },
    },
    async (request, reply) => {
      const { code, password } = request.body;
      const user = parts.auth.accounts.nameOf(request.body.user);
      if (parts.auth.accounts.exist) throw new ApiFailure('setup.done');
      checkPassword(parts, password, user);
      const outcome = await parts.auth.signIn.setUp(code, user, password, request.ip);
      if (outcome.state !== 'right') {
        signInLog.refused(request, outcome, user);
        throw refusalOf(outcome, 'setup.wrongCode', 'code');
      }
      return reply.code(201).send(await startSession(parts, request, reply, user));
    },
  );
};
