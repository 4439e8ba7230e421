import { type FleetAddress, formatFleet, parseFleet, wholeFleet } from './fleet-address.ts';

/** All gateways, or one of them. */
export interface GatewaysAddress {
  readonly view: 'gateways';
  /** null: all of them. */
  readonly gateway: string | null;
  readonly part: GatewayPart;
  /** The line that is looked at, or that a meter is to be added to. */
  readonly line: string | null;
  /** A meter to be added, as a scan found it. */
  readonly found: FoundMeter | null;
  /** Of all of them: which are shown, and how. */
  readonly fleet: FleetAddress;
}

export interface FoundMeter {
  readonly address: number;
  /** null where something answers that no profile fits. */
  readonly profile: string | null;
}

/** What of a gateway is shown: how it is, one of its lines, its settings, or profiles that it runs beside the known. */
export const gatewayParts = Object.freeze(['state', 'line', 'settings', 'profiles'] as const);

export type GatewayPart = (typeof gatewayParts)[number];

const isGatewayPart = (text: string): text is GatewayPart =>
  (gatewayParts as readonly string[]).includes(text);

function foundOf(query: URLSearchParams): FoundMeter | null {
  const address = Number(query.get('address') ?? Number.NaN);
  if (!Number.isInteger(address) || address < 0 || address > 255) return null;
  return { address, profile: query.get('profile') };
}

export function parseGateways(parts: readonly string[], query: URLSearchParams): GatewaysAddress {
  const [gateway = null, part = 'state'] = parts;
  const line = query.get('line');
  const known = isGatewayPart(part) && (part !== 'line' || line !== null) ? part : 'state';
  const fleet = gateway === null ? parseFleet(query) : wholeFleet;
  return { view: 'gateways', gateway, part: known, line, found: foundOf(query), fleet };
}

export function formatGateways({ gateway, part, line, found, fleet }: GatewaysAddress): string {
  if (gateway === null) return `/gateways${formatFleet(fleet)}`;
  const query = new URLSearchParams();
  if (line !== null) query.set('line', line);
  if (found !== null) query.set('address', String(found.address));
  if (found?.profile != null) query.set('profile', found.profile);
  const path = part === 'state' ? gateway : `${gateway}/${part}`;
  return `/gateways/${path}${query.size > 0 ? `?${query}` : ''}`;
}

/** The address of a gateway, or of a part of it. */
export const gatewayAddress = (
  gateway: string | null,
  part: GatewayPart = 'state',
  line: string | null = null,
  found: FoundMeter | null = null,
): GatewaysAddress => ({ view: 'gateways', gateway, part, line, found, fleet: wholeFleet });

/** The address of all gateways, of a part of them or in an order. */
export const fleetAddress = (fleet: Partial<FleetAddress>): GatewaysAddress => ({
  ...gatewayAddress(null),
  fleet: { ...wholeFleet, ...fleet },
});
