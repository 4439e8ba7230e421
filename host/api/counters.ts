import { Counters } from './contract.ts';
import type { Api, ApiParts, Count } from './routes.ts';

export function counterRoutes(api: Api, { problems }: ApiParts, count: Count): void {
  api.get(
    '/api/v1/counters',
    {
      config: { access: { role: 'viewer', of: 'host' } },
      schema: { tags: ['host'], summary: 'What the host counts', response: { 200: Counters } },
    },
    async () => ({ counters: await count(), problems: [...problems()] }),
  );
}
