import { quantities } from '#core/quantities.ts';
import { ReadingAt, ReadingAtQuery } from './contract-reading-at.ts';
import { mistaken } from './errors.ts';
import type { Routes } from './routes.ts';
import { knownSeries } from './series.ts';

export const readingAtRoutes: Routes = (api, { store }) => {
  api.get(
    '/api/v1/readings/at',
    {
      config: { access: { role: 'viewer', of: 'series', in: 'query.series' } },
      schema: {
        tags: ['readings'],
        summary: 'What a counter showed at an instant: read just then, or between its neighbours',
        querystring: ReadingAtQuery,
        response: { 200: ReadingAt },
      },
    },
    async request => {
      const { series, at } = request.query;
      const { quantity } = knownSeries(store, series);
      const { unit, kind } = quantities[quantity];
      if (kind !== 'counter') {
        throw mistaken('request.invalid', [
          { field: 'series', message: `${quantity} is no counter; GET /api/v1/series tells which are` },
        ]);
      }
      return { series, unit, ...(await store.readingAt(series, at)) };
    },
  );
};
