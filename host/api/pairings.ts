import type { FastifyRequest } from 'fastify';
import { grantTo, TakenMeanwhile, TooManyGateways } from '../pairing/grants.ts';
import { pairingLimits } from '../pairing/limits.ts';
import { type Pairing, stateOf } from '../pairing/pairing.ts';
import { Pairings, type PairOutcome } from '../pairing/pairings.ts';
import { addressesOf, isLoopback } from '../pairing/reach.ts';
import { Type } from '../typebox.ts';
import type { ApiCounters } from './api-counters.ts';
import { recordChange, recordChangeOf } from './audited.ts';
import { NewPairing, PairAnswer, PairingCode, PairingPath, PairingState, PairRequest } from './contract.ts';
import { assertFree, creationSite } from './creation-site.ts';
import type { ApiErrorCode } from './error-table.ts';
import { ApiFailure } from './errors.ts';
import { gatewaysMost } from './gateways.ts';
import { accessOf } from './guard.ts';
import { hasRole } from './route-access.ts';
import type { Api, ApiParts } from './routes.ts';

/** What a gateway that has proved its code is told where it gets nothing. */
const refusals = {
  wrong: 'pairing.wrongCode',
  spent: 'pairing.spent',
  expired: 'pairing.expired',
  dead: 'pairing.dead',
} as const satisfies Record<string, ApiErrorCode>;

