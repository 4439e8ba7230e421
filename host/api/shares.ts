import type { Access } from '../auth/access.ts';
import { type KeptShare, sharingRole } from '../auth/shares.ts';
import { Type } from '../typebox.ts';
import { recordChange } from './audited.ts';
import { assertExpiry } from './bearer-expiry.ts';
import { MadeShare, NewShare, SecretPath, Share } from './contract.ts';
import { ApiFailure } from './errors.ts';
import { accessOf } from './guard.ts';
import { hasRole, unknownOf } from './route-access.ts';
import type { ApiParts, Routes } from './routes.ts';

export const shareRoutes: Routes = (api, parts) => {
  const { secrets } = parts.auth.shares;
  const tags = ['shares'];

  api.get(
    '/api/v1/shares',
    {
      config: { access: 'account' },
      schema: {
        tags,
        summary: "One's own links, expired ones too; an admin sees all of the site",
        response: { 200: Type.Array(Share) },
      },
    },
    async request => {
      const access = accessOf(request);
      return secrets
        .list()
        .filter(share => isOwn(access, share))
        .map(shareOf);
    },
  );

  api.post(
    '/api/v1/shares',
    {
      config: { access: { role: sharingRole, of: 'site', in: 'body.site' } },
      schema: {
        tags,
        summary: 'A link that shows a view to whoever has it, which is told this once',
        description: `For a person with the role ${sharingRole} at the site, no token. It ends when it expires, is revoked, or its maker is no ${sharingRole} of the site any more.`,
        body: NewShare,
        response: { 201: MadeShare },
      },
    },
    async (request, reply) => {
      const { kind, user } = accessOf(request);
      if (kind !== 'account') throw new ApiFailure('access.account');
      const { name, site, view, meters, expiresMs } = request.body;
      assertExpiry(expiresMs, parts.nowMs());
      for (const meter of meters ?? []) assertOfSite(parts, meter, site);
      const made = await secrets.make(user, expiresMs, { name, site, view, meters });
      if (made === undefined) throw new ApiFailure('shares.tooMany');
      const share = shareOf(made.kept);
      recordChange(parts, request, { action: 'share.create', subject: share.id, site, after: share });
      return reply.code(201).send({ ...share, share: made.secret });
    },
  );

  api.delete(
    '/api/v1/shares/:id',
    {
      config: { access: 'account' },
      schema: {
        tags,
        summary: 'End a link: who looks at it sees nothing more',
        params: SecretPath,
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) => {
      const kept = secrets.get(request.params.id);
      if (kept === undefined || !isOwn(accessOf(request), kept))
        throw new ApiFailure('share.unknown', { field: 'id' });
      await secrets.remove(kept.id);
      const { site } = kept.body;
      recordChange(parts, request, { action: 'share.revoke', subject: kept.id, site, before: shareOf(kept) });
      return reply.code(204).send(null);
    },
  );
};

/** @throws ApiFailure where the meter is not known, or of another site */
function assertOfSite({ sites, fleet }: ApiParts, meter: string, site: string): void {
  const gateway = meter.slice(0, meter.indexOf('.'));
  if (fleet.gateway(gateway) === undefined || sites.siteOf(gateway) !== site)
    throw unknownOf('meter', meter, 'body.meters');
}

const isOwn = ({ user, roles }: Access, { user: maker, body }: KeptShare): boolean =>
  maker === user || hasRole(roles, body.site, 'admin');

const shareOf = ({ id, user, createdMs, expiresMs, lastUsedMs, body }: KeptShare): Share => ({
  id,
  name: body.name,
  user,
  site: body.site,
  view: body.view,
  meters: body.meters === null ? null : [...body.meters],
  createdMs,
  expiresMs,
  lastUsedMs,
});
