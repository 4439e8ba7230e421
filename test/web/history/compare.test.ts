import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { columnsOf, type EnergyBar } from '../../../web/charts/columns.ts';
import {
  type Compare,
  comparedSpan,
  differenceOf,
  earlier,
  later,
  movedColumns,
  onWeekdayOf,
  pairedBars,
  shiftOf,
} from '../../../web/history/compare.ts';
import type { Range, Span } from '../../../web/history/ranges.ts';
import { civilOf, periodAround, periodUnits } from '../../../web/periods.ts';

const zone = 'Europe/Berlin';
const calendar = { zone, firstDay: 1 };
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const bar = (startMs: number, endMs: number, importWh: number): EnergyBar => ({
  startMs,
  endMs,
  importWh,
  exportWh: null,
  importEstimatedWh: 0,
  exportEstimatedWh: null,
  coverage: 1,
});
const daysOf = ({ fromMs, toMs }: Span): EnergyBar[] => {
  const bars: EnergyBar[] = [];
  for (let at = fromMs; at < toMs; ) {
    const day = periodAround('day', at, calendar);
    bars.push(bar(day.fromMs, day.toMs, bars.length + 1));
    at = day.toMs;
  }
  return bars;
};
const anyAt = fc.integer({ min: Date.UTC(2020, 0) / 1000, max: Date.UTC(2030, 0) / 1000 }).map(s => s * 1000);

describe('what a period is compared with', () => {
  it('is the one before, whole', () => {
    fc.assert(
      fc.property(anyAt, fc.constantFrom(...periodUnits), (atMs, unit) => {
        const span = periodAround(unit, atMs, calendar);
        const before = comparedSpan({ kind: 'previous' }, { kind: 'calendar', unit, atMs }, span, calendar);
        expect(before).toEqual(periodAround(unit, span.fromMs - 1, calendar));
      }),
      { seed: 51, numRuns: 300 },
    );
  });

  it('is the same date a year before, or the same weekday 52 weeks before', () => {
    const span = periodAround('day', Date.UTC(2026, 10, 21, 12), calendar);
    const range: Range = { kind: 'calendar', unit: 'day', atMs: span.fromMs };
    const of = (compare: Compare) => comparedSpan(compare, range, span, calendar);
    expect(of({ kind: 'year' })).toEqual(periodAround('day', Date.UTC(2025, 10, 21, 12), calendar));
    expect(of({ kind: 'weekday' })).toEqual(periodAround('day', Date.UTC(2025, 10, 22, 12), calendar));
  });

  it('of a length that ends now is the same length before it', () => {
    const span = { fromMs: Date.UTC(2026, 10, 20, 15, 7), toMs: Date.UTC(2026, 10, 21, 15, 7) };
    const range: Range = { kind: 'preset', preset: '24h' };
    expect(comparedSpan({ kind: 'previous' }, range, span, calendar).toMs).toBe(span.fromMs);
  });

  it('that somebody chose begins there, or on the nearest day with the weekday of the shown', () => {
    const span = periodAround('week', Date.UTC(2026, 10, 18), calendar);
    const range: Range = { kind: 'calendar', unit: 'week', atMs: null };
    const fromMs = Date.UTC(2026, 2, 11, 23);
    expect(comparedSpan({ kind: 'from', fromMs }, range, span, calendar).fromMs).toBe(fromMs);
    fc.assert(
      fc.property(anyAt, anyAt, (chosenMs, shownMs) => {
        const weekday = (atMs: number) => new Date(civilOf(atMs, zone)).getUTCDay();
        const onMs = onWeekdayOf(chosenMs, shownMs, zone);
        expect(weekday(onMs)).toBe(weekday(shownMs));
        expect(Math.abs(onMs - chosenMs)).toBeLessThan(4 * dayMs);
      }),
      { seed: 52, numRuns: 200 },
    );
  });
});

describe('two pictures one above the other', () => {
  const anyCompare: fc.Arbitrary<Compare> = fc.oneof(
    fc.constantFrom<Compare>({ kind: 'previous' }, { kind: 'year' }, { kind: 'weekday' }),
    anyAt.map((fromMs): Compare => ({ kind: 'from', fromMs })),
  );

  it('agree in time: there and back is the same instant but where clocks changed', () => {
    fc.assert(
      fc.property(anyAt, fc.constantFrom(...periodUnits), anyCompare, (atMs, unit, compare) => {
        const span = periodAround(unit, atMs, calendar);
        const shift = shiftOf(compare, { kind: 'calendar', unit, atMs }, span, calendar);
        const back = later(earlier(atMs, shift, zone), shift, zone);
        const date = new Date(civilOf(atMs, zone));
        if (shift.unit === 'years' && date.getUTCMonth() === 1 && date.getUTCDate() === 29) return;
        expect(Math.abs(back - atMs)).toBeLessThanOrEqual(hourMs);
      }),
      { seed: 53, numRuns: 400 },
    );
  });

  it('have columns in order, also of a day with an hour that clocks show twice', () => {
    const autumn = periodAround('day', Date.UTC(2026, 9, 25, 10), calendar);
    const startMs = Array.from({ length: 25 }, (_, index) => autumn.fromMs + index * hourMs);
    const values = startMs.map((_, index) => index);
    const none = startMs.map(() => null);
    const columns = columnsOf({
      startMs,
      bucketMs: hourMs,
      kind: 'gauge',
      mean: values,
      min: none,
      max: none,
      last: none,
    });
    const { x } = movedColumns(columns, { unit: 'days', count: 1 }, zone);
    expect(x).toEqual([...new Set(x)].sort((a, b) => a - b));
    expect(x[0]).toBe(autumn.toMs / 1000);
    expect(x.length).toBe(columns.x.length - 1);
  });

  it('pair each bar once at most, with the one of its date or, for months, of its place', () => {
    const november = periodAround('month', Date.UTC(2026, 10, 21), calendar);
    const range: Range = { kind: 'calendar', unit: 'month', atMs: null };
    const shift = shiftOf({ kind: 'previous' }, range, november, calendar);
    const october = comparedSpan({ kind: 'previous' }, range, november, calendar);
    const pairs = pairedBars(daysOf(november), daysOf(october), 'day', shift, zone);
    // October has a day more, and clocks changed in it.
    expect(pairs.map(each => each?.importWh)).toEqual(Array.from({ length: 30 }, (_, index) => index + 1));

    const months = (year: number) =>
      Array.from({ length: 12 }, (_, month) =>
        bar(Date.UTC(year, month), Date.UTC(year, month + 1), year * 100 + month),
      );
    for (const other of [
      { unit: 'years', count: 1 },
      { unit: 'days', count: 364 },
    ] as const) {
      const paired = pairedBars(months(2025), months(2024), 'month', other, 'UTC');
      expect(paired.map(each => each?.importWh)).toEqual(months(2024).map(({ importWh }) => importWh));
    }
  });

  it('differ by what is known of both, and by no share of nothing', () => {
    expect(differenceOf(90, 100)).toEqual({ by: -10, share: -0.1 });
    expect(differenceOf(5, 0)).toEqual({ by: 5, share: null });
    expect(differenceOf(null, 5)).toBeNull();
  });
});
