import type { ApiCounters } from './api-counters.ts';
import { Counters } from './contract.ts';
import type { Api, ApiParts } from './routes.ts';

export function counterRoutes(api: Api, { counters, problems }: ApiParts, http: ApiCounters): void {
  api.get(
    '/api/v1/counters',
    { schema: { tags: ['host'], summary: 'What the host counts', response: { 200: Counters } } },
    async () => ({ counters: { ...counters(), ...http.byName() }, problems: [...problems()] }),
  );
}
