import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EnergyTable, Tariff } from '../../../host/api/contract.ts';
import {
  civilDayOf,
  costOf,
  type DayEnergy,
  dayRuns,
  formatMoney,
  gridDaysOf,
} from '../../../web/site/costs.ts';

const tariff: Tariff = {
  currency: 'EUR',
  prices: [
    { from: '2026-01-01', importPerKwh: 0.32, exportPerKwh: 0.08, perDay: 0.5 },
    { from: '2026-03-29', importPerKwh: 0.4, exportPerKwh: 0.07, perDay: 0.25 },
  ],
};
const day = (name: string, importWh: number | null, exportWh: number | null = null): DayEnergy => ({
  day: name,
  importWh,
  exportWh,
});

describe('the cost of days', () => {
  it('is what was taken and the price of each day, less what was paid for feeding in', () => {
    const { parts, total } = costOf([day('2026-03-01', 10_000, 5_000), day('2026-03-02', 2_500)], tariff);
    expect(parts).toHaveLength(1);
    expect(parts[0]).toMatchObject({ days: 2, importWh: 12_500, exportWh: 5_000 });
    expect(total).toBeCloseTo(12.5 * 0.32 - 5 * 0.08 + 2 * 0.5, 9);
  });

  it('has no sum of what was fed in where that is known of no day', () => {
    const { parts } = costOf(
      [day('2026-03-01', 1000), day('2026-03-29', 1000), day('2026-03-30', 1000, 0)],
      tariff,
    );
    expect(parts.map(({ exportWh, exportPay }) => [exportWh, exportPay])).toEqual([
      [null, 0],
      [0, 0],
    ]);
  });

  it('goes by the price of the day, also where it changes on the day that has 23 hours', () => {
    const days = [day('2026-03-28', 1000), day('2026-03-29', 1000), day('2026-03-30', 1000)];
    const { parts, total } = costOf(days, tariff);
    expect(parts.map(part => [part.price.from, part.days])).toEqual([
      ['2026-01-01', 1],
      ['2026-03-29', 2],
    ]);
    expect(total).toBeCloseTo(0.32 + 0.5 + 2 * (0.4 + 0.25), 9);
  });

  it('has days that follow each other as one stretch, over the ends of months and changes of clocks', () => {
    expect(
      dayRuns(['2026-02-27', '2026-02-28', '2026-03-01', '2026-03-28', '2026-03-29', '2026-03-31']),
    ).toEqual([
      ['2026-02-27', '2026-03-01'],
      ['2026-03-28', '2026-03-29'],
      ['2026-03-31', '2026-03-31'],
    ]);
    expect(dayRuns([])).toEqual([]);
  });

  it('is below zero where more was earned than spent', () => {
    const { total } = costOf([day('2026-03-01', 0, 20_000)], tariff);
    expect(total).toBeCloseTo(0.5 - 1.6, 9);
    expect(formatMoney(total, 'EUR', 'en')).toBe('−€1.10');
    expect(formatMoney(-0, 'EUR', 'en')).toBe('€0.00');
    expect(formatMoney(-0.004, 'EUR', 'en')).toBe('€0.00');
  });

  it('names days of which nothing is known and days without a price, and takes none for free', () => {
    const days = [day('2025-12-31', 9_000), day('2026-01-01', null), day('2026-01-02', 1_000)];
    const { total, unknownDays, unpricedDays } = costOf(days, tariff);
    expect(unknownDays).toEqual(['2026-01-01']);
    expect(unpricedDays).toEqual(['2025-12-31']);
    expect(total).toBeCloseTo(0.32 + 0.5, 9);
  });

  it('is the sum of its days, of its parts and of its kinds, whatever the prices', () => {
    const dayNames = fc
      .integer({ min: 0, max: 800 })
      .map(n => new Date(Date.UTC(2025, 0, 1 + n)).toISOString().slice(0, 10));
    const energy = fc.option(fc.nat(100_000));
    const price = fc.record({
      from: dayNames,
      importPerKwh: fc.integer({ min: -50, max: 90 }).map(cents => cents / 100),
      exportPerKwh: fc.integer({ min: -5, max: 30 }).map(cents => cents / 100),
      perDay: fc.nat(100).map(cents => cents / 100),
    });
    fc.assert(
      fc.property(
        fc.uniqueArray(price, { selector: ({ from }) => from, minLength: 1, maxLength: 6 }),
        fc.uniqueArray(fc.record({ day: dayNames, importWh: energy, exportWh: energy }), {
          selector: ({ day: name }) => name,
          maxLength: 40,
        }),
        (prices, days) => {
          const own: Tariff = {
            currency: 'EUR',
            prices: prices.toSorted((a, b) => (a.from < b.from ? -1 : 1)),
          };
          const whole = costOf(days, own);
          const alone = days.map(each => costOf([each], own).total).reduce((sum, each) => sum + each, 0);
          expect(whole.total).toBeCloseTo(alone, 6);
          const ofParts = whole.parts.map(part => part.importCost + part.dayCost - part.exportPay);
          expect(whole.total).toBeCloseTo(
            ofParts.reduce((sum, each) => sum + each, 0),
            6,
          );
          const counted = whole.parts.reduce((sum, part) => sum + part.days, 0);
          expect(counted + whole.unpricedDays.length + whole.unknownDays.length).toBe(days.length);
          const unknown = days.filter(each => each.importWh === null).length;
          const unpricedUnknown = days.filter(
            each => each.importWh === null && whole.unpricedDays.includes(each.day),
          ).length;
          expect(whole.unknownDays).toHaveLength(unknown - unpricedUnknown);
        },
      ),
      { seed: 6, numRuns: 300 },
    );
  });
});

