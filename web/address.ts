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
    };

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

/** The address of a location hash; whatever is not understood becomes the default, so old links keep working. */
export function parseAddress(hash: string): Address {
  const [path = '', search = ''] = hash.replace(/^#\/?/, '').split('?');
  const query = new URLSearchParams(search);
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

/** A link to the history of a meter. */
export const historyOf = (meter: string, quantity: string | null = null): string =>
  formatAddress({ view: 'history', meter, quantity, range: defaultRange });

/** A link to the ledger: of a meter's day, where a moment of it is given. */
export const ledgerOf = (meter: string | null, dayMs: number | null = null): string =>
  formatAddress({ view: 'ledger', meter, dayMs, range: '30d', toMs: null });
