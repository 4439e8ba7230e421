import { isQuantityId, quantities } from '#core/quantities.ts';
import type { CorrectionPreview, PreviewedCorrection, Series } from '../../host/api/contract.ts';

export type CorrectionKind = PreviewedCorrection['kind'];

export const correctionKinds: readonly CorrectionKind[] = Object.freeze([
  'exclude',
  'scale',
  'offset',
  'reading',
  'swap',
]);

export type DraftField = 'from' | 'to' | 'at' | 'factor' | 'offset' | 'reading' | 'oldReading' | 'newReading';

/** What each kind asks for, in the order of the form; a range may be without an end. */
export const fieldsOf: Readonly<Record<CorrectionKind, readonly DraftField[]>> = Object.freeze({
  exclude: ['from', 'to'],
  scale: ['from', 'to', 'factor'],
  offset: ['from', 'to', 'offset'],
  reading: ['at', 'reading'],
  swap: ['at', 'oldReading', 'newReading'],
});

/** What a kind can be about: a whole meter, one of its gauges, one of its counters. */
const about: Readonly<Record<CorrectionKind, readonly ('meter' | 'gauge' | 'counter')[]>> = Object.freeze({
  exclude: ['meter', 'gauge', 'counter'],
  scale: ['meter', 'gauge', 'counter'],
  offset: ['gauge'],
  reading: ['counter'],
  swap: ['counter'],
});

/** A correction as somebody writes it: times and numbers as texts of their fields. */
export type CorrectionDraft = Readonly<Record<DraftField, string>> & {
  readonly kind: CorrectionKind;
  readonly meter: string;
  /** Empty: all of the meter. */
  readonly series: string;
};

export const isForWholeMeter = (kind: CorrectionKind): boolean => about[kind].includes('meter');

/** The series of a meter that a kind can be about, energies and powers first. */
export function seriesFor(kind: CorrectionKind, meter: string, series: readonly Series[]): readonly Series[] {
  const rank = ({ unit }: Series) => ['Wh', 'W'].indexOf(unit) + 1 || 9;
  return series
    .filter(each => each.meter === meter && about[kind].includes(each.kind))
    .sort((one, other) => rank(one) - rank(other) || (one.quantity < other.quantity ? -1 : 1));
}

/** Displays of meters count in thousands of what the host stores: kWh, not Wh. */
export function entryUnit(quantity: string): { readonly unit: string; readonly factor: number } {
  if (!isQuantityId(quantity)) return { unit: '', factor: 1 };
  const { unit, kind } = quantities[quantity];
  return kind === 'counter'
    ? { unit: `k${unit}`, factor: 1000 }
    : { unit: unit === '1' ? '' : unit, factor: 1 };
}

/** A number as people write it, with a comma or a point; NaN where it is none. */
export function numberOf(text: string): number {
  const plain = text.trim().replace(/\s/g, '').replace('−', '-');
  const point = /^-?\d*,\d+$/.test(plain) ? plain.replace(',', '.') : plain;
  return /^-?(\d+\.?\d*|\.\d+)$/.test(point) ? Number(point) : Number.NaN;
}

export type Draft =
  | { readonly ok: true; readonly correction: PreviewedCorrection }
  /** What is missing or no number or time. */
  | { readonly ok: false; readonly wrong: readonly (DraftField | 'series')[] };

/**
 * What is sent of a draft: only what its kind needs. The host judges the rest.
 * @param momentOf UTC ms of a text of a field of time; NaN where it is none
 */
export function correctionOf(draft: CorrectionDraft, momentOf: (text: string) => number): Draft {
  const { kind, meter, series } = draft;
  const wrong: (DraftField | 'series')[] = [];
  if (series === '' && !isForWholeMeter(kind)) wrong.push('series');
  const values: Partial<Record<DraftField, number>> = {};
  const { factor } = entryUnit(series.slice(series.lastIndexOf('.') + 1));
  for (const field of fieldsOf[kind]) {
    const text = draft[field];
    // A range without an end goes on.
    if (field === 'to' && text === '') continue;
    const isTime = field === 'from' || field === 'to' || field === 'at';
    const value = isTime ? Math.floor(momentOf(text) / 1000) * 1000 : numberOf(text);
    if (Number.isNaN(value)) wrong.push(field);
    // 12.3 × 1000 is 12300.000000000002 in floating point.
    else values[field] = isTime || field === 'factor' ? value : Number((value * factor).toFixed(6));
  }
  if (values.from !== undefined && values.to !== undefined && values.to <= values.from) wrong.push('to');
  if (wrong.length > 0) return { ok: false, wrong };
  const { from, to, at, ...amounts } = values;
  return {
    ok: true,
    correction: {
      kind,
      ...(series === '' ? { meter } : { series }),
      ...(from !== undefined && { fromMs: from }),
      ...(to !== undefined && { toMs: to }),
      ...(at !== undefined && { atMs: at }),
      ...amounts,
    },
  };
}

/** What of a day a preview tells. */
export type Figure = 'importWh' | 'exportWh' | 'mean' | 'min' | 'max' | 'growth' | 'coverage';

const figures: readonly Figure[] = ['importWh', 'exportWh', 'growth', 'mean', 'min', 'max', 'coverage'];

/** The figures that are known of any day and change on any; the first of them is drawn. */
export function changedFigures({ days }: Pick<CorrectionPreview, 'days'>): readonly Figure[] {
  return figures.filter(figure => days.some(({ before, after }) => before[figure] !== after[figure]));
}

/** Sums over the days, of what can be summed; null where nothing is known. */
export function sumsOf(
  { days }: Pick<CorrectionPreview, 'days'>,
  figure: 'importWh' | 'exportWh' | 'growth',
): { readonly before: number | null; readonly after: number | null } {
  const sum = (which: 'before' | 'after') =>
    days.reduce<number | null>((total, day) => {
      const value = day[which][figure];
      return value === null ? total : (total ?? 0) + value;
    }, null);
  return { before: sum('before'), after: sum('after') };
}
