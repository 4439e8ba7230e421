import { expect, test } from 'vitest';
import type { LabOption } from '../../../simulator/control/contract.ts';
import { readValue, textOf } from '../../../web/lab/option-values.ts';

const help = '';
const number: LabOption = { takes: 'number', min: 0, max: 0.5, unless: 0.001, help };
const whole: LabOption = { takes: 'integer', min: 1, max: 10, unless: null, help };
const list: LabOption = { takes: 'integers', min: 1, max: 247, help };
const text: LabOption = { takes: 'text', called: 'a name', unless: 'even', help };

test.each([
  [number, '0.25', 0.25],
  [number, ' 0,25 ', 0.25],
  [number, '', null],
  [number, '0.6', undefined],
  [number, 'much', undefined],
  [whole, '3', 3],
  [whole, '3.5', undefined],
  [whole, 'Infinity', undefined],
  [list, '', []],
  [list, '1, 2;3 4', [1, 2, 3, 4]],
  [list, '1, 248', undefined],
  [list, '1, x', undefined],
  [text, ' odd ', 'odd'],
  [text, '', null],
])('%o reads %j as %j', (option, written, value) => {
  expect(readValue(option, written)).toEqual(value);
});

test('a field shows at first what the option is without it', () => {
  expect([number, whole, list, text].map(textOf)).toEqual(['0.001', '', '', 'even']);
});
