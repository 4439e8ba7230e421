import { quantities } from '#core/quantities.ts';
import { Readings, ReadingsQuery } from './contract.ts';
import { assertRange } from './ranges.ts';
import type { Routes } from './routes.ts';
import { knownSeries } from './series.ts';

const pointsByDefault = 1000;

export const readingRoutes: Routes = (api, { store }) => {
  api.get(
    '/api/v1/readings',
    {
      schema: {
        tags: ['readings'],
        summary: 'One series over a range, in buckets as fine as `points` allows',
        querystring: ReadingsQuery,
        response: { 200: Readings },
      },
    },
    async request => {
      const { series, from, to, points = pointsByDefault } = request.query;
      assertRange(request.query);
      const { unit, kind } = quantities[knownSeries(store, series).quantity];
      return { ...(await store.readings({ series, fromMs: from, toMs: to, points })), unit, kind };
    },
  );
};
