import { isQuantityId } from '#core/quantities.ts';
import { type Compare, isCompareKind } from '../history/compare.ts';
import { fixedRange, isPreset, type Range, type Span } from '../history/ranges.ts';
import { isPeriodUnit } from '../periods.ts';
import { momentOf } from './moment.ts';

/** Quantities of a meter over time. */
export interface HistoryAddress {
  readonly view: 'history';
  /** null: the first there is. */
  readonly meter: string | null;
  readonly quantity: string | null;
  readonly range: Range;
  /** More quantities of the meter, of the same unit. */
  readonly more?: readonly string[];
  readonly compare?: Compare;
  /** What is chosen within the range: its statistics are told. */
  readonly chosen?: Span;
}

export const defaultRange: Range = Object.freeze({ kind: 'preset', preset: '24h' });

/** More lines than these nobody tells apart. */
export const mostQuantities = 6;

/** The range that a query names; the default where it names none. */
export function rangeOf(query: URLSearchParams): Range {
  const preset = query.get('range');
  if (preset !== null && isPreset(preset)) return { kind: 'preset', preset };
  const unit = query.get('period');
  if (unit !== null && isPeriodUnit(unit)) return { kind: 'calendar', unit, atMs: momentOf(query.get('at')) };
  const from = Number(query.get('from') ?? Number.NaN);
  const to = Number(query.get('to') ?? Number.NaN);
  return Number.isSafeInteger(from) && Number.isSafeInteger(to) && to > from && from >= 0
    ? fixedRange(from, to)
    : defaultRange;
}

/** Writes a range so that `rangeOf` finds it. */
export function setRange(query: URLSearchParams, range: Range): void {
  switch (range.kind) {
    case 'preset':
      query.set('range', range.preset);
      break;
    case 'calendar':
      query.set('period', range.unit);
      if (range.atMs !== null) query.set('at', String(range.atMs));
      break;
    case 'fixed':
      query.set('from', String(range.fromMs));
      query.set('to', String(range.toMs));
  }
}

function compareOf(text: string | null): Compare | null {
  if (text === null) return null;
  if (isCompareKind(text)) return { kind: text };
  const fromMs = momentOf(text);
  return fromMs === null ? null : { kind: 'from', fromMs };
}

function chosenOf(text: string | null): Span | null {
  const [from = '', to = '', ...rest] = (text ?? '').split('-');
  const [fromMs, toMs] = [momentOf(from), momentOf(to)];
  return from !== '' && fromMs !== null && toMs !== null && toMs > fromMs && rest.length === 0
    ? { fromMs, toMs }
    : null;
}

export function parseHistory(_parts: readonly string[], query: URLSearchParams): HistoryAddress {
  const more = (query.get('with') ?? '')
    .split(',')
    .filter(isQuantityId)
    .slice(0, mostQuantities - 1);
  const compare = compareOf(query.get('compare'));
  const chosen = chosenOf(query.get('chosen'));
  return {
    view: 'history',
    meter: query.get('meter'),
    quantity: query.get('quantity'),
    range: rangeOf(query),
    ...(more.length > 0 && { more }),
    ...(compare !== null && { compare }),
    ...(chosen !== null && { chosen }),
  };
}

export function formatHistory({ meter, quantity, range, more, compare, chosen }: HistoryAddress): string {
  const query = new URLSearchParams();
  if (meter !== null) query.set('meter', meter);
  if (quantity !== null) query.set('quantity', quantity);
  setRange(query, range);
  if (more !== undefined && more.length > 0) query.set('with', more.join(','));
  if (compare !== undefined)
    query.set('compare', compare.kind === 'from' ? String(compare.fromMs) : compare.kind);
  if (chosen !== undefined) query.set('chosen', `${chosen.fromMs}-${chosen.toMs}`);
  return `/history?${query}`;
}

export const historyAddress = (meter: string | null, quantity: string | null = null): HistoryAddress => ({
  view: 'history',
  meter,
  quantity,
  range: defaultRange,
});
