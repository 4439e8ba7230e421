import { fixedRange, isPreset, type Range } from './ranges.ts';

/** What the address bar holds: enough to send the same picture to somebody else. */
export type Address =
  | { readonly view: 'overview' }
  | {
      readonly view: 'history';
      readonly meter: string | null;
      readonly quantity: string | null;
      readonly range: Range;
    }
  | {
      readonly view: 'ledger';
      /** The meter whose day is open. */
      readonly meter: string | null;
      /** A moment of that day. */
      readonly dayMs: number | null;
      readonly range: LedgerRange;
      /** A moment of the last day; null: today. */
      readonly toMs: number | null;
    }
  | {
      readonly view: 'gateways';
      /** null: all of them. */
      readonly gateway: string | null;
      readonly part: GatewayPart;
      /** The line that is looked at, or that a meter is to be added to. */
      readonly line: string | null;
      /** A meter to be added, as a scan found it. */
      readonly found: FoundMeter | null;
    };

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

/** Days that the ledger shows. */
export const ledgerRanges = Object.freeze({ '7d': 7, '30d': 30, '90d': 90 });

export type LedgerRange = keyof typeof ledgerRanges;

const isLedgerRange = (text: string): text is LedgerRange => Object.hasOwn(ledgerRanges, text);

export const defaultRange: Range = Object.freeze({ kind: 'preset', preset: '24h' });

function rangeOf(query: URLSearchParams): Range {
  const preset = query.get('range');
  if (preset !== null && isPreset(preset)) return { kind: 'preset', preset };
  const from = Number(query.get('from') ?? Number.NaN);
  const to = Number(query.get('to') ?? Number.NaN);
  return Number.isSafeInteger(from) && Number.isSafeInteger(to) && to > from && from >= 0
    ? fixedRange(from, to)
    : defaultRange;
}

function momentOf(text: string | null): number | null {
  const atMs = Number(text ?? Number.NaN);
  return Number.isSafeInteger(atMs) && atMs >= 0 && atMs <= 4_294_967_295_000 ? atMs : null;
}

function foundOf(query: URLSearchParams): FoundMeter | null {
  const address = Number(query.get('address') ?? Number.NaN);
  if (!Number.isInteger(address) || address < 0 || address > 255) return null;
  return { address, profile: query.get('profile') };
}

function gatewaysAddress(parts: readonly string[], query: URLSearchParams): Address {
  const [gateway = null, part = 'state'] = parts;
  const line = query.get('line');
  const known = isGatewayPart(part) && (part !== 'line' || line !== null) ? part : 'state';
  return { view: 'gateways', gateway, part: known, line, found: foundOf(query) };
}

/** The address of a location hash; whatever is not understood becomes the default, so old links keep working. */
export function parseAddress(hash: string): Address {
  const [path = '', search = ''] = hash.replace(/^#\/?/, '').split('?');
  const query = new URLSearchParams(search);
  const [view, ...parts] = path.split('/').filter(Boolean);
  if (view === 'gateways') return gatewaysAddress(parts, query);
  if (path === 'ledger') {
    const range = query.get('range') ?? '';
    return {
      view: 'ledger',
      meter: query.get('meter'),
      dayMs: momentOf(query.get('day')),
      range: isLedgerRange(range) ? range : '30d',
      toMs: momentOf(query.get('to')),
    };
  }
  if (path !== 'history') return { view: 'overview' };
  return {
    view: 'history',
    meter: query.get('meter'),
    quantity: query.get('quantity'),
    range: rangeOf(query),
  };
}

/** The location hash of an address; `parseAddress` gives the same address again. */
export function formatAddress(address: Address): string {
  if (address.view === 'overview') return '#/';
  const query = new URLSearchParams();
  if (address.view === 'gateways') return formatGateways(address, query);
  if (address.meter !== null) query.set('meter', address.meter);
  if (address.view === 'ledger') {
    if (address.dayMs !== null) query.set('day', String(address.dayMs));
    query.set('range', address.range);
    if (address.toMs !== null) query.set('to', String(address.toMs));
    return `#/ledger?${query}`;
  }
  if (address.quantity !== null) query.set('quantity', address.quantity);
  if (address.range.kind === 'preset') query.set('range', address.range.preset);
  else {
    query.set('from', String(address.range.fromMs));
    query.set('to', String(address.range.toMs));
  }
  return `#/history?${query}`;
}

function formatGateways(
  { gateway, part, line, found }: Extract<Address, { view: 'gateways' }>,
  query: URLSearchParams,
): string {
  if (gateway === null) return '#/gateways';
  if (line !== null) query.set('line', line);
  if (found !== null) query.set('address', String(found.address));
  if (found?.profile != null) query.set('profile', found.profile);
  const path = part === 'state' ? gateway : `${gateway}/${part}`;
  return `#/gateways/${path}${query.size > 0 ? `?${query}` : ''}`;
}

/** The address of a gateway, or of a part of it. */
export const gatewayAddress = (
  gateway: string | null,
  part: GatewayPart = 'state',
  line: string | null = null,
  found: FoundMeter | null = null,
): Address => ({ view: 'gateways', gateway, part, line, found });

/** A link to the history of a meter. */
export const historyOf = (meter: string, quantity: string | null = null): string =>
  formatAddress({ view: 'history', meter, quantity, range: defaultRange });

/** A link to the ledger: of a meter's day, where a moment of it is given. */
export const ledgerOf = (meter: string | null, dayMs: number | null = null): string =>
  formatAddress({ view: 'ledger', meter, dayMs, range: '30d', toMs: null });
