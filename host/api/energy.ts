import type { FastifyReply } from 'fastify';
import type { SeriesInfo } from '../store/types.ts';
import { EnergyQuery, EnergyTable } from './contract.ts';
import { accessOf } from './guard.ts';
import { assertRange } from './ranges.ts';
import { visibleTo } from './route-access.ts';
import type { Routes } from './routes.ts';

export const energyRoutes: Routes = (api, { store, sites }) => {
  api.get(
    '/api/v1/energy',
    {
      config: { access: { role: 'viewer', of: 'visible' } },
      schema: {
        tags: ['readings'],
        summary: "Energy of all meters by the periods of the site's calendar, by columns",
        querystring: EnergyQuery,
        response: { 200: EnergyTable },
      },
    },
    async (request, reply) => {
      const { from, to, period, site } = request.query;
      assertRange(request.query);
      const isSeen = visibleTo(accessOf(request), sites, site);
      const meters = [
        ...new Set(
          store
            .series()
            .filter(info => measuresEnergy(info) && isSeen(info.gateway, info.meter))
            .map(({ meterKey }) => meterKey),
        ),
      ].sort();
      return sendJson(reply, await store.energyJson(meters, { fromMs: from, toMs: to, period }));
    },
  );
};

const measuresEnergy = ({ quantity }: SeriesInfo): boolean =>
  quantity === 'powerW' || quantity === 'energyImportWh' || quantity === 'energyExportWh';

/** As it came out of the store's thread: writing it here would hold up the host. */
const sendJson = (reply: FastifyReply, { buffer, byteOffset, byteLength }: Uint8Array): FastifyReply =>
  reply.type('application/json; charset=utf-8').send(Buffer.from(buffer, byteOffset, byteLength));
