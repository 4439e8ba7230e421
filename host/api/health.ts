import { Health } from './contract.ts';
import type { Routes } from './routes.ts';

export const healthRoutes: Routes = (api, { auth, version }) => {
  api.get(
    '/api/v1/health',
    {
      config: { isPublic: true },
      schema: { tags: ['host'], summary: 'Whether the host runs', response: { 200: Health } },
    },
    async () => ({ status: 'ok' as const, version, setUp: auth.accounts.exist }),
  );
};
