import { Type } from '../typebox.ts';
import { Alarm, AlarmsQuery } from './contract.ts';
import { accessOf } from './guard.ts';
import { assertRole, visibleTo } from './route-access.ts';
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
      const { gateway, limit = 100, site } = request.query;
      const access = accessOf(request);
      const isSeen = visibleTo(access, parts.sites, site);
      if (gateway !== undefined)
        assertRole(access, parts, { role: 'viewer', of: 'gateway' }, gateway, 'query.gateway');
      return parts.fleet.alarms
        .list(gateway)
        .filter(alarm => isSeen(alarm.gateway, alarm.meter))
        .slice(0, limit);
    },
  );
};
