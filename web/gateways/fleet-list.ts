import type { Gateway, Meter } from '../../host/api/contract.ts';
import { type FleetAddress, type FleetFilter, fleetFilters } from '../addresses/fleet-address.ts';
import { conditionOf, tones } from '../site/condition.ts';
import { compareVersions, versionOf } from './versions.ts';

/** A gateway with its meters, and whether somebody should look at it. */
export interface FleetEntry {
  readonly gateway: Gateway;
  readonly meters: readonly Meter[];
  readonly hasTrouble: boolean;
}

/** All gateways with their meters, which are looked up once. */
export function fleetOf(
  gateways: readonly Gateway[],
  meters: readonly Meter[],
  nowMs: number,
): readonly FleetEntry[] {
  const byGateway = new Map<string, Meter[]>();
  for (const meter of meters) {
    const known = byGateway.get(meter.gateway);
    if (known === undefined) byGateway.set(meter.gateway, [meter]);
    else known.push(meter);
  }
  return gateways.map(gateway => {
    const announced = new Set(gateway.meters);
    const own = (byGateway.get(gateway.id) ?? []).filter(({ key }) => announced.has(key));
    return { gateway, meters: own, hasTrouble: hasTrouble(gateway, own, nowMs) };
  });
}

/** Away after it was here, something lost or refused, a line or a meter that fails, or safe mode. */
function hasTrouble(gateway: Gateway, meters: readonly Meter[], nowMs: number): boolean {
  const { online, lastSeenMs, journal, lineFaults, settings, life } = gateway;
  if (!online) return lastSeenMs !== null;
  return (
    Object.keys(lineFaults).length > 0 ||
    settings.refused.length > 0 ||
    life?.mode === 'safe' ||
    (journal?.dropped ?? 0) > 0 ||
    meters.some(meter => tones[conditionOf(meter, gateway, nowMs).is] === 'bad')
  );
}

/** So many records wait in a journal that is not emptied at the pace it is filled. */
const manyRecords = 100;

const passes = ({ gateway, hasTrouble }: FleetEntry, show: FleetFilter): boolean => {
  if (show === 'trouble') return hasTrouble;
  if (show === 'offline') return !gateway.online;
  return show === 'waiting' ? (gateway.journal?.records ?? 0) >= manyRecords : true;
};

/** How many gateways each filter would show. */
export const fleetCounts = (fleet: readonly FleetEntry[]): Readonly<Record<FleetFilter, number>> =>
  Object.fromEntries(
    fleetFilters.map(show => [show, fleet.filter(entry => passes(entry, show)).length]),
  ) as Record<FleetFilter, number>;

/** Those that an address asks for, in its order; in the order of their ids where it says nothing else. */
export function fleetShown(
  fleet: readonly FleetEntry[],
  { find, show, sort }: FleetAddress,
): readonly FleetEntry[] {
  const sought = find.trim().toLocaleLowerCase();
  const isFound = ({ gateway: { id, board, firmware }, meters }: FleetEntry) =>
    [id, board ?? '', firmware ?? '', ...meters.map(({ name }) => name)].some(text =>
      text.toLocaleLowerCase().includes(sought),
    );
  return fleet
    .filter(entry => passes(entry, show) && (sought === '' || isFound(entry)))
    .sort((a, b) => orders[sort](a, b) || a.gateway.id.localeCompare(b.gateway.id, 'en', { numeric: true }));
}

const isVersion = (text: string): boolean => !Number.isNaN(compareVersions(text, text));

type Order = (a: FleetEntry, b: FleetEntry) => number;

const waiting = ({ gateway: { journal } }: FleetEntry): number =>
  (journal?.dropped ?? 0) * 1e6 + (journal?.records ?? -1);

const orders: Readonly<Record<FleetAddress['sort'], Order>> = Object.freeze({
  trouble: (a, b) => Number(b.hasTrouble) - Number(a.hasTrouble),
  name: () => 0,
  /** What lost something comes first. */
  journal: (a, b) => waiting(b) - waiting(a),
  /** The oldest first; those that are no version last. */
  firmware: (a, b) => {
    const [one, other] = [versionOf(a.gateway.firmware), versionOf(b.gateway.firmware)];
    return Number(!isVersion(one)) - Number(!isVersion(other)) || compareVersions(one, other) || 0;
  },
  seen: (a, b) => (a.gateway.lastSeenMs ?? -1) - (b.gateway.lastSeenMs ?? -1),
});
