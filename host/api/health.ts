import { everySite, roleAt } from '../auth/roles.ts';
import { Health, HealthQuery } from './contract.ts';
import type { Api, ApiParts, Count } from './routes.ts';

export function healthRoutes(api: Api, { auth, watch, version }: ApiParts, count: Count): void {
  api.get(
    '/api/v1/health',
    {
      config: { access: 'public' },

      schema: {
        tags: ['host'],
        summary:
          'Whether the host does what it is there for, and why not; details for those who may see the whole host',
        querystring: HealthQuery,
        response: { 200: Health, 503: Health },
      },
    },
    async ({ access, query }, reply) => {
      const { status, reasons } = watch.health();
      if (query.ready !== undefined && status === 'failing') reply.code(503);
      const about = { version, setUp: auth.accounts.exist };
      // Others hear that something is wrong, and nothing of folders, sizes, errors and what other sites do.
      if (access === null || access.meters !== null || roleAt(access.roles, everySite) === undefined) {
        return { status, ...about, reasons: reasons.map(({ code, level }) => ({ code, level })) };
      }
      return {
        status,
        ...about,
        reasons: reasons.map(reason => ({ ...reason, facts: { ...reason.facts } })),
        counters: await count(),
      };
    },
  );
}
