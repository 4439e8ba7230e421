import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { timeTicks } from '../../web/charts/time-ticks.ts';
import {
  civilOf,
  firstDayOf,
  instantOf,
  movedBy,
  type PeriodUnit,
  periodAround,
  periodUnits,
} from '../../web/periods.ts';

const hourMs = 3_600_000;
const zones = [
  'Europe/Berlin',
  'America/Sao_Paulo',
  'America/New_York',
  'Asia/Kolkata',
  'Australia/Lord_Howe',
  'Atlantic/Azores',
  'Africa/Casablanca',
  'Pacific/Apia',
  'UTC',
] as const;
const anyZone = fc.constantFrom(...zones);
const anyMs = fc.integer({ min: Date.UTC(2005, 0) / 1000, max: Date.UTC(2035, 0) / 1000 }).map(s => s * 1000);
const berlin = { zone: 'Europe/Berlin', firstDay: 1 };
const lengthOf = (unit: PeriodUnit, atMs: number, calendar = berlin) => {
  const { fromMs, toMs } = periodAround(unit, atMs, calendar);
  return (toMs - fromMs) / hourMs;
};

/** What clocks show, asked of Intl itself. */
function shown(atMs: number, zone: string): string {
  const format = new Intl.DateTimeFormat('sv-SE', {
    timeZone: zone,
    dateStyle: 'short',
    timeStyle: 'medium',
  });
  return format.format(atMs).replace(' ', 'T');
}

describe('clocks of a zone', () => {
  it('show what Intl says, everywhere and always', () => {
    fc.assert(
      fc.property(anyMs, anyZone, (atMs, zone) => {
        expect(new Date(civilOf(atMs, zone)).toISOString().slice(0, 19)).toBe(shown(atMs, zone));
      }),
      { seed: 41, numRuns: 400 },
    );
  });

  it('lead back to the instant, or to the first of two at which they show the same', () => {
    fc.assert(
      fc.property(anyMs, anyZone, (atMs, zone) => {
        const civilMs = civilOf(atMs, zone);
        const back = instantOf(civilMs, zone);
        expect(back).toBeLessThanOrEqual(atMs);
        expect(civilOf(back, zone)).toBe(civilMs);
      }),
      { seed: 42, numRuns: 400 },
    );
  });

  it('that are skipped are the instant they skip to', () => {
    const skipped = Date.UTC(2026, 2, 29, 2, 30);
    expect(instantOf(skipped, 'Europe/Berlin')).toBe(Date.UTC(2026, 2, 29, 1));
    // São Paulo had no midnight on 4 November 2018.
    expect(instantOf(Date.UTC(2018, 10, 4), 'America/Sao_Paulo')).toBe(Date.UTC(2018, 10, 4, 3));
  });
});

describe('a period of the calendar', () => {
  it('holds its instant, begins where the one before ends, and is the same from everywhere within', () => {
    fc.assert(
      fc.property(
        anyMs,
        anyZone,
        fc.constantFrom(...periodUnits),
        fc.integer({ min: 0, max: 6 }),
        (atMs, zone, unit, firstDay) => {
          const calendar = { zone, firstDay };
          const period = periodAround(unit, atMs, calendar);
          expect(period.fromMs).toBeLessThanOrEqual(atMs);
          expect(period.toMs).toBeGreaterThan(atMs);
          expect(periodAround(unit, period.fromMs, calendar)).toEqual(period);
          expect(periodAround(unit, period.toMs - 1, calendar)).toEqual(period);
          if (unit === 'hour') return;
          expect(periodAround(unit, period.fromMs - 1, calendar).toMs).toBe(period.fromMs);
          expect(periodAround(unit, period.toMs, calendar).fromMs).toBe(period.toMs);
        },
      ),
      { seed: 43, numRuns: 600 },
    );
  });

  it('has 23 or 25 hours on the days on which clocks change, and a week an hour less or more', () => {
    const [spring, autumn] = [Date.UTC(2026, 2, 29, 10), Date.UTC(2026, 9, 25, 10)];
    expect([lengthOf('day', spring), lengthOf('day', autumn)]).toEqual([23, 25]);
    expect([lengthOf('week', spring), lengthOf('week', autumn)]).toEqual([167, 169]);
    expect([lengthOf('month', spring), lengthOf('month', autumn)]).toEqual([31 * 24 - 1, 31 * 24 + 1]);
    expect([lengthOf('year', spring), lengthOf('hour', spring)]).toEqual([365 * 24, 1]);
    expect(lengthOf('day', Date.UTC(2018, 10, 4, 12), { zone: 'America/Sao_Paulo', firstDay: 0 })).toBe(23);
  });

  it('begins its weeks as the locale does', () => {
    const wednesday = Date.UTC(2026, 10, 18, 12);
    const day = (firstDay: number) =>
      shown(periodAround('week', wednesday, { zone: 'Europe/Berlin', firstDay }).fromMs, 'Europe/Berlin');
    expect([day(1), day(0), day(6)]).toEqual([
      '2026-11-16T00:00:00',
      '2026-11-15T00:00:00',
      '2026-11-14T00:00:00',
    ]);
    expect([firstDayOf('de-DE'), firstDayOf('en-US'), firstDayOf('pt-BR')]).toEqual([1, 0, 0]);
    expect(firstDayOf('no such locale')).toBe(1);
  });

  it('a year later than 29 February is the 28th, a day later keeps the time of the clocks', () => {
    const leap = Date.UTC(2024, 1, 29, 11);
    expect(shown(movedBy(leap, 'years', 1, 'Europe/Berlin'), 'Europe/Berlin')).toBe('2025-02-28T12:00:00');
    const beforeChange = Date.UTC(2026, 2, 28, 11);
    expect(movedBy(beforeChange, 'days', 1, 'Europe/Berlin') - beforeChange).toBe(23 * hourMs);
  });
});

describe('labels of a time axis', () => {
  it('are round moments of the zone, in order, never too many', () => {
    fc.assert(
      fc.property(
        anyMs,
        fc.integer({ min: 60, max: 3 * 366 * 86_400 }),
        fc.integer({ min: 3, max: 14 }),
        anyZone,
        (fromMs, lengthS, most, zone) => {
          const [fromS, toS] = [fromMs / 1000, fromMs / 1000 + lengthS];
          const { atS, stepS } = timeTicks(fromS, toS, most, zone);
          // A change of the clocks may add one, as may both edges; calendars' steps are not all alike.
          expect(atS.length).toBeLessThanOrEqual(most * 1.2 + 2);
          expect(atS).toEqual([...new Set(atS)].sort((a, b) => a - b));
          for (const at of atS) {
            expect(at).toBeGreaterThanOrEqual(fromS);
            expect(at).toBeLessThanOrEqual(toS);
          }
          if (stepS >= 86_400) {
            for (const at of atS)
              expect(periodAround('day', at * 1000, { zone, firstDay: 1 }).fromMs).toBe(at * 1000);
          }
        },
      ),
      { seed: 44, numRuns: 300 },
    );
  });

  it('of a day on which clocks change stand at the hours that clocks show', () => {
    const { fromMs, toMs } = periodAround('day', Date.UTC(2026, 9, 25, 10), berlin);
    const { atS } = timeTicks(fromMs / 1000, toMs / 1000, 12, 'Europe/Berlin');
    const hours = atS.map(at => new Date(civilOf(at * 1000, 'Europe/Berlin')).getUTCHours());
    expect(hours).toEqual([0, 3, 6, 9, 12, 15, 18, 21, 0]);
  });
});
