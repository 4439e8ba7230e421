import type { Access } from '../auth/access.ts';
import { roleAt } from '../auth/roles.ts';
import { Type } from '../typebox.ts';
import { recordChange } from './audited.ts';
import { assertMatch } from './conditional.ts';
import { GatewayPath, GatewaySite, NewSite, NewSiteId, Site, SitePath, SiteSettings } from './contract.ts';
import { endSiteAccess } from './end-site-access.ts';
import { ApiFailure, mistaken } from './errors.ts';
import { knownGateway } from './gateways.ts';
import { accessOf } from './guard.ts';
import { unknownOf, visibleTo } from './route-access.ts';
import type { ApiParts, Routes } from './routes.ts';
import { shownSite } from './shown-site.ts';

export const siteRoutes: Routes = (api, parts) => {
  const { sites, fleet, rollouts, log } = parts;
  const tags = ['sites'];

  api.get(
    '/api/v1/sites',
    {
      config: { access: { role: 'viewer', of: 'visible' } },
      schema: {
        tags,
        summary: 'The sites that may be seen, `home` first',
        response: { 200: Type.Array(Site) },
      },
    },
    async request => {
      const access = accessOf(request);
      return sites.ids.flatMap((id): Site[] => {
        const role = roleAt(access.roles, id);
        return role === undefined ? [] : [siteOf(parts, access, id, role)];
      });
    },
  );

  api.post(
    '/api/v1/sites',
    {
      config: { access: { role: 'admin', of: 'host' } },
      schema: {
        tags,
        summary: 'A site of its own, whose people, gateways and data nobody of another site sees',
        body: NewSiteId,
        response: { 201: Site },
      },
    },
    async (request, reply) => {
      const { id, name = null } = request.body;
      const outcome = await sites.create(id, name);
      if (outcome === 'tooMany') throw new ApiFailure('sites.tooMany');
      if (outcome === 'exists')
        throw new ApiFailure('site.exists', { message: `There is a site ${id} already.`, field: 'id' });
      recordChange(parts, request, { action: 'site.create', subject: id, site: id, after: { id, name } });
      return reply.code(201).send(siteOf(parts, accessOf(request), id, 'admin'));
    },
  );

  api.get(
    '/api/v1/sites/:site',
    {
      config: { access: { role: 'viewer', of: 'site', in: 'params.site' } },
      schema: {
        tags,
        summary: 'A site as people know it: names, what each meter measures, which is below which, tariff',
        params: SitePath,
        response: { 200: SiteSettings },
      },
    },
    async request => shownSite(accessOf(request), settingsOf(parts, request.params.site)),
  );

  api.put(
    '/api/v1/sites/:site',
    {
      config: { access: { role: 'admin', of: 'site', in: 'params.site' } },
      schema: {
        tags,
        summary: 'Say all of it anew; `version` is that of what was read, and 0 at first',
        params: SitePath,
        body: NewSite,
        response: { 200: SiteSettings },
      },
    },
    async request => {
      const { site } = request.params;
      const told = settingsOf(parts, site);
      assertMatch(request, told);
      const { zone: _zone, ...before } = told;
      const outcome = await sites.set(site, request.body);
      if (outcome.kind === 'unknown') throw unknownOf('site', site, 'params.site');
      if (outcome.kind === 'wrong') throw mistaken('site.invalid', outcome.mistakes);
      if (outcome.kind === 'changed') {
        const message = `version: ${request.body.version} given, and ${outcome.version} is what stands: somebody changed the site meanwhile.`;
        throw new ApiFailure('site.changed', { message, field: 'version' });
      }
      log('info', `${accessOf(request).user} changed the site ${site}, version ${outcome.site.version}`);
      recordChange(parts, request, {
        action: 'site.settings',
        subject: site,
        site,
        before,
        after: outcome.site,
      });
      return settingsOf(parts, site);
    },
  );

  api.delete(
    '/api/v1/sites/:site',
    {
      config: { access: { role: 'admin', of: 'host' } },
      schema: {
        tags,
        summary: 'Take a site away that has no gateways; `home` stays',
        params: SitePath,
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) => {
      const { site } = request.params;
      const { zone: _zone, ...before } = settingsOf(parts, site);
      const gateways = () => fleet.gateways().filter(({ id }) => sites.siteOf(id) === site).length;
      if ((await sites.remove(site, () => gateways() === 0)) === 'kept') {
        const message = `The site ${site} ${gateways() > 0 ? `has ${gateways()} gateways` : 'is always there'}.`;
        throw new ApiFailure('site.kept', { message, field: 'site' });
      }
      await endSiteAccess(parts, site);
      await parts.homeAssistants.leaveSite(site);
      recordChange(parts, request, { action: 'site.delete', subject: site, site, before });
      return reply.code(204).send(null);
    },
  );

  api.put(
    '/api/v1/gateways/:id/site',
    {
      config: { access: { role: 'admin', of: 'host' } },
      schema: {
        tags: ['gateways'],
        summary: 'The site a gateway belongs to from now on, with all it ever measured',
        params: GatewayPath,
        body: GatewaySite,
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) => {
      const { id } = knownGateway(parts, request.params.id);
      const { site } = request.body;
      if (!sites.has(site)) throw unknownOf('site', site, 'body.site');
      const before = sites.siteOf(id);
      // What one site's people have begun is not done to another's gateway.
      const running = rollouts.openWith(id).find(({ state }) => state === 'running');
      if (running !== undefined && before !== site) {
        const message = `Gateway ${id} is part of roll-out ${running.id}, which is running.`;
        throw new ApiFailure('rollout.busy', { message, field: 'id' });
      }
      await sites.move(id, site);
      log('info', `${accessOf(request).user} moved gateway ${id} from site ${before} to ${site}`);
      const told = { action: 'gateway.site', subject: id };
      const moved = { before: { site: before }, after: { site } };
      recordChange(parts, request, { ...told, site: null, ...moved });
      // Neither site hears of the other.
      for (const one of new Set([before, site])) recordChange(parts, request, { ...told, site: one });
      return reply.code(204).send(null);
    },
  );
};

function siteOf({ sites, fleet }: ApiParts, access: Access, id: string, role: Site['role']): Site {
  const isSeen = visibleTo(access, sites, id);
  const gateways = fleet.gateways().filter(gateway => isSeen(gateway.id)).length;
  return { id, name: sites.state(id)?.name ?? null, role, gateways };
}

/** @throws ApiFailure site.unknown */
function settingsOf({ sites, store }: ApiParts, site: string): SiteSettings {
  const state = sites.state(site);
  if (state === undefined) throw unknownOf('site', site, 'params.site');
  const { version, name, meters, tariff } = state;
  return { version, zone: store.zone, name, meters, tariff };
}
