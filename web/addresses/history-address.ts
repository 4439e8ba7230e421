import { fixedRange, isPreset, type Range } from '../ranges.ts';

/** One quantity of one meter over time. */
export interface HistoryAddress {
  readonly view: 'history';
  /** null: the first there is. */
  readonly meter: string | null;
  readonly quantity: string | null;
  readonly range: Range;
}

export const defaultRange: Range = Object.freeze({ kind: 'preset', preset: '24h' });

/** The range that a query names; the default where it names none. */
export function rangeOf(query: URLSearchParams): Range {
  const preset = query.get('range');
  if (preset !== null && isPreset(preset)) return { kind: 'preset', preset };
  const from = Number(query.get('from') ?? Number.NaN);
  const to = Number(query.get('to') ?? Number.NaN);
  return Number.isSafeInteger(from) && Number.isSafeInteger(to) && to > from && from >= 0
    ? fixedRange(from, to)
    : defaultRange;
}

/** Writes a range so that `rangeOf` finds it. */
export function setRange(query: URLSearchParams, range: Range): void {
  if (range.kind === 'preset') query.set('range', range.preset);
  else {
    query.set('from', String(range.fromMs));
    query.set('to', String(range.toMs));
  }
}

export const parseHistory = (_parts: readonly string[], query: URLSearchParams): HistoryAddress => ({
  view: 'history',
  meter: query.get('meter'),
  quantity: query.get('quantity'),
  range: rangeOf(query),
});

export function formatHistory({ meter, quantity, range }: HistoryAddress): string {
  const query = new URLSearchParams();
  if (meter !== null) query.set('meter', meter);
  if (quantity !== null) query.set('quantity', quantity);
  setRange(query, range);
  return `/history?${query}`;
}

export const historyAddress = (meter: string | null, quantity: string | null = null): HistoryAddress => ({
  view: 'history',
  meter,
  quantity,
  range: defaultRange,
});
