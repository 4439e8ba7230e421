import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SiteSettings } from '../../../host/api/contract.ts';
import { isCivilDay } from '../../../host/site/civil-day.ts';
import { siteLimits } from '../../../host/site/limits.ts';
import { type SiteFacts, siteMistakes } from '../../../host/site/rules.ts';

type Meters = SiteSettings['meters'];

const siteOf = (facts: Partial<SiteFacts>): SiteFacts => ({ name: null, meters: {}, tariff: null, ...facts });
const price = (from: string) => ({ from, importPerKwh: 0.3, exportPerKwh: 0.08, perDay: 0.4 });
const fieldsOf = (facts: Partial<SiteFacts>) => siteMistakes(siteOf(facts)).map(({ field }) => field);

/** Levels that a meter is on, counted another way: as many as names fit one above the other, 0 where they go round. */
function levelOf(meters: Meters, key: string): number {
  let level = 0;
  for (let at: string | undefined = key; at !== undefined; at = meters[at]?.below) {
    if (++level > Object.keys(meters).length + 1) return 0;
  }
  return level;
}

const key = (number: number) => `cellar.m${number}`;
/** Any wiring of up to twelve meters, right and wrong ones. */
const wirings = fc
  .array(fc.option(fc.nat(11), { freq: 4 }), { minLength: 1, maxLength: 12 })
  .map(
    (above): Meters =>
      Object.fromEntries(
        above.map((parent, index) => [key(index), parent === null ? {} : { below: key(parent) }]),
      ),
  );

describe('the tree of meters', () => {
  it('is refused exactly where a meter is below itself or too deep, and each mistake says where', () => {
    fc.assert(
      fc.property(wirings, meters => {
        const levels = Object.keys(meters).map(each => levelOf(meters, each));
        const isRight = levels.every(level => level > 0 && level <= siteLimits.levels);
        const mistakes = siteMistakes(siteOf({ meters }));
        expect(mistakes.length === 0).toBe(isRight);
        for (const { field, message } of mistakes) {
          const [, of = ''] = /^meters\.(cellar\.m\d+)\.below$/.exec(field) ?? [];
          const level = levelOf(meters, of);
          expect(level === 0 || level > siteLimits.levels).toBe(true);
          expect(message).toMatch(/allowed|cannot be/);
        }
      }),
      { seed: 6, numRuns: 500 },
    );
  });

  it('names every meter of a loop, and none that only leads into it', () => {
    const meters = {
      'a.one': { below: 'a.two' },
      'a.two': { below: 'a.three' },
      'a.three': { below: 'a.one' },
      'a.leaf': { below: 'a.one' },
    };
    const mistakes = siteMistakes(siteOf({ meters }));
    expect(mistakes.map(({ field }) => field)).toEqual([
      'meters.a.one.below',
      'meters.a.two.below',
      'meters.a.three.below',
    ]);
    expect(mistakes[0]?.message).toContain('a.one is below a.two is below a.three is below a.one');
  });

  it('knows meters that are no longer there, with and without an entry of their own', () => {
    expect(fieldsOf({ meters: { 'a.leaf': { below: 'gone.house' } } })).toEqual([]);
    expect(fieldsOf({ meters: { 'gone.house': { name: 'The old one' } } })).toEqual([]);
  });

  it('takes no key that is none, also none that every object has', () => {
    expect(fieldsOf({ meters: { house: {} } })).toEqual(['meters.house']);
    expect(fieldsOf({ meters: { 'Cellar.House': {}, 'a.b.c': {} } })).toHaveLength(2);
    expect(fieldsOf({ meters: { constructor: {} } })).toEqual(['meters.constructor']);
  });

  it('does not take a meter below itself, nor the grid below another', () => {
    expect(fieldsOf({ meters: { 'a.house': { below: 'a.house' } } })).toEqual(['meters.a.house.below']);
    expect(fieldsOf({ meters: { 'a.house': { role: 'grid', below: 'a.main' } } })).toEqual([
      'meters.a.house.below',
    ]);
  });

  it('has names that can be seen', () => {
    expect(fieldsOf({ name: '  ', meters: { 'a.house': { name: ' ' } } })).toEqual([
      'name',
      'meters.a.house.name',
    ]);
  });

  it('has as many meters as are allowed, and tells of more', () => {
    const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [key(i), {}]));
    expect(fieldsOf({ meters: many(siteLimits.meters) })).toEqual([]);
    expect(fieldsOf({ meters: many(siteLimits.meters + 1) })).toEqual(['meters']);
  });
});

describe('a tariff', () => {
  const fieldsOfDays = (...days: string[]) =>
    fieldsOf({ tariff: { currency: 'EUR', prices: days.map(price) } });

  it('has each day once and in order, whatever the days', () => {
    const days = fc
      .date({ min: new Date('1990-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })
      .map(date => date.toISOString().slice(0, 10));
    fc.assert(
      fc.property(fc.array(days, { minLength: 1, maxLength: 6 }), given => {
        const isRight = [...new Set(given)].sort().join() === given.join();
        expect(fieldsOfDays(...given).length === 0).toBe(isRight);
        expect(fieldsOfDays(...[...new Set(given)].sort())).toEqual([]);
      }),
      { seed: 6, numRuns: 200 },
    );
  });

  it('says which price is wrong, and why', () => {
    expect(fieldsOfDays('2026-01-01', '2026-02-30', '2026-03-01')).toEqual(['tariff.prices[1].from']);
    expect(fieldsOfDays('2026-03-01', '2026-03-01')).toEqual(['tariff.prices[1].from']);
    expect(fieldsOfDays('2026-03-01', '2026-01-01')).toEqual(['tariff.prices[1].from']);
  });

  it('begins on a day that there is', () => {
    for (const day of ['2026-01-31', '2024-02-29', '0001-01-01', '9999-12-31'])
      expect(isCivilDay(day)).toBe(true);
    for (const day of [
      '2026-02-29',
      '2026-13-01',
      '2026-00-10',
      '0000-01-01',
      '2026-1-1',
      '',
      '2026-01-01T00:00',
    ])
      expect(isCivilDay(day)).toBe(false);
  });
});
