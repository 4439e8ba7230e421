import { Type } from 'typebox';
import { Alarm, AlarmsQuery } from './contract.ts';
import { knownGateway } from './gateways.ts';
import type { Routes } from './routes.ts';

export const alarmRoutes: Routes = (api, parts) => {
  api.get(
    '/api/v1/alarms',
    {
      config: { access: { role: 'viewer', of: 'visible' } },
      schema: {
        tags: ['gateways'],
        summary: "What gateways' own alarm rules told, the newest first; since the host's start",
        querystring: AlarmsQuery,
        response: { 200: Type.Array(Alarm) },
      },
    },
    async request => {
      const { gateway, limit = 100 } = request.query;
      if (gateway !== undefined) knownGateway(parts, gateway);
      return parts.fleet.alarms.list(gateway).slice(0, limit);
    },
  );
};
