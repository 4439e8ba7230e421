import type { Access } from '../auth/access.ts';
import type { GatewayState } from '../fleet.ts';
import { freshValues } from '../fresh-values.ts';
import { Turns } from '../import/turns.ts';
import { Type } from '../typebox.ts';
import { Latest, LatestPath, LatestQuery } from './contract.ts';
import { accessOf } from './guard.ts';
import { assertMeter, seenMeters } from './meters.ts';
import type { Routes } from './routes.ts';
import { shownMeter } from './shown-site.ts';

export const latestRoutes: Routes = (api, parts) => {
  const { store, sites, nowMs } = parts;
  const tags = ['plain'];
  const latestOf = (access: Access, state: GatewayState, key: string): Latest => {
    const meter = key.slice(key.indexOf('.') + 1);
    const about = state.about?.meters.find(({ id }) => id === meter);
    const series = store.seriesOfMeter(key);
    const fresh = freshValues(state, meter, store, nowMs());
    const heardMs = Math.max(0, ...series.map(({ lastMs }) => lastMs), state.live[meter]?.atMs ?? 0);
    // Of a source that has a value each quarter of an hour the window of the newest lasts yet.
    const newestMs = Math.min(heardMs, nowMs());
    const quantities = new Set([
      ...(about?.series ?? []),
      ...series.map(({ quantity }) => quantity),
      ...(fresh?.values.keys() ?? []),
    ]);
    const values = new Map<string, number>(fresh?.values);
    return {
      meter: key,
      name: shownMeter(access, sites.meter(key))?.name ?? about?.name ?? meter,
      site: sites.siteOf(state.id),
      time: newestMs === 0 ? null : new Date(newestMs).toISOString(),
      isFresh: fresh !== undefined,
      ...Object.fromEntries([...quantities].sort().map(id => [id, values.get(id) ?? null])),
    };
  };

  api.get(
    '/api/v1/latest',
    {
      config: { access: { role: 'viewer', of: 'visible' } },
      schema: {
        tags,
        summary: 'What all meters show now, of one site or of all that may be seen',
        querystring: LatestQuery,
        response: { 200: Type.Array(Latest) },
      },
    },
    async request => {
      const access = accessOf(request);
      const turns = new Turns();
      const told: Latest[] = [];
      for (const { state, key } of seenMeters(access, parts, request.query.site)) {
        if (turns.isOver) await turns.next();
        told.push(latestOf(access, state, key));
      }
      return told;
    },
  );

  api.get(
    '/api/v1/latest/:meter',
    {
      config: { access: { role: 'viewer', of: 'meter', in: 'params.meter' } },
      schema: { tags, summary: 'What a meter shows now', params: LatestPath, response: { 200: Latest } },
    },
    async request => {
      const { meter } = request.params;
      return latestOf(accessOf(request), assertMeter(parts, meter, 'params.meter'), meter);
    },
  );
};
