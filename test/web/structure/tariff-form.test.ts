import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emptyRow, formOf, numberOf, tariffOf } from '../../../web/structure/tariff-form.ts';

const row = { from: '2026-01-01', importPerKwh: '0,32', exportPerKwh: '0.08', perDay: '1' };

describe('a form of a tariff', () => {
  it('says what it was made of, in every locale', () => {
    const price = fc.record({
      from: fc
        .integer({ min: 0, max: 20_000 })
        .map(day => new Date(day * 86_400_000).toISOString().slice(0, 10)),
      importPerKwh: fc.integer({ min: -1000, max: 99_999 }).map(each => each / 1000),
      exportPerKwh: fc.integer({ min: -1000, max: 99_999 }).map(each => each / 1000),
      perDay: fc.nat(99_999).map(each => each / 1000),
    });
    fc.assert(
      fc.property(
        fc.uniqueArray(price, { selector: ({ from }) => from, minLength: 1, maxLength: 5 }),
        fc.constantFrom('en-GB', 'de-DE', 'pt-PT'),
        (given, locale) => {
          const prices = given.toSorted((a, b) => (a.from < b.from ? -1 : 1));
          const form = formOf({ currency: 'EUR', prices }, locale);
          expect(tariffOf({ ...form, rows: form.rows.toReversed() })).toEqual({
            tariff: { currency: 'EUR', prices },
          });
        },
      ),
      { seed: 6, numRuns: 100 },
    );
  });

  it('takes numbers with a comma and with a point, and nothing that is none', () => {
    expect(tariffOf({ currency: 'EUR', rows: [row] })).toEqual({
      tariff: {
        currency: 'EUR',
        prices: [{ from: '2026-01-01', importPerKwh: 0.32, exportPerKwh: 0.08, perDay: 1 }],
      },
    });
    expect(['', ' ', '1.2.3', 'x', '1e3', '--1', '1 000'].map(numberOf)).toEqual(Array(7).fill(null));
    expect(['−0,5', ' 7 ', '3.'].map(numberOf)).toEqual([-0.5, 7, 3]);
  });

  it('says of each field what is not right yet', () => {
    const rows = [emptyRow(''), row, { ...row, perDay: '-1' }];
    expect(tariffOf({ currency: 'eur', rows })).toEqual({
      mistakes: [
        { row: -1, field: 'currency', kind: 'currency' },
        { row: 0, field: 'from', kind: 'day' },
        { row: 0, field: 'importPerKwh', kind: 'number' },
        { row: 2, field: 'from', kind: 'twice' },
        { row: 2, field: 'perDay', kind: 'range' },
      ],
    });
  });
});
