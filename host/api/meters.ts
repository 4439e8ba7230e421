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
  const { store, sites, nowMs } = parts;
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
      const seen = [...seenMeters(access, parts, request.query.site)];
      return Promise.all(seen.map(({ state, key }) => told(access, state, key)));
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
      return told(accessOf(request), assertMeter(parts, key, 'params.key'), key);
    },
  );
};

/** Meters that may be seen, with their gateways; of one site where one is asked for. @throws ApiFailure site.unknown */
export function* seenMeters(
  access: Access,
  { fleet, store, sites }: ApiParts,
  site: string | undefined,
): Generator<{ readonly state: GatewayState; readonly key: string }> {
  const isSeen = visibleTo(access, sites, site);
  for (const state of fleet.gateways())
    for (const key of meterKeysOf(state, store)) if (isSeen(state.id, meterIdOf(key))) yield { state, key };
}

/** The gateway of a meter that is there. @throws ApiFailure meter.unknown */
export function assertMeter({ fleet, store }: ApiParts, key: string, place: RequestPlace): GatewayState {
  const state = fleet.gateway(gatewayIdOf(key));
  if (state === undefined || !meterKeysOf(state, store).includes(key)) throw unknownOf('meter', key, place);
  return state;
}

const gatewayIdOf = (key: string): string => key.slice(0, key.indexOf('.'));
const meterIdOf = (key: string): string => key.slice(key.indexOf('.') + 1);
