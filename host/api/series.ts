import { quantities } from '#core/quantities.ts';
import type { Store } from '../store/store.ts';
import type { SeriesInfo } from '../store/types.ts';
import { Type } from '../typebox.ts';
import { Series, SiteQuery } from './contract.ts';
import { accessOf } from './guard.ts';
import { unknownOf, visibleTo } from './route-access.ts';
import type { Routes } from './routes.ts';

export const seriesRoutes: Routes = (api, { store, sites }) => {
  api.get(
    '/api/v1/series',
    {
      config: { access: { role: 'viewer', of: 'visible' } },
      schema: {
        tags: ['readings'],
        summary: 'Everything that is stored and may be seen',
        querystring: SiteQuery,
        response: { 200: Type.Array(Series) },
      },
    },
    async request => {
      const isSeen = visibleTo(accessOf(request), sites, request.query.site);
      return store
        .series()
        .filter(({ gateway, meter }) => isSeen(gateway, meter))
        .map(info => seriesOf(info, store.imports.of(info.key)));
    },
  );
};

/** @throws ApiFailure series.unknown, about the parameter `series` */
export function knownSeries(store: Store, key: string): SeriesInfo {
  const info = store.seriesOf(key);
  if (info !== undefined) return info;
  throw unknownOf('series', key, 'query.series');
}

function seriesOf({ key, meterKey, quantity, firstMs, lastMs }: SeriesInfo, imports: number[]): Series {
  const { unit, kind } = quantities[quantity];
  return { key, meter: meterKey, quantity, unit, kind, firstMs, lastMs, imports };
}
