import { fixedRange, isPreset, type Range } from './ranges.ts';

/** What the address bar holds: enough to send the same picture to somebody else. */
export type Address =
  | { readonly view: 'overview' }
  | {
      readonly view: 'history';
      readonly meter: string | null;
      readonly quantity: string | null;
      readonly range: Range;
    };

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

/** The address of a location hash; whatever is not understood becomes the default, so old links keep working. */
export function parseAddress(hash: string): Address {
  const [path = '', search = ''] = hash.replace(/^#\/?/, '').split('?');
  if (path !== 'history') return { view: 'overview' };
  const query = new URLSearchParams(search);
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
