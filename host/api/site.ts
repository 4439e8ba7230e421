import { NewSite, SiteSettings } from './contract.ts';
import { ApiFailure, mistaken } from './errors.ts';
import { sessionOf } from './guard.ts';
import type { Routes } from './routes.ts';

export const siteRoutes: Routes = (api, { site, store, log }) => {
  const tags = ['site'];
  const told = (): SiteSettings => {
    const { version, name, meters, tariff } = site.state;
    return { version, zone: store.zone, name, meters, tariff };
  };

  api.get(
    '/api/v1/site',
    {
      config: { access: { role: 'viewer', of: 'visible' } },
      schema: {
        tags,
        summary: 'The site as people know it: names, what each meter measures, which is below which, tariff',
        response: { 200: SiteSettings },
      },
    },
    async () => told(),
  );

  api.put(
    '/api/v1/site',
    {
      config: { access: { role: 'admin', of: 'visible' } },
      schema: {
        tags,
        summary: 'Say all of it anew; `version` is that of what was read, and 0 at first',
        body: NewSite,
        response: { 200: SiteSettings },
      },
    },
    async request => {
      const outcome = await site.set(request.body);
      if (outcome.kind === 'wrong') throw mistaken('site.invalid', outcome.mistakes);
      if (outcome.kind === 'changed') {
        const message = `version: ${request.body.version} given, and ${outcome.version} is what stands: somebody changed the site meanwhile.`;
        throw new ApiFailure('site.changed', { message, field: 'version' });
      }
      log('info', `${sessionOf(request).user} changed the site, version ${outcome.site.version}`);
      return told();
    },
  );
};
