import { momentOf } from './moment.ts';

/** What became of every second, by meter and day. */
export interface LedgerAddress {
  readonly view: 'ledger';
  /** The meter whose day is open. */
  readonly meter: string | null;
  /** A moment of that day. */
  readonly dayMs: number | null;
  readonly range: LedgerRange;
  /** A moment of the last day; null: today. */
  readonly toMs: number | null;
}

/** Days that the ledger shows. */
export const ledgerRanges = Object.freeze({ '7d': 7, '30d': 30, '90d': 90 });

export type LedgerRange = keyof typeof ledgerRanges;

const isLedgerRange = (text: string): text is LedgerRange => Object.hasOwn(ledgerRanges, text);

export function parseLedger(_parts: readonly string[], query: URLSearchParams): LedgerAddress {
  const range = query.get('range') ?? '';
  return {
    view: 'ledger',
    meter: query.get('meter'),
    dayMs: momentOf(query.get('day')),
    range: isLedgerRange(range) ? range : '30d',
    toMs: momentOf(query.get('to')),
  };
}

export function formatLedger({ meter, dayMs, range, toMs }: LedgerAddress): string {
  const query = new URLSearchParams();
  if (meter !== null) query.set('meter', meter);
  if (dayMs !== null) query.set('day', String(dayMs));
  query.set('range', range);
  if (toMs !== null) query.set('to', String(toMs));
  return `/ledger?${query}`;
}

/** The ledger: of a meter's day, where a moment of it is given. */
export const ledgerAddress = (meter: string | null, dayMs: number | null = null): LedgerAddress => ({
  view: 'ledger',
  meter,
  dayMs,
  range: '30d',
  toMs: null,
});
