import type { Access } from '../auth/access.ts';
import type { KeptToken } from '../auth/api-tokens.ts';
import { everySite, roleAt } from '../auth/roles.ts';
import { Type } from '../typebox.ts';
import { recordChange } from './audited.ts';
import { assertExpiry } from './bearer-expiry.ts';
import { MadeToken, NewToken, SecretPath, Token } from './contract.ts';
import { ApiFailure } from './errors.ts';
import { accessOf } from './guard.ts';
import { hasRole, unknownOf } from './route-access.ts';
import type { ApiParts, Routes } from './routes.ts';

export const tokenRoutes: Routes = (api, parts) => {
  const { secrets } = parts.auth.apiTokens;
  const tags = ['tokens'];

  api.get(
    '/api/v1/tokens',
    {
      config: { access: 'account', isForCommands: true },
      schema: {
        tags,
        summary: "One's own tokens, expired ones too; an admin of the host sees everybody's",
        response: { 200: Type.Array(Token) },
      },
    },
    async request => {
      const access = accessOf(request);
      return secrets
        .list()
        .filter(token => isOwn(access, token))
        .map(tokenOf);
    },
  );

  api.post(
    '/api/v1/tokens',
    {
      config: { access: 'account', isForCommands: true },
      schema: {
        tags,
        summary: 'A token for a program, which is shown this once',
        description:
          'Sent as `Authorization: Bearer …`. It may what its scopes say, at its sites, and never more than its owner may at the moment; it ends with the account of its owner.',
        body: NewToken,
        response: { 201: MadeToken },
      },
    },
    async (request, reply) => {
      const access = accessOf(request);
      const { name, scopes, sites, expiresMs } = request.body;
      const owner = ownerOf(parts, access, request.body.user);
      assertExpiry(expiresMs, parts.nowMs());
      for (const site of sites)
        if (site !== everySite && roleAt(access.roles, site) === undefined)
          throw unknownOf('site', site, 'body.sites');
      const made = await secrets.make(owner, expiresMs, { name, scopes, sites });
      if (made === undefined) throw new ApiFailure('tokens.tooMany');
      const token = tokenOf(made.kept);
      recordChange(parts, request, { action: 'token.create', subject: token.id, site: null, after: token });
      return reply.code(201).send({ ...token, token: made.secret });
    },
  );

  api.delete(
    '/api/v1/tokens/:id',
    {
      config: { access: 'account', isForCommands: true },
      schema: {
        tags,
        summary: 'End a token at once',
        params: SecretPath,
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) => {
      const kept = secrets.get(request.params.id);
      if (kept === undefined || !isOwn(accessOf(request), kept))
        throw new ApiFailure('token.unknown', { field: 'id' });
      await secrets.remove(kept.id);
      const before = tokenOf(kept);
      recordChange(parts, request, { action: 'token.revoke', subject: kept.id, site: null, before });
      return reply.code(204).send(null);
    },
  );
};

/** @throws ApiFailure where a person names somebody else, or a command nobody */
function ownerOf({ auth }: ApiParts, access: Access, user: string | undefined): string {
  if (access.kind !== 'host' && (user === undefined || user === access.user)) return access.user;
  if (access.kind === 'host' && user !== undefined && auth.accounts.find(user) !== undefined) return user;
  const message = user === undefined ? 'The token needs an owner.' : `There is no account ${user}.`;
  throw new ApiFailure('account.unknown', { message, field: 'user' });
}

const isOwn = ({ user, roles }: Access, token: KeptToken): boolean =>
  token.user === user || hasRole(roles, null, 'admin');

const tokenOf = ({ id, user, createdMs, expiresMs, lastUsedMs, body }: KeptToken): Token => ({
  id,
  name: body.name,
  user,
  scopes: [...body.scopes],
  sites: [...body.sites],
  createdMs,
  expiresMs,
  lastUsedMs,
});
