import { Type } from 'typebox';
import { Meter, MeterPath } from './contract.ts';
import { ApiFailure } from './errors.ts';
import { meterKeysOf, meterOf } from './meter-state.ts';
import type { ApiParts, Routes } from './routes.ts';
import { Today } from './today.ts';

export const meterRoutes: Routes = (api, parts) => {
  const { fleet, store, site, nowMs } = parts;
  const today = new Today(store, nowMs);
  const tags = ['meters'];

  api.get(
    '/api/v1/meters',
    {
      config: { access: { role: 'viewer', of: 'visible' } },
      schema: { tags, summary: 'All meters of all gateways', response: { 200: Type.Array(Meter) } },
    },
    async () => {
      const meters = fleet
        .gateways()
        .flatMap(state =>
          meterKeysOf(state, store).map(key => meterOf(state, meterIdOf(key), store, today, site.meter(key))),
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
      assertMeter(parts, key, 'key');
      const state = fleet.gateway(gatewayIdOf(key));
      if (state === undefined) throw unknownMeter(key, 'key');
      return meterOf(state, meterIdOf(key), store, today, site.meter(key));
    },
  );
};

/** @throws ApiFailure meter.unknown, about the parameter `field` */
export function assertMeter({ fleet, store }: ApiParts, key: string, field: string): void {
  const state = fleet.gateway(gatewayIdOf(key));
  if (state === undefined || !meterKeysOf(state, store).includes(key)) throw unknownMeter(key, field);
}

const unknownMeter = (key: string, field: string) =>
  new ApiFailure('meter.unknown', {
    message: `There is no meter ${key}.`,
    field,
    help: 'GET /api/v1/meters lists all.',
  });

const gatewayIdOf = (key: string): string => key.slice(0, key.indexOf('.'));
const meterIdOf = (key: string): string => key.slice(key.indexOf('.') + 1);
