import type { Access } from '../auth/access.ts';
import { AuditPage, AuditQuery } from './contract.ts';
import { accessOf } from './guard.ts';
import { hasRole } from './route-access.ts';
import type { Routes } from './routes.ts';

const usualLimit = 100;

export const auditRoutes: Routes = (api, { audit }) => {
  api.get(
    '/api/v1/audit',
    {
      config: { access: { role: 'admin', of: 'site', in: 'query.site' } },
      schema: {
        tags: ['audit'],
        summary: 'Who changed what, and when, the newest first',
        description:
          'Of the sites whose admin asks; what concerns the whole host is told to its admins alone. `next` is the `before` of the page after; null: there is none.',
        querystring: AuditQuery,
        response: { 200: AuditPage },
      },
    },
    async request => {
      const { site, before, limit = usualLimit } = request.query;
      const sites = site === undefined ? administeredBy(accessOf(request)) : [site];
      const entries = await audit.list({ sites, before, limit: limit + 1 });
      const page = entries.slice(0, limit);
      return { entries: page, next: entries.length > limit ? (page.at(-1)?.number ?? null) : null };
    },
  );
};

const administeredBy = ({ roles }: Access): readonly string[] | 'all' =>
  hasRole(roles, null, 'admin') ? 'all' : Object.keys(roles).filter(site => roles[site] === 'admin');
