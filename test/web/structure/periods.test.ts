import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { structurePeriods } from '../../../web/addresses/structure-address.ts';
import { civilDayOf } from '../../../web/site/costs.ts';
import { periodAt } from '../../../web/structure/periods.ts';

const hourMs = 3_600_000;
const weeksFromMonday = (zone: string) => ({ zone, firstDay: 1 });
const iso = (atMs: number) => new Date(atMs).toISOString();

describe('a period of the calendar', () => {
  it('is a day of 23 or 25 hours where clocks change', () => {
    const length = (atMs: number, zone: string) => {
      const { fromMs, toMs } = periodAt('day', atMs, weeksFromMonday(zone));
      return (toMs - fromMs) / hourMs;
    };
    expect(length(Date.UTC(2026, 2, 29, 12), 'Europe/Berlin')).toBe(23);
    expect(length(Date.UTC(2026, 9, 25, 12), 'Europe/Berlin')).toBe(25);
    expect(length(Date.UTC(2026, 5, 1), 'Asia/Kolkata')).toBe(24);
  });

  it('begins with the first second of its date, also where midnight comes twice or never', () => {
    // São Paulo had no midnight on 2018-11-04, and two of them on 2018-02-18 (the day before ends later).
    expect(iso(periodAt('day', Date.UTC(2018, 10, 4, 12), weeksFromMonday('America/Sao_Paulo')).fromMs)).toBe(
      '2018-11-04T03:00:00.000Z',
    );
    expect(iso(periodAt('day', Date.UTC(2018, 1, 18, 12), weeksFromMonday('America/Sao_Paulo')).fromMs)).toBe(
      '2018-02-18T03:00:00.000Z',
    );
  });

  it('is a week from Monday, a month and a year', () => {
    const atMs = Date.UTC(2026, 2, 29, 23, 30);
    const spans = (['week', 'month', 'year'] as const).map(period =>
      periodAt(period, atMs, weeksFromMonday('Europe/Berlin')),
    );
    expect(spans.map(({ fromMs, toMs }) => `${iso(fromMs)} ${iso(toMs)}`)).toEqual([
      '2026-03-29T22:00:00.000Z 2026-04-05T22:00:00.000Z',
      '2026-02-28T23:00:00.000Z 2026-03-31T22:00:00.000Z',
      '2025-12-31T23:00:00.000Z 2026-12-31T23:00:00.000Z',
    ]);
  });

  it('holds its moment, and touches the ones before and after it, in every zone', () => {
    const zones = [
      'Europe/Berlin',
      'America/New_York',
      'Asia/Kathmandu',
      'Australia/Lord_Howe',
      'Pacific/Apia',
      'UTC',
    ];
    fc.assert(
      fc.property(
        fc.constantFrom(...structurePeriods),
        fc.integer({ min: Date.UTC(2012, 0, 1), max: Date.UTC(2035, 0, 1) }),
        fc.constantFrom(...zones),
        (period, atMs, zone) => {
          const { fromMs, toMs } = periodAt(period, atMs, weeksFromMonday(zone));
          expect(fromMs).toBeLessThanOrEqual(atMs);
          expect(toMs).toBeGreaterThan(atMs);
          expect(periodAt(period, atMs, weeksFromMonday(zone), -1).toMs).toBe(fromMs);
          expect(periodAt(period, atMs, weeksFromMonday(zone), 1).fromMs).toBe(toMs);
          expect(periodAt(period, fromMs, weeksFromMonday(zone))).toEqual({ fromMs, toMs });
          expect(civilDayOf(fromMs - 1, zone) < civilDayOf(fromMs, zone)).toBe(true);
        },
      ),
      { seed: 6, numRuns: 100 },
    );
  });
});
