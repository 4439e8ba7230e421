import { describe, expect, it } from 'vitest';
import type { CorrectionPreview, Series } from '../../../host/api/contract.ts';
import {
  type CorrectionDraft,
  changedFigures,
  correctionKinds,
  correctionOf,
  fieldsOf,
  numberOf,
  seriesFor,
  sumsOf,
} from '../../../web/data/correction-draft.ts';
import { barsMost, previewBars } from '../../../web/data/preview-bars.ts';

const series: readonly Series[] = (['voltageL1V', 'energyImportWh', 'powerW'] as const).map(quantity => ({
  key: `attic.main.${quantity}`,
  meter: 'attic.main',
  quantity,
  unit: quantity === 'powerW' ? 'W' : quantity === 'voltageL1V' ? 'V' : 'Wh',
  kind: quantity === 'energyImportWh' ? 'counter' : 'gauge',
  firstMs: 0,
  lastMs: 1000,
  imports: [],
}));
const draft: CorrectionDraft = {
  kind: 'exclude',
  meter: 'attic.main',
  series: '',
  from: '2026-03-01T00:00',
  to: '2026-03-02T00:00',
  at: '2026-03-01T12:00',
  factor: '1,5',
  offset: '-20',
  reading: '12,3',
  oldReading: '12345,6',
  newReading: '0',
};
const utc = (text: string) => Date.parse(`${text}Z`);
const of = (part: Partial<CorrectionDraft>) => correctionOf({ ...draft, ...part }, utc);

describe('a draft of a correction', () => {
  it('sends only what its kind needs', () => {
    const fields = { from: 'fromMs', to: 'toMs', at: 'atMs' } as Readonly<Record<string, string>>;
    for (const kind of correctionKinds) {
      const read = of({ kind, series: 'attic.main.energyImportWh' });
      if (!read.ok) throw new Error(`${kind}: ${read.wrong}`);
      const names = ['kind', 'series', ...fieldsOf[kind].map(field => fields[field] ?? field)];
      expect(Object.keys(read.correction).sort()).toEqual(names.sort());
    }
  });

  it('takes readings as displays show them, and gives watt-hours', () => {
    const swap = of({ kind: 'swap', series: 'attic.main.energyImportWh' });
    expect(swap).toMatchObject({ correction: { oldReading: 12_345_600, newReading: 0 } });
    expect(of({ kind: 'reading', series: 'attic.main.energyImportWh' })).toMatchObject({
      correction: { reading: 12_300, atMs: utc(draft.at) },
    });
    expect(of({ kind: 'offset', series: 'attic.main.powerW' })).toMatchObject({
      correction: { offset: -20 },
    });
  });

  it('of a whole meter names the meter, and goes on where it has no end', () => {
    expect(of({ kind: 'scale', to: '' })).toEqual({
      ok: true,
      correction: { kind: 'scale', meter: 'attic.main', fromMs: utc(draft.from), factor: 1.5 },
    });
  });

  it('says which fields are not as they must be', () => {
    expect(of({ kind: 'offset', offset: 'much', from: '' })).toEqual({
      ok: false,
      wrong: ['series', 'from', 'offset'],
    });
    expect(of({ to: draft.from })).toEqual({ ok: false, wrong: ['to'] });
  });

  it.each([
    ['1.5', 1.5],
    ['1,5', 1.5],
    ['−3', -3],
    ['12 345,6', 12_345.6],
    ['1.234,5', Number.NaN],
    ['', Number.NaN],
    ['1e3', Number.NaN],
  ])('reads %s as %d', (text, value) => {
    expect(numberOf(text)).toBe(value);
  });
});

it('a kind is offered the series that it can be about, energies first', () => {
  const keys = (kind: CorrectionDraft['kind']) =>
    seriesFor(kind, 'attic.main', series).map(each => each.quantity);
  expect(keys('exclude')).toEqual(['energyImportWh', 'powerW', 'voltageL1V']);
  expect(keys('offset')).toEqual(['powerW', 'voltageL1V']);
  expect(keys('swap')).toEqual(['energyImportWh']);
});

const day = (importWh: number | null, mean: number | null = null) => ({
  importWh,
  exportWh: null,
  mean,
  min: null,
  max: null,
  growth: null,
  coverage: 1,
});
const preview: Pick<CorrectionPreview, 'days'> = {
  days: [
    { startMs: 0, endMs: 1, before: day(1000), after: day(500) },
    { startMs: 1, endMs: 2, before: day(null), after: day(null) },
    { startMs: 2, endMs: 3, before: day(3000), after: day(null) },
  ],
};

describe('a preview', () => {
  it('tells the figures that change alone, and their sums without what is missing', () => {
    expect(changedFigures(preview)).toEqual(['importWh']);
    expect(sumsOf(preview, 'importWh')).toEqual({ before: 4000, after: 500 });
    expect(sumsOf(preview, 'exportWh')).toEqual({ before: null, after: null });
  });

  it('is drawn from zero, and what is missing has no bar', () => {
    const { days, zero } = previewBars(preview, 'importWh');
    expect(zero).toBe(1);
    expect(days[1]).toEqual({ before: null, after: null });
    expect(days[2]).toEqual({ before: { top: 0, height: 1 }, after: null });
    expect(days[0]?.after?.height).toBeCloseTo(1 / 6);
  });

  it('of a power that is fed in hangs below zero', () => {
    const days = Array.from({ length: 100 }, (_, at) => ({
      startMs: at,
      endMs: at + 1,
      before: day(null, -100),
      after: day(null, 100),
    }));
    const bars = previewBars({ days }, 'mean');
    expect(bars.days).toHaveLength(barsMost);
    expect(bars.zero).toBe(0.5);
    expect(bars.days[0]).toEqual({ before: { top: 0.5, height: 0.5 }, after: { top: 0, height: 0.5 } });
  });
});
