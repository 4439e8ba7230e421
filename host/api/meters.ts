import type { Access, RequestPlace } from '../auth/access.ts';
import type { GatewayState } from '../fleet.ts';
import { Type } from '../typebox.ts';
import { Meter, MeterPath, SiteQuery } from './contract.ts';
import { accessOf } from './guard.ts';
import { meterKeysOf, meterOf } from './meter-state.ts';
import { unknownOf, visibleTo } from './route-access.ts';
import type { ApiParts, Routes } from './routes.ts';
import { shownMeter } from './shown-site.ts';
import { Today } from './today.ts';

export const meterRoutes: Routes = (api, parts) => {
  const { fleet, store, sites, nowMs } = parts;
  const today = new Today(store, nowMs);
  const told = (access: Access, state: GatewayState, key: string) =>
    meterOf(state, meterIdOf(key), store, today, shownMeter(access, sites.meter(key)));
  const tags = ['meters'];

  api.get(
    '/api/v1/meters',
    {
      config: { access: { role: 'viewer', of: 'visible' } },
      schema: {
        tags,
        summary: 'All meters that may be seen',
        querystring: SiteQuery,
        response: { 200: Type.Array(Meter) },
      },
    },
    async request => {
      const access = accessOf(request);
      const isSeen = visibleTo(access, sites, request.query.site);
      const meters = fleet.gateways().flatMap(state =>
        meterKeysOf(state, store)
          .filter(key => isSeen(state.id, meterIdOf(key)))
          .map(key => told(access, state, key)),
      );
      return Promise.all(meters);
    },
  );

  api.get(
    '/api/v1/meters/:key',
    {
      config: { access: { role: 'viewer', of: 'meter', in: 'params.key' } },
      schema: { tags, summary: 'One meter', params: MeterPath, response: { 200: Meter } },
    },
    async request => {
      const { key } = request.params;
      assertMeter(parts, key, 'params.key');
      const state = fleet.gateway(gatewayIdOf(key));
      if (state === undefined) throw unknownOf('meter', key, 'params.key');
      return told(accessOf(request), state, key);
    },
  );
};

/** @throws ApiFailure meter.unknown */
export function assertMeter({ fleet, store }: ApiParts, key: string, place: RequestPlace): void {
  const state = fleet.gateway(gatewayIdOf(key));
  if (state === undefined || !meterKeysOf(state, store).includes(key)) throw unknownOf('meter', key, place);
}

const gatewayIdOf = (key: string): string => key.slice(0, key.indexOf('.'));
const meterIdOf = (key: string): string => key.slice(key.indexOf('.') + 1);
