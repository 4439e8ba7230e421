import { quantities } from '#core/quantities.ts';
import { Statistics, StatisticsQuery } from './contract.ts';
import { assertRange } from './ranges.ts';
import type { Routes } from './routes.ts';
import { knownSeries } from './series.ts';

export const statisticsRoutes: Routes = (api, { store }) => {
  api.get(
    '/api/v1/statistics',
    {
      config: { access: { role: 'viewer', of: 'series', in: 'query.series' } },
      schema: {
        tags: ['readings'],
        summary: 'What a stretch of one series comes to: mean, extremes, energy, coverage, samples',
        querystring: StatisticsQuery,
        response: { 200: Statistics },
      },
    },
    async request => {
      const { series, from, to } = request.query;
      assertRange(request.query);
      const { quantity } = knownSeries(store, series);
      const { unit, kind } = quantities[quantity];
      const figures = await store.statistics(series, from, to);
      return { series, unit, kind, ...figures };
    },
  );
};
