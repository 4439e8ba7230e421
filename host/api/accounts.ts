import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { AccountState } from '../auth/accounts.ts';
import { everySite, type SiteRoles } from '../auth/roles.ts';
import { checkGiven, checkPerson, governedAccount, governs } from './account-rights.ts';
import { recordChange } from './audited.ts';
import { Account, AccountChange, AccountPath, NewAccount } from './contract.ts';
import { ApiFailure } from './errors.ts';
import { accessOf } from './guard.ts';
import { checkPassword } from './new-password.ts';
import type { ApiParts, Routes } from './routes.ts';

/** The people of the host, or of the sites that who asks administers. */
export const accountRoutes: Routes = (api, parts) => {
  const { auth } = parts;
  const tags = ['accounts'];
  const config = { access: { role: 'admin', of: 'visible' } } as const;

  api.get(
    '/api/v1/accounts',
    {
      config,
      schema: {
        tags,
        summary: 'All accounts; for an admin of sites those that have roles at these alone',
        response: { 200: Type.Array(Account) },
      },
    },
    async request => {
      const access = accessOf(request);
      const seen = auth.accounts.list().filter(({ roles }) => governs(access, roles));
      return seen.map(account => told(parts, account));
    },
  );

  api.post(
    '/api/v1/accounts',
    {
      config,
      schema: {
        tags,
        summary: 'Make an account; its person has to choose another password at the first sign-in',
        body: NewAccount,
        response: { 201: Account },
      },
    },
    async (request, reply) => {
      const access = accessOf(request);
      const { user, password, roles } = request.body;
      checkPerson(access);
      checkGiven(parts, access, roles);
      checkPassword(parts, password, user);
      await auth.accounts.create(user, password, roles, true);
      record(parts, request, 'account.create', user, { after: { roles } });
      return reply.code(201).send(told(parts, governedAccount(parts, access, user)));
    },
  );

  api.patch(
    '/api/v1/accounts/:user',
    {
      config,
      schema: {
        tags,
        summary:
          'Other roles, a new password (all sessions of the account end), or no second factor any more',
        params: AccountPath,
        body: AccountChange,
        response: { 200: Account },
      },
    },
    async request => {
      const access = accessOf(request);
      const { user } = request.params;
      const { roles, password, hasSecondFactor } = request.body;
      checkPerson(access);
      const before = governedAccount(parts, access, user);
      if (user === access.user && (password !== undefined || hasSecondFactor !== undefined))
        throw new ApiFailure('account.own');
      if (roles !== undefined) checkGiven(parts, access, roles);
      if (password !== undefined) checkPassword(parts, password, user, 'password');
      if (roles !== undefined) {
        await auth.accounts.setRoles(user, roles);
        record(parts, request, 'account.roles', user, { before: { roles: before.roles }, after: { roles } });
      }
      if (password !== undefined) {
        await auth.accounts.setPassword(user, password, true);
        await auth.sessions.endAll(user);
        record(parts, request, 'account.password', user, { after: { mustChangePassword: true } });
      }
      if (hasSecondFactor === false && auth.secondFactors.has(user)) {
        await auth.secondFactors.remove(user);
        record(parts, request, 'account.secondFactor', user, {
          before: { hasSecondFactor: true },
          after: { hasSecondFactor },
        });
      }
      return told(parts, { ...before, ...auth.accounts.find(user) });
    },
  );

  api.delete(
    '/api/v1/accounts/:user',
    {
      config,
      schema: {
        tags,
        summary: 'Remove an account with all that is kept of it; its sessions end',
        params: AccountPath,
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) => {
      const access = accessOf(request);
      const { user } = request.params;
      checkPerson(access);
      const { roles } = governedAccount(parts, access, user);
      await auth.removeAccount(user);
      record(parts, request, 'account.remove', user, { before: { roles } }, roles);
      return reply.code(204).send(null);
    },
  );
};

/** An entry for each site that is concerned; one for the host where the roles are of it. */
function record(
  parts: ApiParts,
  request: FastifyRequest,
  action: string,
  user: string,
  change: { readonly before?: object; readonly after?: object },
  roles: SiteRoles = parts.auth.accounts.rolesOf(user),
): void {
  const sites = Object.keys(roles);
  const isOfHost = sites.length === 0 || sites.includes(everySite);
  for (const site of isOfHost ? [null] : sites)
    recordChange(parts, request, { action, subject: user, site, ...change });
}

const told = ({ auth }: ApiParts, account: AccountState): Account => {
  const { user, roles, createdMs, lastSignInMs, mustChangePassword } = account;
  return {
    user,
    roles: { ...roles },
    createdMs,
    lastSignInMs,
    mustChangePassword,
    hasSecondFactor: auth.secondFactors.has(user),
    sessions: auth.sessions.of(user).length,
  };
};
