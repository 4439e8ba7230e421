import { Type } from 'typebox';
import { quantities } from '#core/quantities.ts';
import type { Store } from '../store/store.ts';
import type { SeriesInfo } from '../store/types.ts';
import { Series } from './contract.ts';
import { ApiFailure } from './errors.ts';
import type { Routes } from './routes.ts';

export const seriesRoutes: Routes = (api, { store }) => {
  api.get(
    '/api/v1/series',
    {
      config: { access: { role: 'viewer', of: 'visible' } },
      schema: {
        tags: ['readings'],
        summary: 'Everything that is stored',
        response: { 200: Type.Array(Series) },
      },
    },
    async () => store.series().map(info => seriesOf(info, store.imports.of(info.key))),
  );
};

/** @throws ApiFailure series.unknown, about the parameter `series` */
export function knownSeries(store: Store, key: string): SeriesInfo {
  const info = store.seriesOf(key);
  if (info !== undefined) return info;
  throw new ApiFailure('series.unknown', {
    message: `There is no series ${key}.`,
    field: 'series',
    help: 'GET /api/v1/series lists all.',
  });
}

function seriesOf({ key, meterKey, quantity, firstMs, lastMs }: SeriesInfo, imports: number[]): Series {
  const { unit, kind } = quantities[quantity];
  return { key, meter: meterKey, quantity, unit, kind, firstMs, lastMs, imports };
}
