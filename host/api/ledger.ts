import type { Access } from '../auth/access.ts';
import type { GatewayState } from '../fleet.ts';
import type { GatewayClaim } from '../store/ledger-ask.ts';
import { Ledger, LedgerQuery } from './contract.ts';
import { ApiFailure } from './errors.ts';
import { accessOf } from './guard.ts';
import { assertMeter } from './meters.ts';
import { assertRange } from './ranges.ts';
import { assertRole, visibleTo } from './route-access.ts';
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
      const { from, to, meter, gateway, site } = request.query;
      assertRange(request.query);
      const access = accessOf(request);
      const isSeen = visibleTo(access, parts.sites, site);
      if (gateway !== undefined)
        assertRole(access, parts, { role: 'viewer', of: 'gateway' }, gateway, 'query.gateway');
      if (meter !== undefined) {
        assertRole(access, parts, { role: 'viewer', of: 'meter' }, meter, 'query.meter');
        assertMeter(parts, meter, 'query.meter');
      }
      const states = gatewaysOf(parts, request.query).filter(({ id }) => seesSome(access, id, isSeen));
      assertBounded(parts, request.query, states);
      const { gateways, meters, ...answer } = await parts.store.ledger({
        fromMs: from,
        toMs: to,
        nowMs: parts.nowMs(),
        gateways: states.map(claimOf),
        meter,
      });
      return {
        ...answer,
        meters: meters.filter(row => isSeen(row.gateway, row.meter.slice(row.gateway.length + 1))),
        gateways: gateways.flatMap((sums, index) => {
          const state = states[index] as GatewayState;
          // Sums are of all its meters.
          if (!isSeen(state.id)) return [];
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

function gatewaysOf({ fleet }: ApiParts, { meter, gateway }: Asked): GatewayState[] {
  const ofMeter = meter?.slice(0, meter.indexOf('.'));
  return fleet.gateways().filter(({ id }) => (gateway ?? id) === id && (ofMeter ?? id) === id);
}

/** A link may show some meters of a gateway without the gateway itself. */
const seesSome = (
  { meters }: Pick<Access, 'meters'>,
  gateway: string,
  isSeen: (gateway: string, meter?: string) => boolean,
): boolean =>
  meters === null
    ? isSeen(gateway)
    : [...meters].some(
        key => key.startsWith(`${gateway}.`) && isSeen(gateway, key.slice(gateway.length + 1)),
      );

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
  isApart: state.about === null,
  windowsS: state.about ? new Map(state.about.meters.map(({ id, windowS }) => [id, windowS])) : undefined,
});

/**
 * A gateway that has sent what it has still holds the windows that have just closed: one of each meter at most. One that never said
 * what it measures, as another host that forwards to this one, may hold back anything.
 */
function stateOf({ online, health, about, isHealthCurrent }: GatewayState): GatewayLedgerState {
  if (!online) return 'away';
  const isSettled =
    isHealthCurrent && health !== null && about !== null && health.journal.records <= about.meters.length;
  return isSettled ? 'settled' : 'holding';
}
