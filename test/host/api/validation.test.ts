import { expect, it } from 'vitest';
import { RuleBody } from '../../../host/alarms/rule.ts';
import { validatorCompiler } from '../../../host/api/validation.ts';

const url = '/api/v1/alarm-rules';
const check = validatorCompiler({ schema: RuleBody, method: 'POST', url, httpPart: 'body' });
const rule = { name: 'a', isOn: true, severity: 'info', target: { meter: 'attic.main' }, channels: [] };
const said = (condition: object) => check({ ...rule, condition });
const mistakesOf = (condition: object) => {
  const found = said(condition);
  const error: unknown = typeof found === 'object' && 'error' in found ? found.error : undefined;
  return error;
};

it('of a choice that is named by its kind its own mistakes are told, and none of the others', () => {
  expect(said({ kind: 'silence', forS: 60 })).toHaveProperty('value');
  const wrong = [
    { field: 'condition.forS', message: '-1 given; a whole number from 10 to 604800 is allowed' },
  ];
  expect(mistakesOf({ kind: 'silence', forS: -1 })).toMatchObject({ details: { mistakes: wrong } });
  const energy = { kind: 'energy', quantity: 'fooWh', withinS: 600, budget: 1, forS: 0, limit: 1 };
  const [quantity, limit] = [
    {
      field: 'condition.quantity',
      message: expect.stringMatching(/^"fooWh" given; one of powerW, .* and \d+ more is allowed$/),
    },
    { field: 'condition.limit', message: expect.stringContaining('is not known') },
  ];
  expect(mistakesOf(energy)).toMatchObject({
    details: { mistakes: expect.arrayContaining([quantity, limit]) },
  });
  expect(mistakesOf(energy)).toHaveProperty('details.mistakes.length', 2);
  expect(mistakesOf({ kind: 'none' })).toBeDefined();
});

it('of a choice that is named by its field alone its own mistakes are told, and none of the others', () => {
  const condition = { kind: 'silence', forS: 60 };
  const wrong = (target: object) => {
    const found = check({ ...rule, condition, target });
    return typeof found === 'object' && 'error' in found ? found.error : undefined;
  };
  const mistakes = (field: string, message: string) => ({
    details: { mistakes: [{ field, message: expect.stringContaining(message) }] },
  });
  expect(wrong({ meter: 'main' })).toMatchObject(mistakes('target.meter', '"main" given'));
  expect(wrong({ sum: ['attic.main'] })).toMatchObject(mistakes('target.sum', 'given; a list'));
  expect(wrong({ site: 'home', extra: 1 })).toMatchObject(mistakes('target.extra', 'allowed are site'));
  expect(wrong({ meter: 'main' })).toHaveProperty('details.mistakes.length', 1);
  // Of two, or of none, nobody knows which is meant.
  expect(wrong({ site: 'home', gateway: 'attic' })).toBeDefined();
  expect(wrong({ lamp: 'attic' })).toBeDefined();
});
