import { describe, expect, it } from 'vitest';
import { limitText, typedNumber, typedValue } from '../../../web/alarms/typed-number.ts';

describe('a number as somebody types it', () => {
  it.each<[string, string, number | null]>([
    ['3500', 'en', 3500],
    ['3,500', 'en', 3500],
    ['3,500.5', 'en', 3500.5],
    ['3.5', 'en', 3.5],
    ['3.500', 'de', 3500],
    ['3.500,25', 'de', 3500.25],
    ['3,5', 'de', 3.5],
    ['1.5', 'de', 1.5],
    ['0.950', 'de', 0.95],
    ['0,950', 'en', 0.95],
    ['-0.950', 'de', -0.95],
    ['1 234,5', 'pt-PT', 1234.5],
    ['−5', 'de', -5],
    ['.5', 'en', 0.5],
    ['1.234.5', 'de', null],
    ['12 Watt', 'de', null],
    ['', 'en', null],
    ['1e9', 'en', null],
  ])('%s in %s', (text, locale, value) => {
    expect(typedNumber(text, locale)).toBe(value);
  });

  it.each<[string, string, string, number | null]>([
    ['3,5 kW', 'W', 'de', 3500],
    ['3.3kW', 'W', 'en', 3300],
    ['3.500 W', 'W', 'de', 3500],
    ['10 kwh', 'Wh', 'en', 10_000],
    ['1 MW', 'W', 'en', 1_000_000],
    ['200 mA', 'A', 'en', 0.2],
    ['5 %', '%', 'en', 5],
    ['5 kWh', 'W', 'en', null],
    ['5 V', 'W', 'en', null],
    ['kW', 'W', 'en', null],
  ])('with a unit: %s as %s', (text, unit, locale, value) => {
    expect(typedValue(text, unit, locale)).toBe(value);
  });
});

it.each<[number, string, string, string]>([
  [3500, 'W', 'en', '3,500\u202fW'],
  [3500, 'W', 'de', '3.500\u202fW'],
  [10_500, 'Wh', 'de', '10,5\u202fkWh'],
  [-500, 'W', 'en', '−500\u202fW'],
  [0.95, '1', 'en', '0.95'],
])('a limit of %d %s is shown with all of its digits', (value, unit, locale, text) => {
  expect(limitText(value, unit, locale)).toBe(text);
});
