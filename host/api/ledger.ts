import type { GatewayState } from '../fleet.ts';
import type { GatewayClaim } from '../store/ledger-ask.ts';
import { Ledger, LedgerQuery } from './contract.ts';
import { ApiFailure } from './errors.ts';
import { assertMeter } from './meters.ts';
import { assertRange } from './ranges.ts';
import type { ApiParts, Routes } from './routes.ts';

/** Days of meters in one answer: a year of ten meters. */
const meterDaysMost = 4000;
const dayMs = 86_400_000;

type GatewayLedgerState = Ledger['gateways'][number]['state'];

export const ledgerRoutes: Routes = (api, parts) => {
  api.get(
    '/api/v1/ledger',
    {
      config: { access: { role: 'viewer', of: 'visible' } },
      schema: {
        tags: ['readings'],
        summary:
          'What became of every second of meters by day: received, late, lost and why, pending, estimated',
        querystring: LedgerQuery,
        response: { 200: Ledger },
      },
    },
    async request => {
      const { from, to, meter } = request.query;
      assertRange(request.query);
      if (meter !== undefined) assertMeter(parts, meter, 'meter');
      const states = gatewaysOf(parts, request.query);
      assertBounded(parts, request.query, states);
      const { gateways, ...answer } = await parts.store.ledger({
        fromMs: from,
        toMs: to,
        nowMs: parts.nowMs(),
        gateways: states.map(claimOf),
        meter,
      });
      return {
        ...answer,
        gateways: gateways.map((sums, index) => {
          const state = states[index] as GatewayState;
          return { ...sums, state: stateOf(state), reportedDropped: state.health?.journal.dropped ?? null };
        }),
      };
    },
  );
};

interface Asked {
  readonly from: number;
  readonly to: number;
  readonly meter?: string;
  readonly gateway?: string;
}

/** @throws ApiFailure gateway.unknown */
function gatewaysOf({ fleet }: ApiParts, { meter, gateway }: Asked): GatewayState[] {
  const ofMeter = meter?.slice(0, meter.indexOf('.'));
  const states = fleet.gateways().filter(({ id }) => (gateway ?? id) === id && (ofMeter ?? id) === id);
  if (gateway !== undefined && states.length === 0 && fleet.gateway(gateway) === undefined) {
    throw new ApiFailure('gateway.unknown', {
      message: `There is no gateway ${gateway}.`,
      field: 'gateway',
      help: 'GET /api/v1/gateways lists all.',
    });
  }
  return states;
}

/** @throws ApiFailure range.tooLong, with how long it may be */
function assertBounded({ store, nowMs }: ApiParts, asked: Asked, states: readonly GatewayState[]): void {
  const stored = states.reduce((sum, { id }) => sum + store.metersOf(id).size, 0);
  const meters = asked.meter === undefined ? Math.max(stored, 1) : 1;
  const most = Math.floor(meterDaysMost / meters);
  // Days touched at both ends, and one of 23 hours.
  const days = Math.ceil((Math.min(asked.to, nowMs()) - asked.from) / dayMs) + 2;
  if (days <= most + 2) return;
  throw new ApiFailure('range.tooLong', {
    message: `to: ${days} days of ${meters} meters given; at most ${most} days of so many are allowed.`,
    field: 'to',
    help: 'Ask for a shorter range, one gateway or one meter.',
  });
}

const claimOf = (state: GatewayState): GatewayClaim => ({
  id: state.id,
  isSettled: stateOf(state) === 'settled',
  windowsS: state.about ? new Map(state.about.meters.map(({ id, windowS }) => [id, windowS])) : undefined,
});

/** A gateway that has sent what it has still holds the windows that have just closed: one of each meter at most. */
function stateOf({ online, health, about, isHealthCurrent }: GatewayState): GatewayLedgerState {
  if (!online) return 'away';
  const isSettled =
    isHealthCurrent && health !== null && health.journal.records <= (about?.meters.length ?? 0);
  return isSettled ? 'settled' : 'holding';
}
