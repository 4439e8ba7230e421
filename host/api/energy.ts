import type { SeriesInfo } from '../store/types.ts';
import { EnergyQuery, EnergyTable } from './contract.ts';
import { assertRange } from './ranges.ts';
import type { Routes } from './routes.ts';

export const energyRoutes: Routes = (api, { store }) => {
  api.get(
    '/api/v1/energy',
    {
      schema: {
        tags: ['readings'],
        summary: "Energy of all meters by the periods of the site's calendar, by columns",
        querystring: EnergyQuery,
        response: { 200: EnergyTable },
      },
    },
    async request => {
      const { from, to, period } = request.query;
      assertRange(request.query);
      const meters = [
        ...new Set(
          store
            .series()
            .filter(measuresEnergy)
            .map(({ meterKey }) => meterKey),
        ),
      ].sort();
      return store.energyOf(meters, { fromMs: from, toMs: to, period });
    },
  );
};

const measuresEnergy = ({ quantity }: SeriesInfo): boolean =>
  quantity === 'powerW' || quantity === 'energyImportWh' || quantity === 'energyExportWh';
