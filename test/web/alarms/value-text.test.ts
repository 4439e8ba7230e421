import { expect, it } from 'vitest';
import { valueText } from '../../../web/alarms/value-text.ts';

it.each([
  [3500.4, 'W', '> 3500 W for 60 s', '3.500,4 W'],
  [3712.4, 'W', '> 3500 W', '3,71 kW'],
  [3500, 'W', '>= 3500 W', '3,50 kW'],
  [253.04, 'V', '> 253 V', '253,04 V'],
  [92.004, '%', '> 92 %', '92,004 %'],
])('%d %s is told apart from the limit of %s', (value, unit, condition, text) => {
  expect(valueText(value, unit, condition, 'de-DE').replaceAll('\u202f', ' ')).toBe(text);
});
