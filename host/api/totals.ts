import { Totals, TotalsQuery } from './contract.ts';
import { assertMeter } from './meters.ts';
import { assertRange } from './ranges.ts';
import type { Routes } from './routes.ts';

export const totalRoutes: Routes = (api, parts) => {
  api.get(
    '/api/v1/totals',
    {
      config: { access: { role: 'viewer', of: 'meter', in: 'query.meter' } },
      schema: {
        tags: ['readings'],
        summary: "Energy of a meter by the periods of the site's calendar that cover a range",
        querystring: TotalsQuery,
        response: { 200: Totals },
      },
    },
    async request => {
      const { meter, from, to, period } = request.query;
      assertRange(request.query);
      assertMeter(parts, meter, 'query.meter');
      return parts.store.totals({ meter, fromMs: from, toMs: to, period });
    },
  );
};
