import type { FastifyRequest } from 'fastify';
import type { AccountState } from '../auth/accounts.ts';
import { everySite, type SiteRoles } from '../auth/roles.ts';
import { Type } from '../typebox.ts';
import { checkGiven, checkPerson, governedAccount, governs } from './account-rights.ts';
import { recordChange } from './audited.ts';
import { Account, AccountChange, AccountPath, NewAccount } from './contract.ts';
import { ApiFailure } from './errors.ts';
import { accessNowOf, accessOf } from './guard.ts';
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
      const { password, roles } = request.body;
      const user = auth.accounts.nameOf(request.body.user);
      checkPerson(access);
      checkGiven(parts, access, roles);
      checkPassword(parts, password, user);
      const assertStill = () => checkGiven(parts, accessNowOf(parts, request), roles);
      await auth.accounts.create(user, password, roles, true, assertStill);
      record(parts, request, 'account.create', user, undefined, roles);
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
      const user = auth.accounts.nameOf(request.params.user);
      const { roles, password, hasSecondFactor } = request.body;
      checkPerson(access);
      const before = governedAccount(parts, access, user);
      if (user === access.user && (password !== undefined || hasSecondFactor !== undefined))
        throw new ApiFailure('account.own');
      if (roles !== undefined) checkGiven(parts, access, roles);
      if (password !== undefined) checkPassword(parts, password, user, 'password');
      if (roles !== undefined) {
        await auth.accounts.setRoles(user, roles);
        record(parts, request, 'account.roles', user, before.roles, roles);
      }
      if (password !== undefined) {
        const assertStill = () => void governedAccount(parts, accessNowOf(parts, request), user);
        await auth.accounts.setPassword(user, password, true, assertStill);
        await auth.sessions.endAll(user);
        recordOf(parts, request, 'account.password', user, { after: { mustChangePassword: true } });
      }
      if (hasSecondFactor === false && auth.secondFactors.has(user)) {
        await auth.secondFactors.remove(user);
        recordOf(parts, request, 'account.secondFactor', user, {
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
      const user = auth.accounts.nameOf(request.params.user);
      checkPerson(access);
      const { roles } = governedAccount(parts, access, user);
      await auth.removeAccount(user);
      record(parts, request, 'account.remove', user, roles, undefined);
      return reply.code(204).send(null);
    },
  );
};

/** What was and is of somebody's roles: to each site that is concerned its own, and all of it to the host. */
function record(
  parts: ApiParts,
  request: FastifyRequest,
  action: string,
  user: string,
  before: SiteRoles | undefined,
  after: SiteRoles | undefined,
): void {
  const entry = (site: string | null, told: (roles: SiteRoles) => SiteRoles) => {
    const was = before === undefined ? {} : { before: { roles: told(before) } };
    const is = after === undefined ? {} : { after: { roles: told(after) } };
    recordChange(parts, request, { action, subject: user, site, ...was, ...is });
  };
  const all = Object.keys({ ...before, ...after });
  const sites = all.filter(site => site !== everySite);
  if (all.length !== 1 || sites.length === 0) entry(null, roles => roles);
  for (const site of sites)
    entry(site, roles => Object.fromEntries(Object.entries(roles).filter(([id]) => id === site)));
}

/** Something else of an account: an entry for each of its sites; one for the host where its roles are of it. */
function recordOf(
  parts: ApiParts,
  request: FastifyRequest,
  action: string,
  user: string,
  change: { readonly before?: object; readonly after?: object },
): void {
  const sites = Object.keys(parts.auth.accounts.rolesOf(user));
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
