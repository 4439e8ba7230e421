import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quantities, quantityIds, type Unit } from '#core/quantities.ts';
import {
  formatDuration,
  formatHourAgo,
  formatReading,
  formatShare,
  formatText,
  formatTicks,
  formatTime,
  formatValue,
  spanStyle,
} from '../../web/format.ts';

const text = (value: number | null | undefined, unit: Unit, locale = 'en-GB') =>
  formatText(value, unit, locale).replaceAll('\u202f', ' ');

describe('values as people read them', () => {
  it.each([
    [0, 'W', '0 W'],
    [4.526, 'W', '4.53 W'],
    [45.26, 'W', '45.3 W'],
    [452.6, 'W', '453 W'],
    [999.6, 'W', '1.00 kW'],
    [1240, 'W', '1.24 kW'],
    [-3521, 'W', '−3.52 kW'],
    [12_345_678, 'W', '12.3 MW'],
    [8243, 'Wh', '8.24 kWh'],
    [7, 'Wh', '7 Wh'],
    [26, 'Wh', '26 Wh'],
    [4.62, 'Wh', '4.62 Wh'],
    [6000, 'Wh', '6.00 kWh'],
    [230.149, 'V', '230.1 V'],
    [0.0359, 'V', '35.9 mV'],
    [0.0146, 'A', '14.6 mA'],
    [49.982, 'Hz', '49.98 Hz'],
    [0.973, '1', '0.97'],
    [-0.001, 'W', '0.00 W'],
  ] as const)('%d %s is "%s"', (value, unit, expected) => {
    expect(text(value, unit)).toBe(expected);
  });

  it('writes decimals and thousands as the language does', () => {
    expect(text(1240, 'W', 'de')).toBe('1,24 kW');
    expect(text(1240, 'W', 'pt')).toBe('1,24 kW');
  });

  it('shows what is absent as a dash and never as a number', () => {
    for (const value of [null, undefined, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(text(value, 'W')).toBe('–');
      expect(formatReading(value, 'Wh', 'en')).toBe('–');
      expect(formatValue(value, 'W', 'en')).toEqual({ number: '–', unit: 'W' });
    }
  });

  it('never shows NaN, an exponent or a negative zero, for any plausible value of any quantity', () => {
    const anyValue = fc
      .constantFrom(...quantityIds)
      .chain(id => fc.tuple(fc.constant(id), fc.double({ ...rangeOf(id), noNaN: true })));
    fc.assert(
      fc.property(anyValue, ([id, value]) => {
        const shown = text(value, quantities[id].unit);
        expect(shown).toMatch(/^−?[\d,]+(\.\d+)?( \S+)?$/);
        expect(shown).not.toMatch(/^−0(\.0+)?( |$)/);
      }),
      { seed: 7 },
    );
  });

  it('shows a counter as it stands on the meter', () => {
    expect(formatReading(13_487_654.2, 'Wh', 'en').replace('\u202f', ' ')).toBe('13,487.65 kWh');
    expect(formatReading(812, 'Wh', 'en').replace('\u202f', ' ')).toBe('812 Wh');
  });
});

function rangeOf(id: (typeof quantityIds)[number]): { min: number; max: number } {
  const { min, max } = quantities[id];
  return { min, max };
}

describe('labels of an axis', () => {
  it('share one unit and tell neighbours apart', () => {
    const ticks = formatTicks([-2500, 0, 2500, 5000], 'W', 'en').map(tick => tick.replace('\u202f', ' '));
    expect(ticks).toEqual(['−2.5 kW', '0 kW', '2.5 kW', '5 kW']);
    expect(new Set(formatTicks([49.98, 49.985, 49.99], 'Hz', 'en')).size).toBe(3);
  });
});

describe('lengths of time', () => {
  it.each([
    [0, '0 sec'],
    [45_000, '45 sec'],
    [300_000, '5 min'],
    [7_500_000, '2 hr 5 min'],
    [86_400_000, '1 day'],
  ])('%d ms is "%s"', (durationMs, expected) => {
    expect(formatDuration(durationMs, 'en-US')).toBe(expected);
  });
});

describe('the ends of a span', () => {
  const nowMs = Date.UTC(2026, 10, 21, 12);
  const dayMs = 86_400_000;

  it('are told by time where they are near, by day where they are not', () => {
    expect(spanStyle(nowMs - dayMs, nowMs, nowMs)).toBe('dayTime');
    expect(spanStyle(nowMs - 7 * dayMs, nowMs, nowMs)).toBe('day');
  });

  it('have their year where it is not this one', () => {
    expect(spanStyle(nowMs - 3660 * dayMs, nowMs, nowMs)).toBe('dayYear');
    expect(spanStyle(nowMs - 731 * dayMs, nowMs - 730 * dayMs, nowMs)).toBe('dayTimeYear');
    expect(formatTime(nowMs - 3660 * dayMs, 'dayYear', 'en-GB', 'UTC')).toBe('13 Nov 2016');
  });
});

it('what is known to the hour is not told to the minute', () => {
  const nowMs = Date.UTC(2026, 10, 22, 14, 39);
  const ago = (hour: number, day = 22) => formatHourAgo(Date.UTC(2026, 10, day, hour), nowMs, 'en-GB');
  expect([ago(14), ago(13), ago(9), ago(14, 19)]).toEqual([
    'this hour',
    '1 hr ago',
    '5 hr ago',
    '3 days ago',
  ]);
  // By the host's clock, which may be ahead.
  expect(ago(15)).toBe('this hour');
});

const told = (share: number | null, decimals?: number) =>
  formatShare(share, 'en', decimals).replace('\u202f', ' ');

it('next to all or nothing is never told as all or nothing', () => {
  expect([1, 0.999_99, 0.997, 0.731, 0.002, 0.000_01, 0].map(share => told(share))).toEqual([
    '100 %',
    '99.9 %',
    '99.7 %',
    '73 %',
    '0.2 %',
    '0.1 %',
    '0 %',
  ]);
  expect(told(0.9537, 1)).toBe('95.4 %');
  expect(told(null)).toBe('–');
});