describe('the days of the grid', () => {
  const column = (meter: string, importWh: (number | null)[], exportWh: (number | null)[]) => ({
    meter,
    importWh,
    exportWh,
    importEstimatedWh: importWh,
    exportEstimatedWh: exportWh,
    coverage: importWh.map(() => 1),
  });
  const table: EnergyTable = {
    zone: 'Europe/Berlin',
    startMs: [Date.UTC(2026, 2, 27, 23), Date.UTC(2026, 2, 28, 23), Date.UTC(2026, 2, 29, 22)],
    endMs: [Date.UTC(2026, 2, 28, 23), Date.UTC(2026, 2, 29, 22), Date.UTC(2026, 2, 30, 22)],
    meters: [
      column('a.grid', [1, 2, null], [10, null, null]),
      column('a.flat', [5, 6, 7], [null, null, null]),
      column('a.heat', [100, 100, 100], [null, null, null]),
    ],
  };

  it('have the name that a clock of the site shows, over the change of the clocks, too', () => {
    expect(gridDaysOf(table, ['a.grid'])).toEqual([
      day('2026-03-28', 1, 10),
      day('2026-03-29', 2, null),
      day('2026-03-30', null, null),
    ]);
    expect(civilDayOf(Date.UTC(2026, 9, 25, 21, 59), 'Europe/Berlin')).toBe('2026-10-25');
    expect(civilDayOf(Date.UTC(2026, 9, 25, 23), 'Europe/Berlin')).toBe('2026-10-26');
  });

  it('are known where all meters at the grid are', () => {
    expect(gridDaysOf(table, ['a.grid', 'a.flat']).map(({ importWh }) => importWh)).toEqual([6, 8, null]);
    expect(gridDaysOf(table, ['a.grid', 'gone.meter'])[0]).toMatchObject({ importWh: null, exportWh: 10 });
    // A meter that was taken away is in the days that it measured, and missing in none.
    const byDay = gridDaysOf(table, ['a.flat'], ['a.grid', 'gone.meter']);
    expect(byDay.map(({ importWh }) => importWh)).toEqual([6, 8, 7]);
    expect(gridDaysOf(table, [])[0]).toMatchObject({ importWh: null, exportWh: null });
  });
});
