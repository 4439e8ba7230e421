import { createHash } from 'node:crypto';
import { localPin } from '#core/local-pin.ts';
import { isId } from '#core/wire/topics.ts';
import { brokerLimits } from '../broker/limits.ts';
import type { GatewayState } from '../fleet.ts';
import { Type } from '../typebox.ts';
import { recordChange } from './audited.ts';
import { Gateway, GatewayCredential, GatewayPath, NewGateway, SiteQuery } from './contract.ts';
import { assertFree, creationSite } from './creation-site.ts';
import { ApiFailure } from './errors.ts';
import { accessOf } from './guard.ts';
import { meterKeysOf } from './meter-state.ts';
import { unknownOf, visibleTo } from './route-access.ts';
import type { ApiParts, Routes } from './routes.ts';
import { shownFault } from './set-up-routes.ts';

const sha256 = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest();

/** As many as may be connected to the broker. */
export const gatewaysMost = brokerLimits.gateways;

export const gatewayRoutes: Routes = (api, parts) => {
  const { fleet, auth, broker } = parts;
  const siteOf = (id: string) => parts.sites.siteOf(id);
  const tags = ['gateways'];

  api.get(
    '/api/v1/gateways',
    {
      config: { access: { role: 'viewer', of: 'visible' } },
      schema: {
        tags,
        summary: 'All gateways that may be seen',
        querystring: SiteQuery,
        response: { 200: Type.Array(Gateway) },
      },
    },
    async request => {
      const isSeen = visibleTo(accessOf(request), parts.sites, request.query.site);
      return fleet
        .gateways()
        .filter(({ id }) => isSeen(id))
        .map(state => gatewayOf(state, parts));
    },
  );

  api.post(
    '/api/v1/gateways',
    {
      config: { access: { role: 'admin', of: 'visible' } },
      schema: {
        tags,
        summary: 'Make a gateway known and give it a credential, which is shown this once',
        body: NewGateway,
        response: { 201: GatewayCredential },
      },
    },
    async (request, reply) => {
      const { id } = request.body;
      const site = creationSite(accessOf(request), parts, id, request.body.site);
      const assertNew = () => {
        if (!parts.sites.has(site)) throw unknownOf('site', site, 'body.site');
        assertFree(parts, id, site, 'id');
        if (auth.credentials.size < gatewaysMost) return;
        throw new ApiFailure('gateways.tooMany', {
          message: `At most ${gatewaysMost} gateways are allowed.`,
        });
      };
      // Both are known of at once, and written when the next one's turn has begun: so many are written together.
      const made = await parts.sites.adopt(id, site, assertNew, async () => ({
        written: Promise.all([auth.credentials.issue(id), fleet.register(id)]),
      }));
      const [password] = await made.written;
      recordChange(parts, request, {
        action: 'gateway.create',
        subject: id,
        site: siteOf(id),
        after: { id },
      });
      return reply.code(201).send({ id, username: id, password, localPin: localPin(sha256, password) });
    },
  );

  api.get(
    '/api/v1/gateways/:id',
    {
      config: { access: { role: 'viewer', of: 'gateway', in: 'params.id' } },
      schema: { tags, summary: 'One gateway', params: GatewayPath, response: { 200: Gateway } },
    },
    async request => gatewayOf(knownGateway(parts, request.params.id), parts),
  );

  api.post(
    '/api/v1/gateways/:id/credential',
    {
      config: { access: { role: 'admin', of: 'gateway', in: 'params.id' } },
      schema: {
        tags,
        summary: 'A new credential for a gateway; the old one ends, and so does its connection',
        params: GatewayPath,
        response: { 201: GatewayCredential },
      },
    },
    async (request, reply) => {
      const { id } = knownGateway(parts, request.params.id);
      const password = await auth.credentials.issue(id);
      broker.disconnect(id);
      recordChange(parts, request, { action: 'gateway.credential.renew', subject: id, site: siteOf(id) });
      return reply.code(201).send({ id, username: id, password, localPin: localPin(sha256, password) });
    },
  );

  api.delete(
    '/api/v1/gateways/:id/credential',
    {
      config: { access: { role: 'admin', of: 'gateway', in: 'params.id' } },
      schema: {
        tags,
        summary: 'Take the credential from a gateway: its connection ends, and it cannot come again',
        params: GatewayPath,
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) => {
      const { id } = knownGateway(parts, request.params.id);
      await auth.credentials.revoke(id);
      broker.disconnect(id);
      recordChange(parts, request, { action: 'gateway.credential.revoke', subject: id, site: siteOf(id) });
      return reply.code(204).send(null);
    },
  );
};

/** The gateway of this id. @throws ApiFailure gateway.unknown */
export function knownGateway({ fleet }: Pick<ApiParts, 'fleet'>, id: string): GatewayState {
  const state = isId(id) ? fleet.gateway(id) : undefined;
  if (state === undefined) throw unknownOf('gateway', id, 'params.id');
  return state;
}

function gatewayOf(
  state: GatewayState,
  {
    store,
    auth,
    settings,
    sites,
    connectors,
  }: Pick<ApiParts, 'store' | 'auth' | 'settings' | 'sites' | 'connectors'>,
): Gateway {
  const { id, online, lastSeenMs, about, health } = state;
  const { why } = shownFault(connectors.get(id)?.fault);
  return {
    id,
    site: sites.siteOf(id),
    online,
    lastSeenMs,
    firmware: about?.firmware ?? null,
    board: about?.board ?? null,
    chip: about?.chip ?? null,
    isOnTrial: about?.isOnTrial ?? false,
    update: updateOf(state.update),
    ...lifeOf(state),
    clock: health?.clock ?? null,
    uptimeS: health?.uptimeS ?? null,
    journal: health?.journal ?? null,
    lines: copyOf(health?.lines ?? {}),
    lineFaults: { ...health?.lineFaults },
    ...(why !== null && { why }),
    ingest: { ...state.ingest },
    settings: {
      desiredVersion: state.desired?.version ?? null,
      runningVersion: state.running?.version ?? null,
      refused: [...state.refused],
    },
    problems: [...state.problems],
    meters: meterKeysOf(state, store),
    // At an external broker it is not this host that knows.
    ...(settings.mqttUrl === undefined && { hasCredential: auth.credentials.has(id) }),
  };
}

/** What a gateway tells of its life and its network, as far as it does. */
function lifeOf({ about, health }: GatewayState): Pick<Gateway, 'life' | 'network' | 'outputs'> {
  const {
    wifiName = null,
    address = null,
    broker = null,
    port = null,
    isOnTrial = false,
  } = about?.network ?? {};
  return {
    outputs: [...(about?.outputs ?? [])],
    ...(about?.network !== undefined && { network: { wifiName, address, broker, port, isOnTrial } }),
    ...(health !== null && {
      life: {
        mode: health.mode ?? null,
        boots: health.boots ?? null,
        resetReason: health.resetReason ?? null,
        heapFreeBytes: health.heapFreeBytes ?? null,
        slotBytes: health.memory?.slotBytes ?? null,
        chunkBytes: health.memory?.chunkBytes ?? null,
        stackPeakBytes: health.memory?.stackPeakBytes ?? null,
        rssiDbm: health.rssiDbm ?? null,
        loopDelayMs: health.loopDelayMs ?? null,
        alarmsDropped: health.alarmsDropped ?? 0,
        journalErases: health.journalErases ?? null,
        journalBadBlocks: health.journalBadBlocks ?? null,
      },
    }),
  };
}

function updateOf(update: GatewayState['update']): Gateway['update'] {
  if (update === null) return null;
  const { id, version, state, fetchedBytes, imageBytes, message = null } = update;
  return { id, version, state, fetchedBytes, imageBytes, message };
}

const copyOf = (lines: Readonly<Record<string, Readonly<Record<string, number>>>>) =>
  Object.fromEntries(Object.entries(lines).map(([line, counts]) => [line, { ...counts }]));