/** Codes for new gateways, and the one address that gateways ask without a session. */
export function pairingRoutes(api: Api, parts: ApiParts, counters: ApiCounters): void {
  const { auth, settings, nowMs, log } = parts;
  const tags = ['pairing'];
  const pairings = new Pairings({
    nowMs,
    grant: (pairing, device) =>
      grantTo(
        { ...parts, credentials: auth.credentials, timeServers: timeServersOf(settings) },
        pairing,
        device,
      ),
  });
  // A code is no longer good than the right of who asked for it.
  const stop = auth.accounts.onChange(user => {
    for (const pairing of pairings.list()) {
      const isAdmin = hasRole(auth.accounts.rolesOf(user), pairing.site, 'admin');
      if (pairing.by === user && !isAdmin && stateOf(pairing, nowMs()) === 'open') pairings.revoke(pairing);
    }
  });
  api.addHook('preClose', async () => void stop());
  const refused = refusalLog(log, nowMs);
  const recordPairing = (request: FastifyRequest, action: string, { id, reserved, site }: Pairing) =>
    recordChange(parts, request, {
      action,
      subject: id,
      site,
      after: { reserved },
    });
  const shown = (pairing: Pairing) => pairingOf(pairing, nowMs());
  const isOwn = (request: FastifyRequest, { site }: Pairing) =>
    hasRole(accessOf(request).roles, site, 'admin');
  const known = (request: FastifyRequest, id: string): Pairing => {
    const pairing = pairings.get(id);
    if (pairing === undefined || !isOwn(request, pairing))
      throw new ApiFailure('pairing.unknown', { field: 'id' });
    return pairing;
  };

  api.get(
    '/api/v1/pairings',
    {
      config: { access: { role: 'admin', of: 'visible' } },
      schema: {
        tags,
        summary: 'The newest codes and what became of them, never the codes themselves',
        response: { 200: Type.Array(PairingState) },
      },
    },
    async request =>
      pairings
        .list()
        .filter(pairing => isOwn(request, pairing))
        .map(shown),
  );

  api.post(
    '/api/v1/pairings',
    {
      config: { access: { role: 'admin', of: 'visible' } },
      schema: {
        tags,
        summary: 'A code for a new gateway, which is shown this once',
        body: NewPairing,
        response: { 201: PairingCode },
      },
    },
    async (request, reply) => {
      const { gateway = null, renew = false } = request.body;
      if (settings.mqttUrl !== undefined) throw new ApiFailure('pairing.externalBroker');
      const site = creationSite(accessOf(request), parts, gateway, request.body.site);
      if (gateway !== null) assertFree(parts, gateway, site, 'gateway', renew);
      if (auth.credentials.size >= gatewaysMost && (gateway === null || !auth.credentials.has(gateway)))
        throw new ApiFailure('gateways.tooMany');
      const made = pairings.create(gateway, site, accessOf(request).user);
      if (made === undefined) throw new ApiFailure('pairing.tooMany');
      recordPairing(request, 'pairing.create', made.pairing);
      const listening = request.server.server.address();
      const port = typeof listening === 'object' && listening !== null ? listening.port : settings.httpPort;
      return reply.code(201).send({
        ...shown(made.pairing),
        code: made.code,
        hosts: addressesOf(settings.httpHost).map(address => `${address}:${port}`),
        isLoopback: isLoopback(settings.httpHost) || isLoopback(settings.mqttHost),
      });
    },
  );

  api.get(
    '/api/v1/pairings/:id',
    {
      config: { access: { role: 'admin', of: 'visible' } },
      schema: {
        tags,
        summary: 'What became of one code',
        params: PairingPath,
        response: { 200: PairingState },
      },
    },
    async request => shown(known(request, request.params.id)),
  );

  api.delete(
    '/api/v1/pairings/:id',
    {
      config: { access: { role: 'admin', of: 'visible' } },
      schema: {
        tags,
        summary: 'End a code; a gateway that has used it keeps its credential',
        params: PairingPath,
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) => {
      const pairing = known(request, request.params.id);
      pairings.revoke(pairing);
      recordPairing(request, 'pairing.end', pairing);
      return reply.code(204).send(null);
    },
  );

  api.post(
    '/api/v1/pair',
    {
      config: { access: 'public' },
      // Whoever asks proves the code first; until then it costs tries and tells nothing.

      bodyLimit: pairingLimits.requestBytes,
      schema: {
        tags,
        summary: 'A gateway brings the proof that it has a code, and gets its credential, encrypted',
        body: PairRequest,
        response: { 201: PairAnswer },
      },
    },
    async (request, reply) => {
      const outcome = await pairings.pair(request.body, request.ip).catch((error: unknown) => {
        if (error instanceof TakenMeanwhile) throw new ApiFailure('gateway.exists');
        throw error instanceof TooManyGateways ? new ApiFailure('gateways.tooMany') : error;
      });
      if (outcome.state !== 'paired') {
        counters.pairingsRefused++;
        refused(request.ip, outcome.state);
        throw refusalOf(outcome);
      }
      if (outcome.isNew) {
        const { gateway } = outcome;
        recordChangeOf(parts, request, [gateway], { action: 'gateway.pair', subject: gateway });
      }
      const again = outcome.isNew ? '' : ', the same answer once more';
      log('info', `gateway ${outcome.gateway} was paired from ${request.ip}${again}`);
      return reply.code(201).send(outcome.answer);
    },
  );
}

const timeServersOf = ({ timeServers }: ApiParts['settings']): readonly string[] =>
  timeServers?.split(',') ?? pairingLimits.timeServers;

/** Anybody in the network may ask: of those that are turned away unheard a line is written now and then, with their number. */
function refusalLog(log: ApiParts['log'], nowMs: () => number) {
  let toldMs = Number.NEGATIVE_INFINITY;
  let untold = 0;
  return (address: string, state: Exclude<PairOutcome['state'], 'paired'>): void => {
    const isOften = state === 'throttled' && nowMs() - toldMs < pairingLimits.refusalLogMs;
    if (isOften) {
      untold++;
      return;
    }
    const more = untold === 0 ? '' : `; ${untold} more tries before it were turned away`;
    log('warn', `a gateway at ${address} was not paired: ${state}${more}`, 'pairing.refused');
    untold = 0;
    if (state === 'throttled') toldMs = nowMs();
  };
}

function refusalOf(outcome: Exclude<PairOutcome, { state: 'paired' }>): ApiFailure {
  if (outcome.state !== 'throttled') return new ApiFailure(refusals[outcome.state]);
  return new ApiFailure('pairing.tooManyTries', { retryAfterS: Math.ceil(outcome.waitMs / 1000) });
}

function pairingOf(pairing: Pairing, nowMs: number): PairingState {
  const { id, reserved, site, by, createdMs, expiresMs, wrongTries, gateway, localPin } = pairing;
  const state = stateOf(pairing, nowMs);
  return { id, reserved, site, by, createdMs, expiresMs, wrongTries, gateway, localPin, state };
}
