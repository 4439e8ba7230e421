import { expect, it } from 'vitest';
import { firingFlag } from '../../../web/alarms/flag.ts';

it.each([
  ['==', 0, 0],
  ['<', 1, 0],
  ['<=', 0.5, 0],
  ['!=', 0, 1],
  ['>=', 1, 1],
  // Neither of both, and both.
  ['>', 1, null],
  ['<=', 1, null],
  ['~', 1, null],
])('of what is 0 or 1, %s %d fires at %s', (operator, limit, value) => {
  expect(firingFlag(operator, limit)).toBe(value);
});
