import { expect, test } from 'vitest';
import { withoutItem, withValue } from '../../../web/gateways/settings-draft.ts';
import { isShownField, type SettingsField, typedValue } from '../../../web/gateways/settings-field.ts';

const field = (of: SettingsField['of'], value?: number): SettingsField => ({
  name: 'x',
  label: 'x',
  value,
  of,
});

test('what is typed is a number where it is one, and else stays to be refused by name', () => {
  expect(typedValue(field('number'), '12')).toBe(12);
  expect(typedValue(field('number'), '1e3')).toBe('1e3');
  expect(typedValue(field('decimal'), '-2,5')).toBe(-2.5);
  expect(typedValue(field('text'), '12')).toBe('12');
  expect(typedValue(field([['10', '10']], 10), '60')).toBe(60);
  expect(typedValue({ ...field('text'), name: 'publish' }, 'false')).toBe(false);
});

test('a mistake stands at its field where the form shows that', () => {
  expect(isShownField('meters[3].windowS')).toBe(true);
  expect(isShownField('alarms[0].output')).toBe(true);
  for (const other of ['meters[3].shuntOhm', 'profiles[0].id', '(all)'])
    expect(isShownField(other)).toBe(false);
});

test('a change of one item leaves the others as they are', () => {
  const meter = (id: string) => ({ id, name: id, profile: 'x', line: 'bus', windowS: 10 });
  const draft = { lines: [], meters: [meter('a'), meter('b')], alarms: [] };
  expect(withValue(draft, 'meters', 1, 'windowS', 60).meters).toEqual([
    meter('a'),
    { ...meter('b'), windowS: 60 },
  ]);
  expect(withValue(draft, 'meters', 1, 'windowS', '').meters[1]).not.toHaveProperty('windowS');
  expect(withoutItem(draft, 'meters', 0)).toEqual({ ...draft, meters: [meter('b')] });
});
